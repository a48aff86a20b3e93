#!/usr/bin/env python3
"""Runs clang-tidy over our sources, each only when something it sees has changed.

    clang_tidy.py TREE      TREE: a built tree, such as .build/host

A source that was found clean leaves a stamp below TREE/../clang-tidy. The stamp's name is the digest
of all that clang-tidy looks at: the source, every header it saw when it was last built (ninja knows),
its compiler options, .clang-tidy and clang-tidy's version. So the second run takes a second.
"""

import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
# The sources are built by GCC, whose names for some warnings clang does not know.
OPTIONS = ["--quiet", "--extra-arg=-Wno-unknown-warning-option"]


@functools.cache
def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def our_commands(tree):
    """One compile command per source of ours; what CMake generates in the tree is not ours."""
    commands = {}
    for command in json.loads((tree / "compile_commands.json").read_text()):
        source = pathlib.Path(command["file"])
        if source.is_relative_to(TOP) and not source.is_relative_to(tree):
            commands.setdefault(source, command)
    return commands


def object_of(command):
    return re.search(r" -o (\S+)", command["command"])[1]


def headers_by_object(tree):
    """What every object was made of, as ninja noted it: 'OBJECT: #deps …', then one indented path a line."""
    headers = {}
    listing = subprocess.run(["ninja", "-C", tree, "-t", "deps"], check=True, capture_output=True, text=True)
    for line in listing.stdout.splitlines():
        if match := re.match(r"(\S+): #deps", line):
            seen = headers.setdefault(match[1], [])
        elif line.startswith(" "):
            seen.append((tree / line.strip()).resolve())
    return headers


def stamp_of(source, command, headers, version):
    seen = [digest(path) for path in sorted({source, TOP / ".clang-tidy", *headers})]
    everything = "\n".join([version, *OPTIONS, command["command"], *seen])
    return hashlib.sha256(everything.encode()).hexdigest()


def check(tree, source):
    run = subprocess.run(["clang-tidy", "-p", tree, *OPTIONS, source], capture_output=True, text=True)
    return run.returncode == 0, run.stdout


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    tree = pathlib.Path(sys.argv[1]).resolve()
    stamps = tree.parent / "clang-tidy"
    stamps.mkdir(exist_ok=True)
    version = subprocess.run(["clang-tidy", "--version"], check=True, capture_output=True, text=True).stdout
    headers = headers_by_object(tree)
    commands = our_commands(tree)
    wanted = {
        source: stamps / stamp_of(source, command, headers[object_of(command)], version)
        for source, command in commands.items()
    }
    changed = [source for source, stamp in wanted.items() if not stamp.exists()]
    print(f"{len(commands)} sources, {len(changed)} to look at")

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(functools.partial(check, tree), changed)
        for number, (source, (clean, findings)) in enumerate(zip(changed, results), 1):
            print(f"[{number}/{len(changed)}] {source.relative_to(TOP)}", flush=True)
            if clean:
                wanted[source].touch()
            else:
                failed += 1
                print(findings)
    sys.exit(f"{failed} sources with findings" if failed else 0)


if __name__ == "__main__":
    main()
