"""The plug is pulled at random moments, again and again, while a board sends to a hub. Nothing that was said to
be safe, on flash or receipted, is lost, nothing comes twice, and nobody mends anything: the hub proves what it has.

HOLDFAST_CUTS says how many (20), HOLDFAST_SEED what is played (1). A cut ends the machine at once: the page cache of this
machine survives, so it is the guest's kernel that dies, not the medium's cache; crashes_test.py has media that lose that.
"""

import os
import random
import time
import unittest

from board_in_test import FIRST_READING, BoardTest, say

CUTS = int(os.environ.get("HOLDFAST_CUTS", "20"))
SEED = int(os.environ.get("HOLDFAST_SEED", "1"))
RUNNING_MAX_S = 12    # after the first reading: a commit or two of the window
STARTING_MAX_S = 12   # after power on: boot loader, kernel, mounting, the queue's opening
PER_SECOND_MAX = 300  # readings of 100 generated sensors, of which some are fast for a while
GRACE_S = 5           # by which a commit may be late while the machine that emulates the board has other work
WEATHER = {"all is well": 6, "no hub": 2, "no broker": 2}  # between two cuts, and how often


class PowerCuts(BoardTest):
    def setUp(self):
        super().setUp()
        self.chance = random.Random(SEED)
        self.hub = self.upstream()
        self.machine = self.board()
        self.promised = self.at_most = 0  # readings of all boots: what must come to the hub, and what may

    def look(self):
        status = self.status(self.machine)
        self.assertEqual(status["queue"]["keeping"], "on_flash")
        self.assertEqual(status["heap_allocations_after_boot"], 0)
        unsafe = status["sampling"]["kept"] - status["forwarding"]["readings"]
        window_s = status["queue"]["window_ms"] / 1000
        self.assertLessEqual(unsafe, PER_SECOND_MAX * (window_s + GRACE_S), "P1: safe within the window")
        return status

    def start(self):
        """Up again, and done with reading its day back."""
        self.machine.start()
        self.machine.wait_for_shell()
        self.machine.wait_for(FIRST_READING)
        self.assertNotIn("mending", self.machine.console)
        self.assertNotIn("made anew", self.machine.console)
        status = self.look()
        while not status["rehydrating"]["is_done"]:
            status = self.look()
        self.assertEqual(status["rehydrating"]["frames_unreadable"], 0)

    def change_weather(self):
        (weather,) = self.chance.choices(list(WEATHER), WEATHER.values())
        if weather != "all is well":
            self.hub.stop_hub()
        if weather == "no broker":
            self.hub.stop_broker()
        return weather

    def mend_weather(self, weather):
        if weather == "no broker":
            self.hub.start_broker()
        if weather != "all is well":
            self.hub.start_hub()

    def live_and_be_cut(self):
        """From a start to the cut, and to a second one before the next start is over."""
        if self.chance.random() < 0.7:
            self.machine.let_run(self.chance.uniform(0, RUNNING_MAX_S))
        last, looked = self.look(), time.monotonic()
        # Half of the cuts fall into work that was asked for; the others wherever the board is.
        self.machine.type("sync" if self.chance.random() < 0.5 else "true")
        self.machine.let_run(self.chance.uniform(0, 1))
        self.machine.cut()
        self.promised += last["forwarding"]["readings"]
        self.at_most += last["sampling"]["kept"] + PER_SECOND_MAX * (time.monotonic() - looked)

    def be_cut_while_starting(self):
        self.machine.start()
        self.machine.let_run(self.chance.uniform(0.5, STARTING_MAX_S))
        self.machine.cut()
        self.at_most += PER_SECOND_MAX * STARTING_MAX_S

    def test_what_was_safe_outlives_every_cut_and_comes_to_the_hub_once(self):
        cuts, weather = 0, "all is well"
        while cuts < CUTS:
            self.start()
            self.mend_weather(weather)
            weather = self.change_weather()
            self.live_and_be_cut()
            cuts += 1
            while cuts < CUTS and self.chance.random() < 0.5:
                self.be_cut_while_starting()
                cuts += 1
        self.mend_weather(weather)
        self.start()
        self.promised += self.look()["forwarding"]["readings"]
        proof = self.prove(self.hub, self.machine, self.promised)
        self.at_most += self.look()["sampling"]["kept"]
        self.assertLessEqual(proof["readings"], self.at_most, "P2: what was taken came to the hub, and nothing else")
        self.assertEqual(proof["declared"], {}, "P2: nothing is gone but what the window may lose")
        say(f"{cuts} cuts, seed {SEED}: {proof['readings']} readings at the hub, of {self.promised} that were safe before; "
            f"none lost, none twice, nothing mended")


if __name__ == "__main__":
    unittest.main()
