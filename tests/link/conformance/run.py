#!/usr/bin/env python3
"""Runs mosquitto's own client test scripts against our link, and prints a table.

usage: run.py SCRIPTS [--only TEXT] [--json]        SCRIPTS: test/lib of mosquitto's source; LINK_PROBE: our link

Exit status: 0 all that apply passed, 1 one did not.
"""

import argparse
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "support")]
import client  # noqa: E402
from programs import free_port  # noqa: E402

PATIENCE_S = 90

# Why a script does not apply: the first pattern that fits its name.
NOT_OURS = (
    ("02-subscribe-qos", "our link subscribes with QoS 1 and nothing else"),
    ("02-unsubscribe", "our link never unsubscribes: a subscription lives as long as its connection"),
    ("qos2", "our link sends and asks for QoS 0 and 1 only"),
    ("03-publish-c2b-qos1-disconnect|03-publish-c2b-qos1-timeout",
     "what was not acknowledged is published anew by the queue, not repeated by the link (docs/decisions/0030)"),
    ("request-response", "no response topics: commands have ids of their own (docs/formats/topics.md)"),
    ("11-prop-send", "our link sends no content type and no payload format"),
    ("11-prop-recv-qos0", "our link subscribes with QoS 1 and nothing else"),
    ("11-prop-oversize-packet", "our link counts the longest head a packet can have, so with a limit of 30 bytes it sends less"),
    ("08-ssl", "the certificates in the package have expired; tests/link has the same cases with its own"),
    ("09-util", "tests a function of libmosquitto, no packets"),
    ("-len", "tests a function of libmosquitto with lengths of its own"),
)


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("scripts", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def why_not(name):
    for pattern, reason in NOT_OURS:
        if re.search(pattern, name) and name not in client.PLAYS:
            return reason
    return None if name in client.PLAYS else "no play for it in client.py"


def run(scripts, name, folder):
    starter = Path(folder, f"{name}.client")
    starter.write_text(f"#!/bin/sh\nexec {sys.executable} {HERE}/client.py {name} \"$2\"\n", encoding="utf-8")
    starter.chmod(starter.stat().st_mode | stat.S_IXUSR)
    begun = time.monotonic()
    try:
        done = subprocess.run([sys.executable, str(HERE / "play.py"), f"{name}.py", str(starter), str(free_port())],
                              cwd=scripts, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        return done.returncode == 0, done.stdout + done.stderr, time.monotonic() - begun
    except subprocess.TimeoutExpired as late:
        return False, f"not done after {late.timeout} s", time.monotonic() - begun


def main():
    wishes = options()
    found = sorted(path.stem for path in wishes.scripts.glob("[0-9]*.py") if wishes.only in path.stem)
    if not found:
        sys.exit(f"conformance: no scripts in {wishes.scripts}" + (f" with '{wishes.only}' in the name" if wishes.only else ""))
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in found:
            reason = why_not(name)
            if reason:
                results[name] = ("not applicable", reason)
                continue
            is_good, said, took_s = run(wishes.scripts, name, folder)
            results[name] = ("passed" if is_good else "failed", f"{took_s:.1f} s")
            if not is_good:
                print(f"{name}:\n{said}", file=sys.stderr)
    words = [word for word, _ in results.values()]
    counts = {word: words.count(word) for word in ("passed", "failed", "not applicable")}
    if wishes.json:
        print(json.dumps({**counts, "scripts": {name: list(result) for name, result in results.items()}}))
    else:
        for name, (word, about) in results.items():
            print(f"  {name:42} {word:15} {about}")
        print("  " + ", ".join(f"{count} {word}" for word, count in counts.items()))
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
