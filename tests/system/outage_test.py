"""An outage on a 2G link that the guest's own kernel makes (sch_netem): what happens now arrives first, then the backlog,
all of it, and no role grows.

The time in which the board waits is skipped (tools/images/machine.py), so an hour takes a minute. HOLDFAST_OUTAGE_S says how
long nothing passes (600); 86400 is the day of the promise.
"""

import os
import sqlite3
import unittest
from collections import namedtuple
from pathlib import Path

from board_in_test import BESIDE_WINDOW_MAX_KB, FIRST_RECEIPT, IMAGES, BoardTest, PoorServer, say

OUTAGE_S = int(os.environ.get("HOLDFAST_OUTAGE_S", "600"))
LOOK_S = min(3600, OUTAGE_S // 4)  # at the memory, while nothing passes
PROOF_S = max(1, OUTAGE_S // 1000)  # at the hub, until it has all
POOR_LINK = Path(os.environ["HOLDFAST_POOR_LINK"])
PACKAGES = IMAGES.parent / "packages"
LINK = "eth0 300 100 {loss} 40"  # ms, ± ms, % lost, kbit/s: 2G on a bad day
LOSS_PERCENT = 5
ALL_PERCENT = 100
SETTLED_S = 30          # on the poor link, before and after
LIVE_HORIZON_MS = 60_000  # what is younger is live: setting queue.live_horizon
GROWTH_MAX_KB = 512     # what the C library's heap in the link role may ask for by then; the core asks for nothing

Memory = namedtuple("Memory", "uptime_s beside_kb window_kb asked_kb waiting_bytes")


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

    def asked_kb(self, board):
        """What core and link ever asked the kernel for, touched or not."""
        _, text = board.command("for pid in $(pidof holdfast holdfast-link); do cat /proc/$pid/status; done")
        numbers = [int(line.split()[1]) for line in text.splitlines() if line.startswith("VmData:")]
        self.assertEqual(len(numbers), 2, text)
        return sum(numbers)

    def look(self, board):
        """What is touched grows while buffers that were there from the start are used for the first time."""
        status = self.status(board)
        self.assertEqual(status["heap_allocations_after_boot"], 0)
        self.assertEqual(status["queue"]["keeping"], "on_flash")
        seen = Memory(status["time"]["uptime_ms"] // 1000, *self.memory_kb(board), self.asked_kb(board),
                      status["queue"]["bytes_to_send"])
        say(" ".join(f"{name}={figure}" for name, figure in seen._asdict().items()))
        return seen

    def uptime_ms(self, board):
        return self.status(board)["time"]["uptime_ms"]

    @staticmethod
    def frames(hub):
        """Of readings, in the order of their arrival: number, first and last moment in ms since the board's start."""
        with sqlite3.connect(f"file:{hub.store}?mode=ro", uri=True) as store:
            return store.execute("SELECT frame_id, first_ms, last_ms FROM frame WHERE readings > 0 ORDER BY frame_id").fetchall()

    def test_an_outage_on_a_2g_link_drains_live_first_in_constant_memory(self):
        hub = self.upstream()
        board = self.running_board(skips=True)
        board.wait_for(FIRST_RECEIPT)
        self.bring_emulator(board)
        self.make_link(board, LOSS_PERCENT)
        board.live_on(SETTLED_S)
        looks = [self.look(board)]
        self.make_link(board, ALL_PERCENT)
        for _ in range(OUTAGE_S // LOOK_S):
            board.live_on(LOOK_S)
            looks.append(self.look(board))
        known = self.frames(hub)[-1][0]
        back_ms = self.uptime_ms(board)
        self.make_link(board, LOSS_PERCENT)
        self.prove(hub, board, self.safe(board), PROOF_S)
        drained_ms = self.uptime_ms(board) - back_ms
        looks.append(self.look(board))
        came = [frame for frame in self.frames(hub) if frame[0] > known]
        fresh = [number for number, _, last_ms in came if last_ms >= back_ms - LIVE_HORIZON_MS]
        since = [number for number, _, last_ms in came if last_ms >= back_ms]
        backlog = [number for number, *_ in came if number not in fresh]
        say(f"{OUTAGE_S} s without a link, {looks[-2].waiting_bytes} bytes waiting: drained {drained_ms / 1000:.0f} s after it "
            f"came back; {sum(number < fresh[0] for number in backlog)} of {len(backlog)} frames of backlog before the first "
            f"live one, {sum(number < since[0] for number in backlog)} before the first that was taken since; core and link "
            f"beside the window at most {max(look.beside_kb for look in looks)} kB")
        self.assertLess(fresh[0], backlog[0], "P7: live first")
        self.assertLess(since[0], backlog[-1], "P7: the backlog holds nothing up")
        for look in looks:
            self.assertLess(look.beside_kb, BESIDE_WINDOW_MAX_KB)
            self.assertLess(look.asked_kb, looks[0].asked_kb + GROWTH_MAX_KB, "P3: fixed memory")


if __name__ == "__main__":
    unittest.main()
