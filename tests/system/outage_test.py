"""An outage on a 2G link that the guest's own kernel makes (sch_netem): what happens now arrives first, then the backlog,
all of it, and no role grows.

HOLDFAST_OUTAGE_S says how long nothing passes (120); 3600 is the hour of the promise, 86400 a day for the memory's sake.
"""

import os
import sqlite3
import unittest
from pathlib import Path

from board_in_test import FIRST_RECEIPT, IMAGES, BoardTest, PoorServer, say

OUTAGE_S = int(os.environ.get("HOLDFAST_OUTAGE_S", "120"))
POOR_LINK = Path(os.environ["HOLDFAST_POOR_LINK"])
PACKAGES = IMAGES.parent / "packages"
LINK = "eth0 300 100 {loss} 40"  # ms, ± ms, % lost, kbit/s: 2G on a bad day
LOSS_PERCENT = 5
ALL_PERCENT = 100
SETTLED_S = 30          # on the poor link, before and after
LIVE_HORIZON_MS = 60_000  # what is younger is live: setting queue.live_horizon
GROWTH_MAX_KB = 512     # what the C library's heap in the link role may ask for by then; the core asks for nothing


class Outage(BoardTest):
    def make_link(self, board, loss):
        code, text = board.command(f"/tmp/poor_link {LINK.format(loss=loss)}")
        self.assertEqual(code, 0, text)

    def bring_emulator(self, board):
        """Into the guest's memory: the module and who sets it up. The image has neither."""
        (module,) = PACKAGES.glob("lib/modules/*/kernel/net/sched/sch_netem.ko")
        for file in (POOR_LINK, module):
            server = PoorServer(file.parent)
            self.addCleanup(server.stop)
            code, text = board.command(f"wget -q -O /tmp/{file.name} {server.address(file.name)}")
            self.assertEqual(code, 0, text)
        code, text = board.command("chmod +x /tmp/poor_link && insmod /tmp/sch_netem.ko")
        self.assertEqual(code, 0, text)

    def sum_of(self, board, file, word):
        """In kB, of core and link."""
        _, text = board.command(f"for pid in $(pidof holdfast holdfast-link); do cat /proc/$pid/{file}; done")
        numbers = [int(line.split()[1]) for line in text.splitlines() if line.startswith(f"{word}:")]
        self.assertEqual(len(numbers), 2, text)
        return sum(numbers)

    def asked_kb(self, board):
        """What core and link ever asked the kernel for, touched or not."""
        return self.sum_of(board, "status", "VmData")

    def memory_kb(self, board):
        """Proportional set sizes of core and link, less what the window has filled by now. Grows while buffers that were
        there from the start are touched for the first time."""
        shares_kb = self.sum_of(board, "smaps_rollup", "Pss")
        window = self.status(board)["window"]
        pool = window["blocks"] + window["blocks_free"]
        filled_kb = window["memory_bytes"] * window["blocks"] // pool // 1024
        return shares_kb - filled_kb

    def uptime_ms(self, board):
        return self.status(board)["time"]["uptime_ms"]

    @staticmethod
    def frames(hub):
        """Of readings, in the order of their arrival: number, first and last moment in ms since the board's start."""
        with sqlite3.connect(f"file:{hub.store}?mode=ro", uri=True) as store:
            return store.execute("SELECT frame_id, first_ms, last_ms FROM frame WHERE readings > 0 ORDER BY frame_id").fetchall()

    def test_an_outage_on_a_2g_link_drains_live_first_in_constant_memory(self):
        hub = self.upstream()
        board = self.running_board()
        board.wait_for(FIRST_RECEIPT)
        self.bring_emulator(board)
        self.make_link(board, LOSS_PERCENT)
        board.let_run(SETTLED_S)
        before_kb, asked_before_kb = self.memory_kb(board), self.asked_kb(board)
        self.make_link(board, ALL_PERCENT)
        board.let_run(OUTAGE_S)
        away_kb, waiting = self.memory_kb(board), self.status(board)["queue"]["bytes_to_send"]
        known = self.frames(hub)[-1][0]
        back_ms = self.uptime_ms(board)
        self.make_link(board, LOSS_PERCENT)
        self.prove(hub, board, self.safe(board))
        drained_ms = self.uptime_ms(board) - back_ms
        after_kb, asked_kb = self.memory_kb(board), self.asked_kb(board)
        came = [frame for frame in self.frames(hub) if frame[0] > known]
        backlog = [number for number, _, last_ms in came if last_ms < back_ms - LIVE_HORIZON_MS]
        live = [number for number, _, last_ms in came if last_ms >= back_ms]
        say(f"{OUTAGE_S} s without a link, {waiting} bytes waiting: drained {drained_ms / 1000:.0f} s after it came back, live "
            f"{sum(number < live[0] for number in backlog)} of {len(backlog)} frames of backlog late; beside the window "
            f"{before_kb} kB, {away_kb} kB without a link, {after_kb} kB at the end, of {asked_before_kb} then {asked_kb} kB "
            "asked for")
        self.assertLess(live[0], backlog[-1], "P7: live first")
        self.assertLess(max(away_kb, after_kb), 8 * 1024)
        self.assertLess(asked_kb, asked_before_kb + GROWTH_MAX_KB, "P3: fixed memory")


if __name__ == "__main__":
    unittest.main()
