"""Roots made by tests, as they are known to their kernels."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(os.environ["HOLDFAST_ROOT"])
sys.path.insert(0, str(ROOT / "tools/images"))

from verity import protect  # noqa: E402


def protect_root(root, kernel, work):
    """A root that was made anew, and its hash in the initramfs of the kernel image: of two files of one name there, the
    later one counts."""
    for position, name in enumerate(("vmlinuz", "initramfs.zst")):
        subprocess.run(["dumpimage", "-T", "flat_dt", "-p", str(position), "-o", work / name, kernel], check=True,
                       capture_output=True)
    (work / "verity").write_text(protect(root))
    early = subprocess.run(["zstd", "-dcq", "initramfs.zst"], cwd=work, check=True, capture_output=True).stdout
    more = subprocess.run(["cpio", "--create", "--format=newc", "--quiet"], cwd=work, check=True, capture_output=True,
                          input=b"verity\n").stdout
    (work / "initramfs.zst").write_bytes(subprocess.run(["zstd", "-cq"], check=True, capture_output=True,
                                                        input=early + more).stdout)
    shutil.copy(ROOT / "config/image/kernel.its", work)
    subprocess.run(["mkimage", "-f", "kernel.its", kernel], cwd=work, check=True, capture_output=True)
