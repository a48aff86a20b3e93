#!/usr/bin/env python3
"""The keys of those whose packages of alert rules a board takes: NAME.pem, public, Ed25519 (docs/formats/models.md).

usage: model_keys.py FROM TO    copies them into a root; a folder FROM that is not there has none

Looked at before they are on a board, where a wrong one would be a line in its log that nobody reads.
"""

import re
import subprocess
import sys
from pathlib import Path

EACH_MAX = 4  # in an image, and in an identity: a gateway takes 8 (limits::kModelKeysMax)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


class Wrong(Exception):
    """What is no such key, and what would be right."""


def read(folder):
    """Text by name, sorted. Other files than .pem are passed over: the private halves may lie beside them."""
    keys = {}
    for file in sorted(Path(folder).glob("*.pem")):
        text = file.read_text(errors="replace")
        if not NAME.fullmatch(file.stem):
            raise Wrong(f"{file}: right would be a name of letters, digits, '_', '-'; at most 32")
        if "PRIVATE" in text:
            raise Wrong(f"{file} is a private key, which stays with whoever owns it: right would be the .pem that "
                        f"./tools/model key made beside it")
        shown = subprocess.run(["openssl", "pkey", "-pubin", "-in", file, "-noout", "-text"], capture_output=True, text=True,
                               check=False)
        if not shown.stdout.startswith("ED25519 Public-Key"):
            raise Wrong(f"{file} is no public key of Ed25519: ./tools/model key NAME makes one")
        keys[file.stem] = text
    if len(keys) > EACH_MAX:
        raise Wrong(f"{folder} has {len(keys)} keys, and {EACH_MAX} is the most")
    return keys


def main():
    try:
        keys = read(sys.argv[1])
    except (Wrong, OSError) as problem:
        sys.exit(f"image: {problem}")
    target = Path(sys.argv[2])
    target.mkdir(mode=0o755, parents=True)
    for name, text in keys.items():
        (target / f"{name}.pem").write_text(text)
        (target / f"{name}.pem").chmod(0o644)
    print(f"model keys: {', '.join(keys) or 'none'}")


if __name__ == "__main__":
    main()
