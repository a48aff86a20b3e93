"""Upstream asks a board for another system, once, and the plug is pulled at every stage: while it is fetched, written,
installed, first started and on trial. The board comes to the new system by itself, with all that was kept; and when that
one's root is damaged later, back to the one before."""

import unittest

from board_in_test import BUNDLE, FIRST_READING, FIRST_RECEIPT, BoardTest, PoorServer, say
from upstream import media

LOG = "/run/updater.log"
WRITTEN = ("Copying image to rootfs", "Copying image to kernel", "installed: ")  # in the log, in this order
DAMAGE_BYTES = 4 << 20  # of a root: its table of files is at its end, its programs at its beginning


class UpdateCuts(BoardTest):
    def setUp(self):
        super().setUp()
        self.hub = self.upstream()
        self.server = PoorServer(BUNDLE.parent, breaks=4)  # seconds each, in which a part has come
        self.addCleanup(self.server.stop)
        self.machine = self.board()
        self.promised = 0

    def start(self):
        self.machine.start()
        slot = self.machine.wait_for("holdfast: slot ([AB]), trials left")[1]
        self.machine.wait_for_shell()
        self.machine.wait_for(FIRST_READING)
        return slot

    def cut(self, stage):
        say(f"cut {stage}")
        self.promised += self.kept
        self.machine.cut()

    def look(self):
        self.kept = self.safe(self.machine)

    def wait_in_log(self, words):
        """The installer says it to a file. Or the board has started anew already: False."""
        while True:
            self.look()
            code, _ = self.machine.command(f"grep -q '{words}' {LOG}")
            if code == 0:
                return
            self.machine.let_run(0.2)

    def damage_root(self, name):
        with media.Medium(self.image, self.image.stat().st_size) as medium:
            offset, _ = media.find_partition(medium, name)
            medium.write(offset, bytes(DAMAGE_BYTES))
            medium.flush()

    def test_a_system_asked_for_once_is_installed_whatever_is_cut(self):
        self.assertEqual(self.start(), "A")
        self.machine.wait_for(FIRST_RECEIPT)
        while "report" not in self.status(self.machine)["update"]:  # nobody has met the installer yet
            self.machine.let_run(0.5)
        while not self.hub.command("new-system", "update", f"address={self.server.address(BUNDLE.name)}"):
            self.look()
        while not any(self.server.asked):  # from where it broke off
            self.look()
            self.machine.let_run(0.5)
        self.machine.command("sync")  # as half a minute would
        self.cut("while it was fetched")
        before, self.server.breaks = len(self.server.asked), 0
        for words in WRITTEN:
            self.assertEqual(self.start(), "A")
            self.wait_in_log(words)
            self.cut(f"at '{words}'")
        self.assertGreater(self.server.asked[before], 0, "what had arrived is not fetched again")
        self.machine.start()
        self.machine.wait_for("slot B, trials left 2")
        self.kept = 0
        self.cut("at the first start of the new system")
        self.assertEqual(self.start(), "B")
        self.look()
        self.cut("while it was on trial")
        self.assertEqual(self.start(), "B")
        self.machine.wait_for(FIRST_RECEIPT)
        self.machine.wait_for("the new system in slot B is the good one now")
        _, text = self.machine.command("cat /etc/holdfast-release")
        self.assertIn("VERSION=1.0.0.0", text)
        self.promised += self.safe(self.machine)
        proof = self.prove(self.hub, self.machine, self.promised)
        say(f"{proof['readings']} readings at the hub, of {self.promised} that were safe before")

        with self.subTest("a good system whose root is damaged gives way to the good one before"):
            self.machine.cut()
            self.damage_root("root.b")
            self.machine.start()
            self.machine.wait_for("slot B does not start: slot A takes its place")
            self.machine.wait_for("holdfast: slot A")
            self.machine.wait_for(FIRST_RECEIPT)


if __name__ == "__main__":
    unittest.main()
