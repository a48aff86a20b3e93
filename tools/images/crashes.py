#!/usr/bin/env python3
"""Crash images of a running board: what its medium may hold after a cut, thousands of times, each opened and judged.

./tools/crashes runs this and has the options. A board lives under load while every write and flush of its medium is
logged (block_log.py). It says on its console what it has made safe; where the log stands then is noted. Afterwards cuts
are drawn: at any request of the log, with any part of what no flush had confirmed. Each image is recovered by e2fsck as
it would be without anybody, and read by the store's own code (tests/crashes).

A recording is several lives: each begins on what a cut has left of the one before; after a few, on a new medium.
"""

import argparse
import bisect
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import block_log
from machine import BY_INSTRUCTIONS, FIRST_READING, Machine, NoAnswer
from medium import Medium, find_partition

PARTITION_MAX = 64 << 20    # where the judge is a board
SENSORS = 100               # of a development image
ROUNDS = (25, 60)           # of a life, about a second each: where few cuts are wanted, and where many are
CUTS_PER_LIFE = 500         # more cuts want more lives
LIVES_OF_MEDIUM = 3         # another short one and the board spares its medium for two minutes: nothing to cut
JUDGED_S = 240              # a bound for what a judge's board takes for one image; some seconds are usual
SETTLED_MS = 5_000          # after the first answer: a board that starts may be late, and counts what it missed
ON_LIAR = 20                # more images, of a medium that confirms a flush and keeps ...
HELD_BACK = 100             # ... so many writes in its cache
TORN_EVERY = 20             # of so many images one has, besides, a superblock that a cut during its next mount has torn
SUPERBLOCK_MOUNTED = 1024 + 44  # when ext4 was mounted: in the superblock's first sector, its checksum is in the second
# What e2fsck says when all it did was what the kernel does at every mount.
HARMLESS = re.compile(r"(\S+: )?(recovering journal|Clearing orphaned inode \d+ .*|clean, .*|\d+/\d+ files .*|"
                      r"Setting free (inodes|blocks) count to \d+ \(was \d+\)|)$")


class Wrong(Exception):
    """Something needed is not there, or the board did not do what it should."""


class Life:
    """One boot: its log, what was promised when, and what it began on."""

    def __init__(self, folder, number):
        self.folder = Path(folder) / f"life{number}"
        self.folder.mkdir()
        self.base, self.log = self.folder / "base.img", self.folder / "log"
        self.boot = self.first_ms = self.counted_ms = None
        self.notes = []  # (bytes of the log, promised_ms, number of the last edit)


class Judge:
    """Opens one image after the other: `image`. For ext4, which can be taken apart here."""

    whole = block_log.SECTOR

    def __init__(self, checker, work):
        self.checker, self.image, self.found = checker, Path(work) / "crash.img", Path(work) / "found"

    def take(self, image):
        block_log.copy(image, self.image)

    @staticmethod
    def tear_superblock(image):
        """True: what can be torn is."""
        with open(image, "r+b") as file:
            file.seek(SUPERBLOCK_MOUNTED)
            mounted = int.from_bytes(file.read(4), "little")
            file.seek(SUPERBLOCK_MOUNTED)
            file.write((mounted + 1).to_bytes(4, "little"))
        return True

    def examine(self, boots):
        """(what had to be mended in words, whether that helped, what the store found, or why it found nothing)."""
        mended, is_sound = self.mend()
        found, why = self.open(boots)
        return mended, is_sound, found, why

    def mend(self):
        """As the board does."""
        run = subprocess.run(["e2fsck", "-p", "-f", self.image], capture_output=True, text=True, check=False)
        strange = [line for line in (run.stdout + run.stderr).splitlines() if not HARMLESS.fullmatch(line)]
        if not run.returncode & ~1 and not strange:
            return "", True
        # config/image/root/usr/lib/holdfast/data.sh does this when the partition does not mount.
        for copy in ([], ["-b", "4096", "-B", "4096"]):
            again = subprocess.run(["e2fsck", "-f", "-y", *copy, self.image], capture_output=True, text=True, check=False)
            if again.returncode < 4:
                break
        sound = subprocess.run(["e2fsck", "-f", "-n", self.image], capture_output=True, check=False).returncode == 0
        return f"e2fsck ends with {run.returncode}: {'; '.join(strange)}", sound and not again.returncode & ~3

    def open(self, boots):
        shutil.rmtree(self.found, ignore_errors=True)
        self.found.mkdir()
        subprocess.run(["debugfs", "-R", f"rdump /holdfast {self.found}", self.image], capture_output=True, check=True)
        (self.found / "holdfast").mkdir(exist_ok=True)  # the board makes it, when it is not there yet
        run = subprocess.run([self.checker, self.found / "holdfast", str(SENSORS), *boots],
                             capture_output=True, text=True, check=False)
        if run.returncode != 0:
            return None, run.stderr.strip() or f"after_crash ends with {run.returncode}"
        return json.loads(run.stdout), ""

    def end(self):
        pass


def attach(board, **disks):
    """More disks. Before its own one, because of several the boot loader starts from the last."""
    words = []
    for name, file in disks.items():
        words += ["-drive", f"if=none,id={name},format=raw,file={file}", "-device", f"virtio-blk-device,drive={name}"]
    at = board.words.index("-bios")
    board.words[at:at] = words


class JudgeOnBoard:
    """The same on a board, whose kernel knows file systems that this machine's does not: slower by far."""

    whole = 4096  # f2fs asks that of its medium: docs/decisions/0056

    def __init__(self, checker, work, image):
        folder = Path(work) / "judge"
        folder.mkdir()
        # Two more disks: the programs of the judge, and the image to be judged.
        programs = folder / "programs"
        programs.mkdir()
        shutil.copy(checker, programs / "after_crash")
        subprocess.run(["mksquashfs", programs, folder / "programs.img", "-quiet", "-no-progress"], check=True)
        self.image = Path(work) / "crash.img"
        with open(self.image, "wb") as file:
            file.truncate(PARTITION_MAX)
        disk = folder / "judge.img"
        block_log.copy(image, disk)
        self.board = Machine(disk)
        attach(self.board, programs=folder / "programs.img", judged=self.image)
        self.start()

    def start(self):
        self.board.start()
        self.board.wait_for_shell()
        self.board.wait_for(FIRST_READING)
        # The kernel finds disks in an order of its own: the programs are a squashfs.
        code, text = self.board.command(
            ". /usr/lib/holdfast/board.sh; . /usr/lib/holdfast/data.sh; mkdir -p /run/programs /run/judged; "
            "for d in vda vdb vdc; do [ -e /sys/block/$d/${d}1 ] && continue; "
            "mount -t squashfs /dev/$d /run/programs 2>/dev/null || judged=/dev/$d; done; ls /run/programs")
        if code != 0 or "after_crash" not in text:
            raise Wrong(f"the judge's board does not find its disks: {text}")

    def take(self, image):
        block_log.copy_over(image, self.image)

    @staticmethod
    def tear_superblock(_image):
        return False  # a mount of f2fs writes no superblock

    def examine(self, boots):
        # Once the board has closed a disk it remembers nothing of it, so the image may be another one each time.
        words = "; ".join((
            'found=$(file_system_of $judged); modprobe $found; mended=no',
            'mount_whole $found $judged /run/judged || '
            '{ mended=yes; mend $found $judged; mount_as $found $judged /run/judged || echo beyond mending; }',
            'mkdir -p /run/judged/holdfast',
            f'/run/programs/after_crash /run/judged/holdfast {SENSORS} {" ".join(boots)}',
            'echo mended=$mended; umount /run/judged'))
        try:
            _, text = self.board.command(words, JUDGED_S)
        except NoAnswer as silence:  # its kernel hangs in that file system: somebody would have to come
            self.board.cut()
            self.start()
            return "the board hangs", False, None, str(silence)
        mended = "the board had to mend it" if "mended=yes" in text else ""
        told = re.search(r"^\{.*\}$", text, re.MULTILINE)
        return mended, "beyond mending" not in text, json.loads(told[0]) if told else None, "" if told else text

    def end(self):
        self.board.cut()


def judge_for(options, work):
    """By what the image's data partition is."""
    with Medium(options.image, Path(options.image).stat().st_size) as medium:
        offset, size = find_partition(medium, "data")
        is_ext4 = medium.read(offset + 1080, 2) == b"\x53\xef"
    if is_ext4:
        return Judge(options.checker, work)
    if size > PARTITION_MAX:
        raise Wrong(f"the data partition has {size} bytes, and {PARTITION_MAX} is the most: see --data-size of ./tools/image")
    if not options.board_checker or not Path(options.board_checker).exists():
        raise Wrong("what is not ext4 needs --board-checker: after_crash as built for the board")
    return JudgeOnBoard(options.board_checker, work, options.image)


class Recording:
    """Lives of one board, and the cuts through them."""

    def __init__(self, image, judge, work, chance):
        self.image, self.work, self.judge, self.chance, self.lives = image, Path(work), judge, chance, []
        self.disk = self.work / "board.img"
        with Medium(image, Path(image).stat().st_size) as medium:
            self.offset, self.size = find_partition(medium, "data")

    def live(self, rounds):
        """The next boot. It begins on what a cut has left of the last one, or on a new medium."""
        life = Life(self.work, len(self.lives))
        if not self.before(len(self.lives)):
            block_log.copy(self.image, self.disk)
        block_log.take_partition(self.disk, self.offset, self.size, life.base)
        board = Machine(self.disk, log=life.log, extra=BY_INSTRUCTIONS)
        try:
            board.start().wait_for_shell()
            board.wait_for(FIRST_READING)
            self._prepare(board)
            for number in range(rounds):
                self._round(life, board, number)
        finally:
            board.end()
        self.lives.append(life)
        life.requests = block_log.BlockLog(life.log, self.offset, self.size, self.judge.whole)
        self._learn_first(life)
        self._cut_for_next(life)

    def _prepare(self, board):
        for words in ("settings set durability.window=2s durability.batch_period=30s",
                      "rules set crash-watch condition=above limit=21 hysteresis=0 delay_ms=0 pattern='machine/sensor-1*'"):
            code, text = board.command(f"holdfast {words}")
            if code != 0:
                raise Wrong(f"holdfast {words}: {text.strip()}")

    def _round(self, life, board, number):
        """Some load, then what is safe by now, and where the log stands."""
        edit = 1000 * (len(self.lives) + 1) + number
        words = [f"holdfast equipment set crash-watch name='edit {edit}' >/dev/null"]
        if number % 7 == 3:
            words.append(f"holdfast settings set durability.window={self.chance.choice((1, 2, 4))}s >/dev/null")
        words.append("holdfast status --json")
        code, text = board.command("; ".join(words))
        if "{" not in text:
            raise Wrong(f"the board does not tell its status: {text}")
        status = json.loads(text[text.index("{"):text.rindex("}") + 1])
        uptime_ms, window_ms = status["time"]["uptime_ms"], status["queue"]["window_ms"]
        if code != 0 or status["queue"]["keeping"] != "on_flash":
            raise Wrong(f"the board does not keep on flash: {text}")
        if life.counted_ms is None:
            life.counted_ms = uptime_ms + SETTLED_MS
        # A window that was just narrowed holds for what is taken from now on.
        wide_ms = max(window_ms, getattr(life, "window_ms", window_ms))
        life.window_ms = window_ms
        life.notes.append((life.log.stat().st_size, uptime_ms - wide_ms, edit))
        board.command(f"usleep {self.chance.randrange(400_000, 1_200_000)}")

    def _learn_first(self, life):
        """From the whole of it: which boot this was, and when its sensors were first read."""
        replay = block_log.Replay(life.requests, life.base, life.folder)
        replay.walk_to(len(life.requests.requests))
        replay.settle()
        replay.close()
        self.judge.take(replay.safe)
        mended, _, found, why = self.judge.examine([])
        if mended or not found:
            raise Wrong(f"all that the board wrote, and it cannot be read: {mended or why}")
        before = {earlier.boot for earlier in self.before(len(self.lives) - 1)}
        new = [boot for boot in found["boots"] if boot["id"] not in before]
        if len(new) != 1:
            raise Wrong(f"one new boot was expected in {found['boots']}")
        life.boot, life.first_ms = new[0]["id"], new[0]["first_ms"]

    def _cut_for_next(self, life):
        """The disk, as a cut has left it; what was promised until then stays so."""
        count = self.chance.randrange(len(life.requests.requests) * 3 // 4, len(life.requests.requests))
        replay = block_log.Replay(life.requests, life.base, life.folder)
        replay.walk_to(count)
        replay.leave(life.folder / "left.img", self.chance)
        replay.close()
        life.last = self.promised(life, count)
        life.cut_at = count
        block_log.put_partition(life.folder / "left.img", self.disk, self.offset)

    @staticmethod
    def promised(life, count):
        """(promised_ms, edit) when `count` requests were through; nothing yet: (-1, 0)."""
        if count == 0:
            return -1, 0
        at = bisect.bisect_right(life.notes, life.requests.ends[count - 1], key=lambda note: note[0])
        return life.notes[at - 1][1:] if at else (-1, 0)

    def before(self, number):
        """The lives on the same medium."""
        return self.lives[number - number % LIVES_OF_MEDIUM:number]

    def known_boots(self, number, promised_ms):
        earlier = [f"{life.boot}:{life.first_ms}:{life.counted_ms}:{life.last[0]}" for life in self.before(number)]
        life = self.lives[number]
        return [*earlier, f"{life.boot}:{life.first_ms}:{life.counted_ms}:{promised_ms}"]

    def edit_before(self, number):
        return max((life.last[1] for life in self.before(number)), default=0)


class Count:
    """What came of the images."""

    def __init__(self):
        self.images = self.lost = self.corrupt = self.duplicated = self.mended = self.repairs = self.torn = 0

    def add(self, verdict, edit):
        """In words what is not well, or empty."""
        self.images += 1
        before = self.bad()
        mended, is_sound, found, why = verdict
        self.mended += mended != ""
        self.repairs += not is_sound
        if found is None:
            self.lost += 1
        else:
            self.lost += found["lost"] + (edit > int(found["note"].removeprefix("edit ") or 0))
            self.corrupt += found["corrupt"] + found["files_aside"] + (not found["on_flash"])
            self.duplicated += found["duplicated"]
        if self.bad() == before:
            return mended
        return f"{why or json.dumps(found)}; promised edit {edit}; {mended}"

    def bad(self):
        return self.lost + self.corrupt + self.duplicated + self.repairs


def draw_cuts(recording, count, chance):
    """For each life, how many requests are through at each of its cuts."""
    sizes = [len(life.requests.requests) for life in recording.lives]
    drawn = [[] for _ in sizes]
    for _ in range(count):
        life = chance.choices(range(len(sizes)), sizes)[0]
        drawn[life].append(chance.randrange(sizes[life] + 1))
    return [sorted(cuts) for cuts in drawn]


def judge_cuts(recording, count, wanted, chance, *, held_back=0, to_start=(), keep=None):
    """So many images; `keep`: a folder for those that are not well; the board itself starts on some."""
    as_left = recording.work / "as_left.img"
    for number, cuts in enumerate(draw_cuts(recording, wanted, chance)):
        life = recording.lives[number]
        replay = block_log.Replay(life.requests, life.base, recording.work, held_back)
        for at in cuts:
            replay.walk_to(at)
            replay.leave(as_left, chance)
            is_torn = count.images % TORN_EVERY == TORN_EVERY - 1 and recording.judge.tear_superblock(as_left)
            count.torn += is_torn
            recording.judge.take(as_left)
            where = f"life {number}, cut after request {at}"
            if count.images in to_start:
                start_board(recording, where)
            promised_ms, edit = recording.promised(life, at)
            verdict = recording.judge.examine(recording.known_boots(number, promised_ms))
            words = count.add(verdict, max(edit, recording.edit_before(number)))
            if is_torn and words == verdict[0]:
                words = ""  # mended, as it must be
            if words and not held_back:
                print(f"{where}: {words}", file=sys.stderr)
            if words and keep:
                block_log.copy(as_left, Path(keep) / f"crash-{number}-{at}.img")
            show_progress(count, wanted)
        replay.close()


def draw_starts(wanted, count, chance):
    """The images that the board itself starts on; first of all one with a torn superblock."""
    if not 0 < wanted < count:
        return set(range(min(wanted, count)))
    first = min(TORN_EVERY, count) - 1
    return {first, *chance.sample([number for number in range(count) if number != first], wanted - 1)}


def start_board(recording, where):
    """The image in a board: it keeps readings there, without a person."""
    block_log.put_partition(recording.judge.image, recording.disk, recording.offset)
    board = Machine(recording.disk, extra=BY_INSTRUCTIONS)
    try:
        board.start().wait_for(FIRST_READING)
        if "cannot be mended" in board.console:
            raise Wrong(f"{where}: the board lost its data partition:\n{board.console[-2000:]}")
    finally:
        board.cut()


def show_progress(count, wanted):
    if sys.stderr.isatty():
        print(f"\r  {count.images} of {wanted} images", end="\n" if count.images == wanted else "", file=sys.stderr,
              flush=True)


def print_result(options, recording, count, liar, seconds):
    figures = {"images": count.images, "lost": count.lost, "corrupt": count.corrupt, "duplicated": count.duplicated,
               "torn_superblocks": count.torn, "mended": count.mended, "repairs": count.repairs,
               "started": min(options.start, options.count),
               "found_on_lying_medium": liar.bad(), "lives": len(recording.lives),
               "writes": sum(life.requests.writes() for life in recording.lives),
               "flushes": sum(life.requests.flushes() for life in recording.lives),
               "seed": options.seed, "seconds": round(seconds, 1)}
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"  {name:<22} {figure:>10}")


def main():
    parser = argparse.ArgumentParser(prog="./tools/crashes", add_help=False, allow_abbrev=False)
    parser.add_argument("--image", required=True)
    parser.add_argument("--checker", required=True)
    parser.add_argument("--board-checker")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=1)
    parser.add_argument("--keep")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    began = time.monotonic()
    chance = random.Random(options.seed)
    count, liar = Count(), Count()
    with tempfile.TemporaryDirectory(prefix="holdfast.") as work:
        judge = None
        try:
            judge = judge_for(options, work)
            recording = Recording(options.image, judge, work, chance)
            for _ in range(max(2, options.count // CUTS_PER_LIFE)):
                recording.live(ROUNDS[options.count > CUTS_PER_LIFE])
            print(f"recorded {len(recording.lives)} lives in {time.monotonic() - began:.0f} s", file=sys.stderr)
            to_start = draw_starts(options.start, options.count, chance)
            judge_cuts(recording, count, options.count, chance, to_start=to_start, keep=options.keep)
            # Who sees nothing there sees nothing at all.
            judge_cuts(recording, liar, ON_LIAR, chance, held_back=HELD_BACK)
        except Wrong as problem:
            sys.exit(f"crashes: {problem}")
        finally:
            if judge:
                judge.end()
        print_result(options, recording, count, liar, time.monotonic() - began)
    if not liar.bad():
        print("crashes: a medium that forgets what it confirmed was not noticed", file=sys.stderr)
    sys.exit(1 if count.bad() or not liar.bad() else 0)


if __name__ == "__main__":
    main()
