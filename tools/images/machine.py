#!/usr/bin/env python3
"""The test board: QEMU's `virt` with one Cortex-A7 and 128 MB, started from a disk image as a board is from its
medium, its serial console read and written.

As a program it is ./tools/boot, which has the options. Tests use the class.

Time is emulated without hardware help (TCG): a boot takes seconds of CPU. Deadlines here are for what must happen
at all; nothing is concluded from how long it took.
"""

import argparse
import atexit
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import tempfile
import time
from pathlib import Path

import block_log
import upstream

LOADER = Path("/usr/lib/u-boot/qemu_arm/u-boot.bin")
FIRST_READING = r"holdfast: first reading kept ([0-9.]+) s after"
FIRST_RECEIPT = r"holdfast: first readings receipted ([0-9.]+) s after"
SOON_S = 600  # for what must happen, on a machine that has other things to do
# The board's time is counted in its instructions (half a billion a second), and the time in which it only waits is skipped:
# a day takes minutes. An answer from outside then seems to take long, for whoever gives it lives in real time. So its
# medium does not wait for ours (`unsafe`: of this machine, not of the board), and clients of servers here need patience.
SKIPPING = ["-icount", "shift=1,sleep=off"]
# The same, but for the time in which it waits: that is ours. However busy this machine is, the board is not late.
BY_INSTRUCTIONS = ["-icount", "shift=1"]


class NoAnswer(Exception):
    """The board did not say or do what was waited for."""


def loader_that_does_not_wait():
    """Debian's boot loader waits two seconds for a key, as one on a desk should; in the field nobody presses one."""
    loader = tempfile.NamedTemporaryFile(prefix="holdfast-loader.")
    loader.write(LOADER.read_bytes().replace(b"\0bootdelay=2\0", b"\0bootdelay=0\0"))
    loader.flush()
    return loader


class Machine:
    """One board. Not running until start(); what it writes stays in the image."""

    def __init__(self, image, *, rtc=None, forward=None, watch=None, extra=(), resets=True, log=None, skips=False):
        """rtc: what the clock of the board says at the start; forward: a free port of the host that leads to a port of
        the board, as (host, board); watch: called with each piece of the console; resets: the board starts again when it
        resets, as a real one; else the machine ends; log: a file for all that is written to the medium (block_log.py), or
        skips: the time in which the board waits is skipped."""
        assert not (log and skips), "a log of the medium is worth nothing where its flushes are not waited for"
        self.image, self.watch, self.resets = str(image), watch, resets
        network = "user,id=net"
        if forward:
            network += f",hostfwd=tcp:127.0.0.1:{forward[0]}-:{forward[1]}"
        disk = f"if=none,id=disk,format=raw,file={self.image}" + (",cache=unsafe" if skips else "")
        self.loader = loader_that_does_not_wait()
        self.words = [
            "qemu-system-arm", "-machine", "virt", "-cpu", "cortex-a7", "-smp", "1", "-m", "128",
            "-bios", self.loader.name, "-display", "none", "-serial", "stdio", "-monitor", "none",
            *(block_log.words_for(self.image, log) if log else ["-drive", disk]), "-device", "virtio-blk-device,drive=disk",
            "-netdev", network, "-device", "virtio-net-device,netdev=net", "-device", "virtio-rng-device",
            *([] if resets else ["-no-reboot"]), *(["-rtc", f"base={rtc}"] if rtc else []), *(SKIPPING if skips else []),
            *extra]
        self.process = self.listener = None
        self.console = ""  # all that was said since the start
        self.read_to = 0   # what wait_for() has passed
        self.changed = threading.Condition()
        self.asked = 0
        self.started = 0.0

    def start(self):
        self.console, self.read_to, self.started = "", 0, time.monotonic()
        # With its own group, and ended by the kernel when we end however we end.
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *self.words], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0,
                                        start_new_session=True)
        self.listener = threading.Thread(target=self._listen, args=(self.process,), daemon=True)
        self.listener.start()
        return self

    def _listen(self, process):
        while piece := process.stdout.read(4096):
            text = piece.decode(errors="replace").replace("\r", "")
            with self.changed:
                self.console += text
                self.changed.notify_all()
            if self.watch:
                self.watch(text)
        process.wait()
        with self.changed:
            self.changed.notify_all()

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def wait_for(self, pattern, deadline_s=SOON_S):
        """The match of `pattern` in what the board says after what was waited for before."""
        end = time.monotonic() + deadline_s
        with self.changed:
            while not (match := re.compile(pattern).search(self.console, self.read_to)):
                if not self.running:
                    raise NoAnswer(f"the machine ended before it said '{pattern}':\n{self.console[-3000:]}")
                if time.monotonic() >= end:
                    raise NoAnswer(f"not said in {deadline_s} s: '{pattern}'; last words:\n{self.console[-3000:]}")
                self.changed.wait(min(1.0, deadline_s))
            self.read_to = match.end()
            return match

    def command(self, text, deadline_s=SOON_S):
        """Runs it in the root shell of a development image: its exit status and all that it said."""
        self.asked += 1
        number = self.asked
        # The echo of what we type has the marks in another spelling, so it is never taken for them.
        self.process.stdin.write(f'echo "<begin "{number}">"; {text}; echo "<end "{number} $?">"\n'.encode())
        self.wait_for(f"<begin {number}>\n", deadline_s)
        begin = self.read_to
        end = self.wait_for(f"<end {number} ([0-9]+)>", deadline_s)
        return int(end[1]), self.console[begin:end.start()]

    def type(self, text):
        """What nobody waits for."""
        self.process.stdin.write(f"{text}\n".encode())

    def let_run(self, seconds):
        """The board lives on for so long, or until it ends."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass

    def live_on(self, seconds):
        """For so long by the board's own clock. In the root shell of a development image."""
        self.command(f"sleep {seconds}", SOON_S + seconds)

    def wait_for_shell(self, deadline_s=SOON_S):
        self.wait_for("built-in shell", deadline_s)

    def cut(self):
        """The plug is pulled: nothing is said to the board, and nothing it had not written is written."""
        if self.process is not None:
            if self.running:
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.listener.join()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None

    def end(self):
        """The machine ends as a program does, with its log complete. To the board it is a cut."""
        if self.running:
            self.process.terminate()
            self.process.wait()
        self.cut()

    def core_seconds(self):
        """What the emulation has cost so far: time of one core of this machine, however busy it is with other things."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            user, system = file.read().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def wait_for_end(self, deadline_s=SOON_S):
        try:
            return self.process.wait(deadline_s)
        except subprocess.TimeoutExpired as late:
            raise NoAnswer(f"still running after {deadline_s} s:\n{self.console[-3000:]}") from late


def show(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def type_through(machine):
    """What a person types goes to the board."""
    for line in sys.stdin:
        if not machine.running:
            return
        machine.process.stdin.write(line.encode())


class Marks:
    """When the board first said each of these things: on the wall here, by its own clock, and in time of one core."""

    def __init__(self, machine, sentences):
        self.machine, self.sentences, self.seen = machine, sentences, {}

    def look(self):
        for name, pattern in self.sentences.items():
            said = None if name in self.seen else re.search(pattern, self.machine.console)
            if said:
                wall_s = time.monotonic() - self.machine.started
                self.seen[name] = (f"{name} {wall_s:.1f} s after power on ({said[1]} s after the kernel began; "
                                   f"{self.machine.core_seconds():.1f} s of one core here)")

    def missing(self):
        return [name for name in self.sentences if name not in self.seen]


def run(machine, marks, limit_s):
    """Until it ends, somebody ends it, or its time is over. True: it ended by itself."""
    threading.Thread(target=type_through, args=(machine,), daemon=True).start()
    try:
        while machine.running and (not limit_s or time.monotonic() - machine.started < limit_s):
            marks.look()
            time.sleep(0.05)
    except KeyboardInterrupt:
        pass
    ended_itself = not machine.running
    machine.cut()
    return ended_itself


def options_of(words):
    parser = argparse.ArgumentParser(prog="./tools/boot", add_help=False)
    parser.add_argument("--image", required=True)
    parser.add_argument("--cut-after", type=float)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--rtc")
    parser.add_argument("--throw-away", action="store_true")
    parser.add_argument("--hub")
    options = parser.parse_args(words)
    if not os.access(options.image, os.W_OK):
        sys.exit(f"boot: cannot write to '{options.image}': a board writes to its medium")
    if shutil.which("qemu-system-arm") is None:
        sys.exit("boot: qemu-system-arm is not there: run ./tools/boot, which installs it")
    return options


def start_upstream(options):
    """Broker and hub, and a board that knows them."""
    try:
        there = upstream.Upstream(options.hub).start()
        atexit.register(there.stop)
        upstream.give_identity(options.image, upstream.desk_settings(there.address()))
    except (upstream.media.Refused, upstream.identity.Wrong, OSError, RuntimeError) as problem:
        sys.exit(f"boot: {problem}")
    return there


def main():
    options = options_of(sys.argv[1:])
    sentences = {"first reading kept": FIRST_READING}
    hub = None
    if options.hub:
        hub = start_upstream(options)
        sentences["first readings receipted"] = FIRST_RECEIPT
    extra = ["-snapshot"] if options.throw_away else []
    machine = Machine(options.image, rtc=options.rtc, watch=show, extra=extra).start()
    marks = Marks(machine, sentences)
    ended_itself = run(machine, marks, options.cut_after or options.seconds)
    print(f"\nboot: {'it ended' if ended_itself else 'the plug was pulled'}")
    for said in marks.seen.values():
        print(f"  {said}")
    for name in marks.missing():
        print(f"  no {name}")
    if hub:
        found = hub.verify()
        print(f"  at the hub: {found['readings']} readings, {found['missing']} rows missing, {found['duplicated']} readings twice")
    if marks.missing() and not options.cut_after:
        sys.exit(1)


if __name__ == "__main__":
    main()
