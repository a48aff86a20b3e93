#!/usr/bin/env python3
"""Puts the hash tree of a root behind it, and says by what the root is known (docs/decisions/0055).

usage: verity.py ROOT   prints one line: how many blocks, the salt, the hash of all; config/image/early/init reads it

The same root gives the same tree: the salt comes of its bytes.
"""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

BLOCK = 4096


def protect(root):
    """Of a file that has no tree yet; the line for the initramfs."""
    data = Path(root).read_bytes()
    data += bytes(-len(data) % BLOCK)
    Path(root).write_bytes(data)
    salt = hashlib.sha256(data).hexdigest()
    blocks = len(data) // BLOCK
    run = subprocess.run(["veritysetup", "format", "--no-superblock", f"--data-blocks={blocks}", f"--hash-offset={len(data)}",
                          "--hash=sha256", f"--salt={salt}", root, root], capture_output=True, text=True, check=True)
    found = re.search(r"Root hash:\s*([0-9a-f]{64})", run.stdout)
    return f"{blocks} {salt} {found[1]}\n"


if __name__ == "__main__":
    sys.stdout.write(protect(sys.argv[1]))
