"""The image boots, keeps readings, and is what it should be: read-only, bounded, lazytime, guarded."""

import json
import re
import time
import unittest
from datetime import datetime

from board_in_test import (BESIDE_WINDOW_MAX_KB, BY_INSTRUCTIONS, DATA, FIRST_READING, FIRST_RECEIPT, HOST, IMAGE, BoardTest, TimeServer, media,
                           say)

FILE_SYSTEM = "f2fs" if DATA == "f2fs" else "ext4"
RESET = "U-Boot 2"  # the boot loader's first words
HEARD_MAX_S = 15  # from power on to the first receipted reading: docs/budgets.md
WAITS_S = 2  # ... of which it waits so long on a machine that has nothing else to do; it is half of that
STARTING_MAX_S = 120  # from power on to the kernel's first moment, on a machine that has other things to do


class Boot(BoardTest):
    def test_a_board_without_a_clock_keeps_readings_soon_after_power_on(self):
        started = time.monotonic()
        board = self.running_board(rtc="1970-01-01")
        say(f"first reading kept {time.monotonic() - started:.1f} s after power on, {self.first_kept_s} s after the "
            f"kernel began; {board.core_seconds():.1f} s of one core")
        status = self.status(board)
        self.assertEqual(status["queue"]["keeping"], "on_flash")
        self.assertGreater(status["sampling"]["kept"], 0)
        self.assertEqual(status["heap_allocations_after_boot"], 0)
        code, text = board.command("dmesg | grep 'setting system clock to 1970'")
        self.assertEqual(code, 0, text)

        with self.subTest("the root cannot be changed, the data partition wears slowly"):
            _, mounts = board.command("mount")
            self.assertRegex(mounts, r"/dev/mapper/root on / type squashfs \(ro")
            self.assertRegex(mounts, rf"/data on /data type {FILE_SYSTEM} \(rw,lazytime,nosuid,nodev,noexec,noatime")
            self.assertEqual(status["documents"]["journal"], "write_ahead_log")
            code, _ = board.command("touch /usr/bin/x 2>/dev/null")
            self.assertNotEqual(code, 0)

        with self.subTest("the gateway is not root, and feeds the watchdog itself"):
            # The oldest: who asks it for its status has the same name, for a moment.
            _, text = board.command("pid=$(pidof holdfast | tr ' ' '\\n' | sort -n | head -n 1); "
                                    "grep Uid /proc/$pid/status; ls -l /proc/$pid/fd")
            self.assertIn("900", text)
            self.assertIn("/dev/watchdog0", text)

        with self.subTest("memory: proportional set size of all roles"):
            beside_kb, filled_kb = self.memory_kb(board)
            say(f"all roles together: {beside_kb} kB beside the {filled_kb} that the window has filled")
            self.assertLess(beside_kb, BESIDE_WINDOW_MAX_KB)

        with self.subTest("an orderly end is taken note of"):
            board.type("poweroff")
            board.wait_for_end()

    def test_the_bill_of_materials_names_what_is_inside(self):
        bill = json.loads((IMAGE.parent / (IMAGE.name + ".sbom.json")).read_text())
        self.assertEqual(bill["bomFormat"], "CycloneDX")
        names = {component["name"] for component in bill["components"]}
        self.assertLessEqual({"busybox", "libc6", "libsqlite3-0", "rauc", "holdfast", "holdfast-link"}, names)
        for component in bill["components"]:
            self.assertRegex(component["hashes"][0]["content"], "^[0-9a-f]{64}$")


class WithHub(BoardTest):
    def test_a_board_without_a_clock_is_heard_soon_and_dated_right_once_it_learns_the_time(self):
        clock = TimeServer()
        self.addCleanup(clock.stop)
        hub = self.upstream(time_server=f"{HOST} port {clock.port} minpoll 1")  # asks each 2 s
        started = time.monotonic()
        board = self.board(rtc="1970-01-01").start()
        board.wait_for_shell()
        kernel_s = float(board.wait_for(FIRST_RECEIPT)[1])
        wall_s, core_s, stored = time.monotonic() - started, board.core_seconds(), hub.readings()
        say(f"first readings receipted {wall_s:.1f} s after power on, {kernel_s} s after the kernel began; {core_s:.1f} s of "
            f"one core")
        self.assertGreater(stored, 0, "what is receipted is in the hub")
        code, text = board.command("dmesg | grep 'setting system clock to 1970'")
        self.assertEqual(code, 0, text)

        clock.start()  # until now nobody has answered
        while self.status(board)["time"]["utc_quality"] != "synced":
            board.let_run(1)
        synced_ms = self.status(board)["time"]["uptime_ms"]
        self.prove(hub, board, self.safe(board))
        samples = hub.samples()
        before = [sample for sample in samples if int(sample["uptime_ms"]) < synced_ms]
        self.assertGreaterEqual(len(before), stored, "readings of the time before the time of day was known")
        power_on_s = time.time() - (time.monotonic() - started)
        for sample in before:
            self.assertEqual(sample["time_quality"], "synced")
            at_s = datetime.fromisoformat(sample["time"].replace("Z", "+00:00")).timestamp()
            self.assertLess(abs(at_s - int(sample["uptime_ms"]) / 1000 - power_on_s), STARTING_MAX_S)
        say(f"{len(before)} readings of a board that believed it was 1970, dated right")


class Soon(BoardTest):
    def test_a_board_is_heard_within_its_budget_by_its_own_clock(self):
        """What it computes is counted in instructions, that of the boot loader too, and is the same whatever else this machine
        does. What it waits for, its medium and the hub, is this machine's."""
        hub = self.upstream()
        board = self.board(rtc="1970-01-01,clock=vm", extra=BY_INSTRUCTIONS).start()
        board.wait_for_shell()
        kept_s, heard_s = (float(board.wait_for(said)[1]) for said in (FIRST_READING, FIRST_RECEIPT))
        _, text = board.command("cat /proc/uptime; dmesg")
        clock = re.search(r"\[ *([0-9.]+)\] .*setting system clock to 1970-01-01T00:(\d+):(\d+) UTC", text)
        loader_s = int(clock[2]) * 60 + int(clock[3]) + 1 - float(clock[1])  # a clock of whole seconds: at most
        up_s, idle_s = (float(number) for number in re.search(r"^([0-9.]+) ([0-9.]+)$", text, re.MULTILINE).groups())
        computed_s = loader_s + up_s - idle_s
        say(f"heard {loader_s + heard_s:.1f} s after power on by its own clock, of which the boot loader at most {loader_s:.1f}; "
            f"first reading kept {kept_s} s after the kernel began, heard {heard_s}; computed {computed_s:.1f} s in all")
        self.assertGreater(hub.readings(), 0, "what is receipted is in the hub")
        self.assertLess(computed_s, HEARD_MAX_S - WAITS_S)


class Watchdog(BoardTest):
    def test_a_core_that_stands_still_resets_the_board_and_it_comes_back(self):
        board = self.running_board()
        board.command("kill -STOP $(pidof holdfast)")
        board.wait_for(RESET)
        board.wait_for(FIRST_READING)

    def test_a_medium_that_is_mended_for_longer_than_the_watchdog_waits_is_waited_for(self):
        self.change_system({"sbin/e2fsck": "#!/bin/sh\nsleep 90\nexit 8\n"})  # and again, for the copy of the superblock
        with media.Medium(self.image, self.image.stat().st_size) as medium:
            medium.write(media.find_partition(medium, "data")[0], bytes(4096))
        board = self.board(skips=True).start()
        board.wait_for("the data partition does not mount: mending it")
        board.wait_for("the data partition cannot be mended: making it anew")
        board.wait_for(FIRST_READING)
        self.assertEqual(len(re.findall(RESET, board.console)), 1, "the first start")


if __name__ == "__main__":
    unittest.main()
