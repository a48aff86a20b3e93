"""The plug is pulled at random moments, again and again, and nothing that was said to be on flash is lost: what a start
reads back of the last day holds all that the boots before had put there, and no more than they took.

HOLDFAST_CUTS says how many (3), HOLDFAST_SEED what is played (1). A cut ends the machine at once: the page cache of this
machine survives, so it is the guest's kernel that dies, not the medium's cache; crashes_test.py has media that lose that.
"""

import os
import random
import time
import unittest

from board_in_test import FIRST_READING, BoardTest, say

CUTS = int(os.environ.get("HOLDFAST_CUTS", "3"))
SEED = int(os.environ.get("HOLDFAST_SEED", "1"))
RUNNING_MAX_S = 40   # after the first reading: a few commits of the window
STARTING_MAX_S = 12  # after power on: boot loader, kernel, mounting, the queue's opening
PER_SECOND_MAX = 300  # of 100 generated sensors, of which some are fast for a while


class PowerCuts(BoardTest):
    def look(self, board):
        status = self.status(board)
        self.assertEqual(status["queue"]["keeping"], "on_flash")
        self.assertEqual(status["heap_allocations_after_boot"], 0)
        return status

    def start(self, board):
        """Up again, and done with reading back. What it found."""
        board.start()
        board.wait_for_shell()
        board.wait_for(FIRST_READING)
        self.assertNotIn("mending", board.console)
        self.assertNotIn("made anew", board.console)
        status = self.look(board)
        while not status["rehydrating"]["is_done"]:
            status = self.look(board)
        self.assertEqual(status["rehydrating"]["frames_unreadable"], 0)
        return status

    def test_what_is_on_flash_outlives_every_cut(self):
        chance = random.Random(SEED)
        board = self.board()
        on_flash = at_most = 0  # readings: what a start must find, and what it may
        for number in range(CUTS + 1):
            found = self.start(board)
            readings = found["rehydrating"]["readings"]
            self.assertGreaterEqual(readings, on_flash, f"lost by cut {number}, seed {SEED}")
            self.assertLessEqual(readings, at_most, f"more than were taken, after cut {number}, seed {SEED}")
            if number == 0:
                code, text = board.command("holdfast settings set durability.window=10s")
                self.assertEqual(code, 0, text)
            if number == CUTS:
                say(f"{CUTS} cuts: {readings} readings on flash, none lost")
                break
            if chance.random() < 0.7:
                board.let_run(chance.uniform(0, RUNNING_MAX_S))
            last, looked = self.look(board), time.monotonic()
            # Half of the cuts fall into work that was asked for; the others wherever the board is.
            board.type("sync" if chance.random() < 0.5 else "true")
            board.let_run(chance.uniform(0, 1))
            board.cut()
            on_flash = readings + last["forwarding"]["readings"]
            at_most = readings + last["sampling"]["kept"] + PER_SECOND_MAX * (time.monotonic() - looked)
            if chance.random() < 0.4:  # and once more, before it is up
                board.start()
                board.let_run(chance.uniform(0.5, STARTING_MAX_S))
                board.cut()
                at_most += PER_SECOND_MAX * STARTING_MAX_S


if __name__ == "__main__":
    unittest.main()
