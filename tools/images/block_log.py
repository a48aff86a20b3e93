"""What a board wrote to its medium, write by write and flush by flush, and what a cut may have left of it.

QEMU's `blklogwrites` keeps the log, in the format of Linux's dm-log-writes: a sector about the log, then for each
request a sector about it and the data. A cut leaves everything that a later flush has confirmed, and of what came
after the last flush any part: a medium may commit its cache in any order, sector by sector, or in larger pieces where a
file system asks for that.
"""

import mmap
import shutil
import struct
import subprocess
from pathlib import Path

SECTOR = 512  # what any medium writes whole or not at all
FLUSH, FUA, DISCARD = 1, 2, 4


def words_for(image, log):
    """QEMU's words for a disk `disk` whose writes are logged."""
    Path(log).write_bytes(b"")
    return ["-blockdev", f"driver=file,filename={image},node-name=medium",
            "-blockdev", f"driver=file,filename={log},node-name=log",
            "-blockdev", f"driver=blklogwrites,node-name=disk,file=medium,log=log,log-sector-size={SECTOR}"]


class BlockLog:
    """The requests that concern one partition, in the order in which the medium got them."""

    def __init__(self, path, offset, size, whole=SECTOR):
        """`whole`: what the medium writes whole or not at all."""
        self.whole = whole
        with open(path, "rb") as file:
            self.bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.requests = []  # (offset in the partition or None: a flush only, where the data lies, bytes, flags)
        self.ends = []      # for each, how long the log was then
        at = SECTOR
        while at + SECTOR <= len(self.bytes):
            sector, count, flags, _ = struct.unpack_from("<QQQQ", self.bytes, at)
            data, length = at + SECTOR, count * SECTOR
            if count == 0 and not flags & FLUSH:
                break  # the machine ended before it had written this
            at = data if flags & DISCARD else data + length
            if at > len(self.bytes):
                break
            begin = sector * SECTOR - offset
            if count and (begin < 0 or begin + length > size):
                continue
            # What was discarded may be read as anything: as what it was, too.
            is_write = count > 0 and not flags & DISCARD
            self.requests.append((begin if is_write else None, data, length, flags))
            self.ends.append(at)

    def flushes(self):
        return sum(1 for request in self.requests if request[3] & FLUSH)

    def writes(self):
        return sum(1 for request in self.requests if request[0] is not None)


class Replay:
    """Walks through a log, and makes images of the partition as cuts may have left it."""

    def __init__(self, log, base, work, forgets_flushes=0):
        """`base`: the partition before the log began; `forgets_flushes`: a medium that holds so many writes back and
        confirms each flush all the same, as a bug to be caught."""
        self.log, self.forgets = log, forgets_flushes
        self.work = Path(work)
        self.safe = self.work / "confirmed.img"
        copy(base, self.safe)
        self.file = open(self.safe, "r+b", buffering=0)
        self.at = 0
        self.pending = []

    def close(self):
        self.file.close()

    def walk_to(self, count):
        """The first `count` requests have reached the medium. Only forwards."""
        for request in self.log.requests[self.at:count]:
            if request[3] & FLUSH and not self.forgets:
                self._commit(len(self.pending))
            if request[0] is not None:
                self.pending.append(request)
        if self.forgets:
            self._commit(max(len(self.pending) - self.forgets, 0))
        self.at = count

    def settle(self):
        """The power stays until the medium has written all it was given."""
        self._commit(len(self.pending))

    def _commit(self, count):
        for request in self.pending[:count]:
            self._put(self.file, request, 0, request[2])
        del self.pending[:count]

    def _put(self, file, request, begin, length):
        file.seek(request[0] + begin)
        file.write(self.log.bytes[request[1] + begin:request[1] + begin + length])

    def leave(self, target, chance):
        """An image of what may be there if the power goes now."""
        copy(self.safe, target)
        share = chance.choice((0.0, 1.0, 0.1, 0.5, 0.9))
        with open(target, "r+b", buffering=0) as file:
            for request in self.pending:
                if request[3] & FUA or chance.random() < share:
                    self._put(file, request, 0, request[2])
                elif chance.random() < 0.5:
                    self._tear(file, request, chance)

    def _tear(self, file, request, chance):
        """Some pieces of it, and not all."""
        whole = self.log.whole
        pieces = -(-request[2] // whole)
        kept = set(chance.sample(range(pieces), chance.randrange(pieces)))
        for piece in sorted(kept):
            self._put(file, request, piece * whole, min(whole, request[2] - piece * whole))


def copy(source, target):
    subprocess.run(["cp", "--sparse=always", source, target], check=True)


def copy_over(source, target):
    """Into a file that somebody has open: it stays the same file."""
    subprocess.run(["dd", f"if={source}", f"of={target}", "bs=1M", "conv=notrunc", "status=none"], check=True)


def take_partition(image, offset, size, target):
    """Out of a disk, holes left holes."""
    block = 1 << 20
    subprocess.run(["dd", f"if={image}", f"of={target}", f"bs={block}", f"skip={offset}", f"count={size}",
                    "iflag=skip_bytes,count_bytes", "conv=sparse", "status=none"], check=True)


def put_partition(source, image, offset):
    with open(source, "rb") as file, open(image, "r+b") as disk:
        disk.seek(offset)
        shutil.copyfileobj(file, disk, 1 << 20)
