"""The store on UBIFS over raw NAND: the kernel's simulated chip (nandsim) in the board, its memory the chip's.

A cut is one that UBI emulates: at some header that it is to write, the chip's supply goes. Nothing is written any more, and
what UBIFS had in its buffers is gone. The gateway is killed, the chip is attached and mounted anew, UBIFS recovers, and the
store's own code says what is there (tests/crashes). Each run of the gateway is given a boot of its own. What this does not
show is a kernel that starts with such a chip: the chip lives in the memory of that kernel (docs/decisions/0056).

A check that sees nothing is none: on a chip below which a layer of the kernel passes on no flush (overlayfs, `volatile`), the
same must find something missing.

HOLDFAST_NAND_CUTS says how many (3), HOLDFAST_SEED what is drawn (1).
"""

import json
import os
import random
import re
import shutil
import subprocess
import unittest
import uuid
from pathlib import Path

from board_in_test import FIRST_READING, IMAGES, BoardTest, desk_settings, give_identity, say
from crashes import attach

CUTS = int(os.environ.get("HOLDFAST_NAND_CUTS", "3"))
SEED = int(os.environ.get("HOLDFAST_SEED", "1"))
PACKAGES = IMAGES.parent / "packages"
CHECKER = Path(os.environ["HOLDFAST_HOST_TREE"]).parent / "armv7/tests/crashes/after_crash"
MODULES = ("nandsim", "ubi", "deflate", "zstd", "ubifs", "overlay")  # UBIFS asks for each way of compressing when it loads
TOOLS = ("ubiattach", "ubidetach", "ubimkvol")
# 64 MiB of pages of 2 KiB.
CHIP = "first_id_byte=0x20 second_id_byte=0xa2 third_id_byte=0x00 fourth_id_byte=0x15"
HEADERS = (2, 12)   # until the cut: of erase blocks and of their volumes, drawn between these
SENSORS = 100
BEFORE_S = (10, 40)  # from a start of the gateway until a cut may come, drawn
ROUNDS_MAX = 300    # of load until the cut comes
SETTLED_MS = 3_000
BOOT_ID = "/proc/sys/kernel/random/boot_id"
# Beside the gateway's writes: what makes UBI take one erase block after the other.
LOAD = "while dd if=/dev/urandom of=/run/nand/load bs=4k count=40 conv=fsync 2>/dev/null; do sleep 1; done"


def name_of(path):
    return Path(path).name.removesuffix(".ko").replace("-", "_")


def in_order(names):
    """Files of the modules and of all they need, those first that others need."""
    (folder,) = (PACKAGES / "lib/modules").iterdir()
    needs = {}
    for line in (folder / "modules.dep").read_text().splitlines():
        path, _, needed = line.partition(":")
        needs[name_of(path)] = (folder / path, [name_of(other) for other in needed.split()])
    files = []

    def add(name):
        for other in needs[name][1]:
            add(other)
        if needs[name][0] not in files:
            files.append(needs[name][0])

    for name in names:
        add(name)
    return files


class RawNand(BoardTest):
    def setUp(self):
        super().setUp()
        self.chance = random.Random(SEED)
        self.edits = 0
        self.lies = False
        tools = self.folder / "tools"
        tools.mkdir()
        self.modules = in_order(MODULES)
        for file in [*self.modules, *(PACKAGES / "usr/sbin" / name for name in TOOLS), CHECKER]:
            shutil.copy(file, tools / file.name)
        self.disk = self.folder / "tools.img"
        subprocess.run(["mksquashfs", tools, self.disk, "-quiet", "-no-progress"], check=True)
        give_identity(self.image, desk_settings(None, generate="1"))  # the board's own gateway, on its own partition

    def ask(self, words):
        code, text = self.machine.command(words)
        self.assertEqual(code, 0, f"{words}\n{text}")
        return text

    def prepare(self):
        self.machine = self.board(skips=True)  # the chip is in the board's memory: nothing waits for this machine
        attach(self.machine, tools=self.disk)
        self.machine.start()
        self.machine.wait_for_shell()
        self.machine.wait_for(FIRST_READING)
        self.ask("dmesg -n 1")  # what UBIFS says of a cut would stand in the middle of an answer
        self.ask("mkdir -p /run/tools /run/nand /run/debug /run/copy; mount -t debugfs debugfs /run/debug; "
                 "mount -t tmpfs -o size=32m tmpfs /run/copy; "
                 "for d in vda vdb; do [ -e /sys/block/$d/${d}1 ] || mount -t squashfs /dev/$d /run/tools; done; "
                 "ls /run/tools/after_crash")
        for file in self.modules:
            words = CHIP if file.name == "nandsim.ko" else ""
            self.ask(f"grep -q '^{name_of(file)} ' /proc/modules || insmod /run/tools/{file.name} {words}")
        self.ask("/run/tools/ubiattach -p /dev/mtd0 && /run/tools/ubimkvol /dev/ubi0 -N data -m")
        self.mount()

    def mount(self):
        """`state` is where the gateway keeps, `left` what of that lies on the chip."""
        self.ask("mount -t ubifs -o noatime ubi0:data /run/nand")
        self.state = self.left = "/run/nand/holdfast"
        if self.lies:
            self.state, self.left = "/run/lies/holdfast", "/run/nand/upper/holdfast"
            self.ask("mkdir -p /run/lies /run/nothing /run/nand/upper; rm -rf /run/nand/work; mkdir /run/nand/work; mount -t overlay "
                     "-o volatile,lowerdir=/run/nothing,upperdir=/run/nand/upper,workdir=/run/nand/work lies /run/lies")
        self.ask(f"mkdir -p {self.state}")

    def start(self):
        """The gateway, in a boot of its own."""
        self.ask(f"echo {uuid.UUID(int=self.chance.getrandbits(128))} >/run/boot_id; mount --bind /run/boot_id {BOOT_ID}")
        self.ask(f"holdfast run --state {self.state} --gateway nand --generate {SENSORS} >/run/nand.log 2>&1 & echo $! >/run/nand.pid")
        self.ask(f"until holdfast settings set durability.window=2s durability.batch_period=30s --state {self.state} "
                 ">/dev/null 2>&1; do sleep 1; done")
        status = self.look()
        self.assertEqual(status["queue"]["keeping"], "on_flash")
        self.assertEqual(status["documents"]["journal"], "rollback" if self.lies else "write_ahead_log")
        return status["time"]["uptime_ms"] + SETTLED_MS

    def look(self):
        text = self.ask(f"holdfast status --json --state {self.state}")
        return json.loads(text[text.index("{"):text.rindex("}") + 1])

    def is_cut(self):
        return "1" in self.ask("cat /sys/class/ubi/ubi0/ro_mode")

    @staticmethod
    def promised_by(status):
        return status["time"]["uptime_ms"] - status["queue"]["window_ms"]

    def live(self):
        """A run of the gateway until the chip's supply goes: from when on none was missed, and the last that was promised."""
        run = {"counted": self.start(), "promised": -1, "edit": 0}
        self.machine.live_on(self.chance.randint(*BEFORE_S))
        if self.lies:
            self.ask("sync")  # of all file systems: so much is there, and found again
        run["promised"] = self.promised_by(self.look())
        least, most = HEADERS
        at = self.chance.randint(least, most)
        self.ask(f"cd /run/debug/ubi/ubi0; echo {at} >tst_emulate_power_cut_min; echo {at + 1} >tst_emulate_power_cut_max; "
                 f"echo 3 >tst_emulate_power_cut; cd /; ({LOAD}) & echo $! >/run/load.pid")
        for _ in range(ROUNDS_MAX):
            self.edits += 1
            code, _ = self.machine.command(f"holdfast equipment set crash-watch name='edit {self.edits}' --state {self.state} "
                                           "2>&1 | grep -q 'on_flash *true'")
            status = self.look()
            if self.is_cut():
                return run
            run["promised"] = self.promised_by(status)
            if code == 0:
                run["edit"] = self.edits
        return self.fail("the supply of the chip did not go")

    def recover(self):
        """The chip comes back."""
        self.machine.command(f"kill -9 $(cat /run/load.pid /run/nand.pid); sleep 1; umount {BOOT_ID}; umount /run/lies")
        self.ask("for i in 1 2 3 4 5; do umount /run/nand && break; sleep 1; done; /run/tools/ubidetach -d 0")
        self.ask("/run/tools/ubiattach -p /dev/mtd0")
        self.assertFalse(self.is_cut())
        self.mount()

    def examine(self, runs):
        """What the store has; looked at in a copy, because whoever looks opens it."""
        known = " ".join(f"{run['boot']}:{run['first']}:{run['counted']}:{run['promised']}" for run in runs)
        text = self.ask(f"rm -rf /run/copy/*; cp -a {self.left} /run/copy/ && /run/tools/after_crash /run/copy/holdfast {SENSORS} {known}")
        return json.loads(re.search(r"^\{.*\}$", text, re.MULTILINE)[0])

    def test_the_supply_of_the_chip_goes_while_it_is_written_and_nothing_that_was_safe_is_lost(self):
        self.prepare()
        runs = []
        for number in range(CUTS):
            run = self.live()
            self.recover()
            (new,) = [boot for boot in self.examine([])["boots"] if boot["id"] not in {known["boot"] for known in runs}]
            runs.append({**run, "boot": new["id"], "first": new["first_ms"]})
            found = self.examine(runs)
            for figure in ("lost", "corrupt", "duplicated", "files_aside"):
                self.assertEqual(found[figure], 0, f"cut {number}: {found}, {runs}")
            self.assertGreaterEqual(int(found["note"].removeprefix("edit ") or 0), max(run["edit"] for run in runs), found)
        promised_s = sum(max(0, run["promised"] - run["first"]) for run in runs) / 1000
        say(f"{CUTS} cuts of raw NAND, seed {SEED}: {sum(boot['readings'] for boot in found['boots'])} readings there, all of the "
            f"{promised_s:.0f} s that were promised")
        self.assertGreater(promised_s, 0)

    def test_a_chip_that_passes_on_no_flush_is_noticed(self):
        self.lies = True
        self.prepare()
        run = self.live()
        self.recover()
        (boot,) = self.examine([])["boots"]
        found = self.examine([{**run, "boot": boot["id"], "first": boot["first_ms"]}])
        edit = int(found["note"].removeprefix("edit ") or 0)
        say(f"on a chip that passes on no flush: {found['lost']} lost, edit {edit} of {run['edit']} that were promised")
        self.assertTrue(found["lost"] or edit < run["edit"], found)


if __name__ == "__main__":
    unittest.main()
