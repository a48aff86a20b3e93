#!/usr/bin/env python3
"""Prints the bill of materials of an image as CycloneDX 1.4: each package that gave a file to it, and our programs.

usage: sbom.py --packages FOLDER --used FILE --programs FOLDER --version V --epoch SECONDS

--packages: unpacked packages with their `manifest`, which has versions and checksums. --used: their names.
"""

import argparse
import datetime
import hashlib
import json
from pathlib import Path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--packages", type=Path, required=True)
    parser.add_argument("--used", type=Path, required=True)
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--epoch", type=int, required=True)
    options = parser.parse_args()

    known = {}
    for line in (options.packages / "manifest").read_text().splitlines():
        word, *rest = line.split(" ")
        if word == "package":
            name, version, checksum = rest
            known[name] = (version, checksum)
    components = [{"type": "application", "name": program.name, "version": options.version,
                   "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(program.read_bytes()).hexdigest()}]}
                  for program in sorted(options.programs.iterdir())]
    for name in options.used.read_text().split():
        version, checksum = known[name]
        components.append({
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:deb/debian/{name}@{version.replace('+', '%2B')}?arch=armhf&distro=bookworm",
            "hashes": [{"alg": "SHA-256", "content": checksum}],
        })
    made = datetime.datetime.fromtimestamp(options.epoch, datetime.timezone.utc)
    print(json.dumps({
        "bomFormat": "CycloneDX",
        "specVersion": "1.4",
        "version": 1,
        "metadata": {
            "timestamp": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "firmware", "name": "holdfast", "version": options.version},
        },
        "components": components,
    }, indent=2))


if __name__ == "__main__":
    main()
