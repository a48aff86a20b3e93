"""A data partition with a cipher: nothing that a board keeps can be read off its medium, a cut costs no more than without
one, and a board whose key is forgotten begins anew and says so. docs/decisions/0057."""

import subprocess
import sys
import unittest

from board_in_test import FIRST_READING, IMAGE, ROOT, BoardTest
from upstream import media

MEDIUM_BYTES = 256 << 20
NAME = "Anna's pump behind the mill"
# What a partition in clear shows of a board that keeps a name: heads of files, the name itself, and a file's name.
IN_CLEAR = (b"SQLite format 3", NAME.encode(), b"queue.db")
NEW_KEY = "the data partition has a new key and begins anew"


class Encrypted(BoardTest):
    def provision(self, *more):
        self.image.unlink(missing_ok=True)
        with open(self.image, "wb") as medium:
            medium.truncate(MEDIUM_BYTES)
        subprocess.run(
            [sys.executable, ROOT / "tools/images/provision.py", "--gateway", "pump-7", "--tenant", "acme", "--generate", "20",
             "--image", IMAGE, "--device", self.image, "--records", self.folder / f"records{len(more)}", *more],
            check=True, capture_output=True)

    def seen_in_clear(self):
        with media.Medium(self.image, MEDIUM_BYTES) as medium:
            raw = medium.read(*media.find_partition(medium, "data"))
        return {text for text in IN_CLEAR if text in raw}

    def keep_a_name(self, board):
        code, text = board.command(f"holdfast equipment set pump-1 name=\"{NAME}\" | grep 'on_flash *true'")
        self.assertEqual(code, 0, text)

    def start(self, board):
        board.start()
        board.wait_for_shell()
        board.wait_for(FIRST_READING)
        self.assertEqual(self.status(board)["queue"]["keeping"], "on_flash")

    def names(self, board):
        return board.command("holdfast equipment list")[1]

    def test_nothing_kept_is_on_the_medium_in_clear_and_without_its_key_it_is_gone(self):
        self.provision("--encrypt-data")
        board = self.board()
        self.start(board)
        self.assertIn(NEW_KEY, board.console)
        self.keep_a_name(board)
        safe = self.status(board)["queue"]["bytes_to_send"]
        board.cut()
        self.assertEqual(self.seen_in_clear(), set())

        self.start(board)
        for words in (NEW_KEY, "mending", "made anew"):
            self.assertNotIn(words, board.console)
        self.assertIn(NAME, self.names(board))
        self.assertGreaterEqual(self.status(board)["queue"]["bytes_to_send"], safe)
        _, text = board.command("df -kP /data | tail -n 1")
        self.assertGreater(int(text.split()[1]), 140_000, "it fills its medium")
        _, text = board.command("for d in /sys/block/dm-*; do grep -qx data $d/dm/name && cat $d/queue/*_block_size; done")
        self.assertEqual(set(text.split()), {"512"}, "a cut tears no more than it would without a cipher")

        with self.subTest("the key is forgotten"):
            code, text = board.command("/usr/lib/holdfast/forget-data")
            self.assertEqual(code, 2, text)
            board.type("/usr/lib/holdfast/forget-data --yes")
            board.wait_for("the key of the data partition is forgotten: starting again")
            board.wait_for(NEW_KEY)
            board.wait_for_shell()
            board.wait_for(FIRST_READING)
            self.assertEqual(self.status(board)["queue"]["keeping"], "on_flash")
            self.assertNotIn(NAME, self.names(board))

    def test_a_partition_in_clear_would_have_been_noticed(self):
        self.provision()
        board = self.board()
        self.start(board)
        self.keep_a_name(board)
        board.cut()
        self.assertEqual(self.seen_in_clear(), set(IN_CLEAR))


if __name__ == "__main__":
    unittest.main()
