"""A medium to be written: a block device, or a file that stands for one. Refused when it is the wrong one.

Everything written is read back past the cache of this machine, where it has a say in that.
"""

import fcntl
import hashlib
import os
import random
import re
import stat
import struct
import time
from pathlib import Path

BLKGETSIZE64 = 0x80081272
BLKFLSBUF = 0x1261
CHUNK_BYTES = 1 << 20
MARK_BYTES = 4096
FLUSHES = 16
# No flash commits a block in less: one that says so has only taken it into its memory.
FLUSH_PLAUSIBLE_S = 50e-6


class Refused(Exception):
    """What is wrong with the medium, and what would be right."""


def check(path, least_bytes, force, sys_folder=Path("/sys"), mounts=Path("/proc/self/mounts"),
          swaps=Path("/proc/swaps")):
    """The medium's size. Raises Refused for one that must not be written."""
    path = Path(path)
    if not path.exists():
        raise Refused(f"{path} is not there: give a block device like /dev/sdX, or a file as large as the medium "
                      f"(truncate --size=4G FILE)")
    mode = path.stat().st_mode
    if stat.S_ISREG(mode):
        size = path.stat().st_size
    elif stat.S_ISBLK(mode):
        check_block_device(path, force, sys_folder, mounts, swaps)
        with open(path, "rb") as file:
            size = struct.unpack("Q", fcntl.ioctl(file, BLKGETSIZE64, bytes(8)))[0]
    else:
        raise Refused(f"{path} is neither a block device nor a file")
    if not os.access(path, os.W_OK):
        raise Refused(f"{path} cannot be written: is it locked, or are you not root?")
    if size < least_bytes:
        raise Refused(f"{path} is too small: {in_mb(size)}, and the image needs {in_mb(least_bytes)}")
    return size


def check_block_device(path, force, sys_folder, mounts, swaps):
    name = path.resolve().name
    device = sys_folder / "block" / name
    if not device.is_dir():
        raise Refused(f"{path} is a partition or unknown: give the whole device")
    parts = {name} | {part.name for part in device.iterdir() if (part / "partition").exists()}
    for table, word in ((mounts, "mounted"), (swaps, "used as swap")):
        for line in table.read_text().splitlines():
            used = line.split()[0] if line.split() else ""
            if used.startswith("/dev/") and Path(used).resolve().name in parts:
                where = f" on {line.split()[1]}" if word == "mounted" else ""
                raise Refused(f"{path} is in use: {used} is {word}{where}. Unmount it, if it is the right one")
    for part in parts:
        holders = (device if part == name else device / part) / "holders"
        if holders.is_dir() and any(holders.iterdir()):
            raise Refused(f"{path} is in use by {next(holders.iterdir()).name}")
    if (device / "ro").exists() and (device / "ro").read_text().strip() == "1":
        raise Refused(f"{path} is write-protected")
    removable = (device / "removable").read_text().strip() == "1"
    behind_usb = "/usb" in os.path.realpath(device)
    if not (removable or behind_usb or re.match("mmcblk", name) or force):
        raise Refused(f"{path} is not removable: it may be this machine's own disk. --force, if it is the right one")


def in_mb(count):
    return f"{count / 1e6:.0f} MB"


class Medium:
    """An open medium. Close it, or use it in `with`."""

    def __init__(self, path, size):
        self.path, self.size = str(path), size
        self.file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        self.is_device = stat.S_ISBLK(os.fstat(self.file).st_mode)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.file)

    def write(self, offset, data):
        while data:
            count = os.pwrite(self.file, data, offset)
            data, offset = data[count:], offset + count

    def read(self, offset, count):
        parts = []
        while count > 0:
            part = os.pread(self.file, count, offset)
            if not part:
                raise OSError(f"{self.path} ends at {offset}")
            parts.append(part)
            offset, count = offset + len(part), count - len(part)
        return b"".join(parts)

    def flush(self):
        os.fsync(self.file)

    def forget_cached(self):
        """What is read from now on comes from the medium."""
        self.flush()
        if self.is_device:
            fcntl.ioctl(self.file, BLKFLSBUF)
        os.posix_fadvise(self.file, 0, 0, os.POSIX_FADV_DONTNEED)


def sum_of(path):
    whole = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            whole.update(chunk)
    return whole.hexdigest()


def marks_of(size, seed):
    """Places all over the medium: each power of two, the end, and some by chance, with what is written there."""
    last = (size - MARK_BYTES) // MARK_BYTES * MARK_BYTES
    places = {0, last}
    power = MARK_BYTES
    while power <= last:
        places.add(power)
        power *= 2
    chance = random.Random(seed)
    places.update(chance.randrange(0, last + 1, MARK_BYTES) for _ in range(32))
    return {place: hashlib.sha256(f"{seed} {place}".encode()).digest() * (MARK_BYTES // 32) for place in places}


def probe(medium, seed):
    """Overwrites some of it. Findings: does it hold what it claims to, and how long does a flush take?

    Raises Refused for a medium that loses what is written: a counterfeit wraps around at its real size.
    """
    marks = marks_of(medium.size, seed)
    for place, mark in marks.items():
        medium.write(place, mark)
    medium.forget_cached()
    lost = sorted(place for place, mark in marks.items() if medium.read(place, MARK_BYTES) != mark)
    if lost:
        raise Refused(f"{medium.path} does not hold what it claims: {len(lost)} of {len(marks)} marks are lost, the "
                      f"first at {in_mb(lost[0])} of {in_mb(medium.size)}. Throw it away")
    times = []
    for number in range(FLUSHES):
        medium.write(number * MARK_BYTES, os.urandom(MARK_BYTES))
        begun = time.monotonic()
        medium.flush()
        times.append(time.monotonic() - begun)
    flush_s = sorted(times)[FLUSHES // 2]
    return {"bytes": medium.size, "marks": len(marks), "flush_ms": round(flush_s * 1000, 3),
            "flush_plausible": flush_s >= FLUSH_PLAUSIBLE_S}


def write_image(medium, image, progress, at_half):
    """The first chunk, which makes the medium bootable, comes last: half a system is none. Its SHA-256."""
    total = os.path.getsize(image)
    whole = hashlib.sha256()
    # Whatever was there before is gone at once.
    medium.write(0, bytes(CHUNK_BYTES))
    medium.flush()
    with open(image, "rb") as source:
        first = source.read(CHUNK_BYTES)
        whole.update(first)
        done = len(first)
        while chunk := source.read(CHUNK_BYTES):
            whole.update(chunk)
            medium.write(done, chunk)
            done += len(chunk)
            progress(done, total)
            if done >= total // 2:
                at_half()
        medium.flush()
        medium.write(0, first)
    medium.flush()
    progress(total, total)
    return whole.hexdigest()


def verify_image(medium, image, progress):
    """Raises Refused at the first chunk that reads back as something else."""
    medium.forget_cached()
    total = os.path.getsize(image)
    done = 0
    with open(image, "rb") as source:
        while chunk := source.read(CHUNK_BYTES):
            if medium.read(done, len(chunk)) != chunk:
                raise Refused(f"{medium.path} gives back something else than was written, between {in_mb(done)} and "
                              f"{in_mb(done + len(chunk))}: the medium is bad")
            done += len(chunk)
            progress(done, total)


def find_partition(medium, name):
    """(offset, bytes) of a GPT partition."""
    header = medium.read(512, 92)
    if header[:8] != b"EFI PART":
        raise Refused(f"{medium.path} has no partition table")
    table, count, size = struct.unpack("<QII", header[72:88])
    entries = medium.read(table * 512, count * size)
    for at in range(0, len(entries), size):
        first, last = struct.unpack("<QQ", entries[at + 32:at + 48])
        if entries[at + 56:at + 128].decode("utf-16le").rstrip("\0") == name:
            return first * 512, (last - first + 1) * 512
    raise Refused(f"{medium.path} has no partition called {name}")
