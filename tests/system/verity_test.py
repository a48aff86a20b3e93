"""A root that is not what was signed does not run: its slot gives way to the other one, and the board says so."""

import subprocess
import unittest

from board_in_test import FIRST_READING, ROOT, BoardTest
from upstream import media

FAILS_MAX = 6  # config/image/boot.cmd
TURNS_MAX = 2  # ...
INITIAL = ROOT / "config/image/root/etc/u-boot-initial-env"


class VerifiedRoot(BoardTest):
    def medium(self):
        return media.Medium(self.image, self.image.stat().st_size)

    def fill_second_slot(self):
        """With the same system, as an update would."""
        with self.medium() as medium:
            for part in ("kernel", "root"):
                offset, size = media.find_partition(medium, f"{part}.a")
                medium.write(media.find_partition(medium, f"{part}.b")[0], medium.read(offset, size))

    def change_a_bit(self, slot="a"):
        """In the middle of a slot's root, where RAUC's libraries lie."""
        with self.medium() as medium:
            offset, _ = media.find_partition(medium, f"root.{slot}")
            used = int.from_bytes(medium.read(offset + 40, 8), "little")  # of the squashfs
            at = offset + used // 2
            medium.write(at, bytes([medium.read(at, 1)[0] ^ 1]))

    def make_it_the_spare(self, turns=0):
        """The second slot has proved itself, and one more failed start of the first makes it that one's turn."""
        words = INITIAL.read_text().replace("FAILS=0\nTURNS=0\n", f"FAILS={FAILS_MAX - 1}\nTURNS={turns}\nSPARE=B\n")
        self.assertIn("SPARE", words)
        (self.folder / "env.txt").write_text(words)
        subprocess.run(["mkenvimage", "-s", "512", "-o", self.folder / "env.bin", self.folder / "env.txt"], check=True)
        with self.medium() as medium:
            medium.write(media.find_partition(medium, "bootenv")[0], (self.folder / "env.bin").read_bytes())

    def test_a_changed_bit_does_not_run_and_makes_it_the_spare_slots_turn(self):
        self.fill_second_slot()
        self.change_a_bit()
        board = self.board().start()
        with self.subTest("where no other system has proved itself it says so, and what was changed is an error"):
            board.wait_for("data block [0-9]+ is corrupted")
            board.wait_for("the root in .* is damaged, and there is no other: running as far as it goes")
        board.cut()
        self.make_it_the_spare()
        board.start()
        board.wait_for("slot A, trials left")
        board.wait_for("the root in .* is damaged: starting again")
        board.wait_for("slot A does not start: slot B takes its place")
        board.wait_for(FIRST_READING)
        code, text = board.command("grep rauc.slot=B /proc/cmdline && grep '^/dev/mapper/root / squashfs ro' /proc/mounts")
        self.assertEqual(code, 0, text)

    def test_two_damaged_roots_do_not_take_turns_for_ever(self):
        self.fill_second_slot()
        for slot in "ab":
            self.change_a_bit(slot)
        self.make_it_the_spare(turns=TURNS_MAX - 1)
        board = self.board(skips=True).start()
        board.wait_for("the root in .* is damaged: starting again")
        board.wait_for("slot A does not start: slot B takes its place")
        board.wait_for("the root in .* is damaged, and there is no other: running as far as it goes")
        board.wait_for(FIRST_READING)
        while "slot B" not in (said := self.status(board)["update"].get("report", "")):
            board.let_run(1)
        self.assertIn("slot B as far as it goes: its root is damaged", said)
        with self.subTest("also after the next start, at once"):
            while "FAILS=0\n" not in board.command("fw_printenv")[1]:
                board.let_run(0.2)
            board.type("reboot")
            board.wait_for("slot B, trials left")
            board.wait_for("running as far as it goes")
            self.assertEqual(board.console.count("starting again"), 1)


if __name__ == "__main__":
    unittest.main()
