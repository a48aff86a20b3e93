"""A board is updated: a good system is kept, a bad one gives way to the old one, with all that was kept."""

import subprocess
import unittest

from board_in_test import (BUNDLE, FIRST_READING, FIRST_RECEIPT, HOST, BoardTest, PoorServer, desk_settings, give_identity,
                           make_bundle)


class Update(BoardTest):
    def setUp(self):
        super().setUp()
        self.bundles = self.folder / "bundles"
        self.bundles.mkdir()

    def serve(self, breaks=0, certificate=None):
        server = PoorServer(self.bundles, breaks, certificate=certificate)
        self.addCleanup(server.stop)
        return server

    def reboot(self, board):
        board.type("reboot")


class GoodSystem(Update):
    def make_bundles(self):
        (self.bundles / BUNDLE.name).symlink_to(BUNDLE)
        make_bundle(self.bundles, "older", "0.0.0.1")
        stranger = self.folder / "stranger"
        stranger.mkdir()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=stranger",
                        "-keyout", stranger / "bundle.key.pem", "-out", stranger / "bundle.cert.pem"],
                       check=True, capture_output=True)
        make_bundle(self.bundles, "forged", "4.0.0.0", keys=stranger)

    def make_certificates(self):
        for name in ("server", "impostor"):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                            "-days", "30", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=IP:{HOST}",
                            "-keyout", self.bundles / f"{name}.pem", "-out", self.bundles / f"{name}.crt"],
                           check=True, capture_output=True)
            with open(self.bundles / f"{name}.pem", "a", encoding="ascii") as file:
                file.write((self.bundles / f"{name}.crt").read_text())

    def test_a_good_system_is_fetched_over_a_poor_link_tried_and_kept(self):
        self.make_bundles()
        self.make_certificates()
        give_identity(self.image, desk_settings(None, broker_ca=self.bundles / "server.crt"))
        board = self.running_board()
        before = self.status(board)["queue"]
        server = self.serve(breaks=2)
        known = self.serve(certificate=self.bundles / "server.pem")
        impostor = self.serve(certificate=self.bundles / "impostor.pem")

        for of, name, status, reason in ((server, "forged", 1, "not a bundle signed for this board"),
                                         (known, "older", 1, "older than"),
                                         (impostor, "older", 3, "SSL certificate problem")):
            with self.subTest(reason):
                code, text = board.command(f"holdfast update {of.address(name + '.raucb')}")
                self.assertEqual(code, status, text)
                self.assertIn(reason, text)

        code, text = board.command(f"holdfast update {server.address(BUNDLE.name)}")
        self.assertEqual(code, 0, text)
        self.assertEqual(server.breaks, 0)
        self.assertTrue(any(begin > 0 for begin in server.asked), "what had arrived was not fetched again")
        self.reboot(board)
        board.wait_for("slot B, trials left 2")
        board.wait_for("built-in shell")
        board.wait_for("the new system in slot B is the good one now")
        _, text = board.command("cat /etc/holdfast-release")
        self.assertIn("VERSION=1.0.0.0", text)
        after = self.status(board)["queue"]
        self.assertGreaterEqual(after["bytes_to_send"], before["bytes_to_send"], "what was kept is still there")

        with self.subTest("from now on it is tried for ever"):
            for _ in range(2):
                board.cut()
                board.start()
                board.wait_for("slot B, trials left 3")


class BadSystem(Update):
    def test_a_bad_system_gives_way_to_the_old_one_by_itself(self):
        make_bundle(self.bundles, "bad", "3.0.0.0", replace={"usr/bin/holdfast": "#!/bin/sh\nexit 1\n"})
        board = self.running_board()
        before = self.status(board)["queue"]
        code, text = board.command(f"holdfast update {self.serve().address('bad.raucb')}")
        self.assertEqual(code, 0, text)
        self.reboot(board)
        board.wait_for("slot B, trials left 2")
        board.wait_for("is not well: going back")
        board.wait_for("slot A, trials left")
        board.wait_for("built-in shell")
        board.wait_for(FIRST_READING)
        board.wait_for("the system in slot B did not prove well: this is slot A")
        self.assertGreaterEqual(self.status(board)["queue"]["bytes_to_send"], before["bytes_to_send"])


class DeafSystem(Update):
    def test_a_system_that_cannot_be_heard_upstream_gives_way_too(self):
        hub = self.upstream()
        make_bundle(self.bundles, "deaf", "5.0.0.0", replace={"usr/bin/holdfast-link": "#!/bin/sh\nexit 1\n"})
        board = self.running_board()
        board.wait_for(FIRST_RECEIPT)
        code, text = board.command("holdfast settings set update.probation=1min && holdfast settings confirm")
        self.assertEqual(code, 0, text)
        code, text = board.command(f"holdfast update {self.serve().address('deaf.raucb')}")
        self.assertEqual(code, 0, text)
        safe = self.safe(board)
        self.reboot(board)
        board.wait_for("slot B, trials left 2")
        board.wait_for(FIRST_READING)
        board.wait_for("was not heard upstream: going back")
        board.wait_for("slot A, trials left")
        board.wait_for(FIRST_RECEIPT)
        self.prove(hub, board, safe + self.safe(board) + 1)  # and what the deaf one kept


if __name__ == "__main__":
    unittest.main()
