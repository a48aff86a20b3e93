"""From a fresh medium to a board that knows who it is, what time it is and whom to send to.

Nobody listens at the broker's address: what goes there is shown where the hub is.
"""

import re
import subprocess
import sys
import time
import unittest

from board_in_test import BESIDE_WINDOW_MAX_KB, HOST, IMAGE, ROOT, BoardTest, TimeServer, free_port, say

MEDIUM_BYTES = 256 << 20
LOOKS = 100  # at the time that the gateway believes: chrony takes a few seconds


class Provisioned(BoardTest):
    def provision(self, *words):
        return subprocess.run(
            [sys.executable, ROOT / "tools/images/provision.py", "--gateway", "pump-7", "--tenant", "acme",
             "--broker", f"mqtt://{HOST}:1883", "--generate", "20", "--records", self.folder / "records", *words],
            capture_output=True, text=True, check=False)

    def test_what_was_provisioned_boots_as_who_it_is(self):
        clock = TimeServer().start()
        self.addCleanup(clock.stop)
        self.image.unlink()
        with open(self.image, "wb") as medium:
            medium.truncate(MEDIUM_BYTES)
        key = self.folder / "ssh"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        made = self.provision("--image", IMAGE, "--device", self.image, "--ssh-key", f"{key}.pub",
                              "--time-server", f"{HOST} port {clock.port}")
        self.assertEqual(made.returncode, 0, made.stderr)
        port = free_port()
        board = self.running_board(rtc="1970-01-01", forward=(port, 22))

        status = self.status(board)
        self.assertEqual((status["gateway"], status["sensors"]), ("pump-7", 20))
        (link,) = status["roles"]
        self.assertEqual((link["role"], link["runs"], link["ends"]), ("link", True, 0))
        _, text = board.command("df -kP /data | tail -n 1; cat /run/resize.log")
        size_kb = int(re.search(r"\S+ +(\d+)", text)[1])
        self.assertGreater(size_kb, 140_000, f"the data partition fills its medium: {text}")

        with self.subTest("a board that believed it was 1970 learns the time, and the gateway believes it"):
            for _ in range(LOOKS):
                seen = self.status(board)["time"]
                if seen["utc_quality"] == "synced":
                    break
                board.let_run(1)
            self.assertEqual(seen["utc_quality"], "synced")
            self.assertLess(abs(seen["utc_ms"] / 1000 - time.time()), 60)

        with self.subTest("the key is for the gateway alone"):
            code, text = board.command("ls -l /run/identity/key.pem")
            self.assertEqual(code, 0)
            self.assertRegex(text, "-r-------- +1 holdfast")

        with self.subTest("who has the key for it may give it another identity over ssh"):
            ssh = f"ssh -q -p {port} -i {key} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes"
            again = self.provision("--device", "ssh://root@127.0.0.1", "--ssh", ssh)
            self.assertIn("nothing to do", again.stdout, again.stderr)
            again = self.provision("--device", "ssh://root@127.0.0.1", "--ssh", ssh, "--again")
            self.assertIn("claim token", again.stdout, again.stderr)

        with self.subTest("memory: proportional set size of all roles"):
            beside_kb, filled_kb = self.memory_kb(board)
            say(f"core and link: {beside_kb} kB beside the {filled_kb} that the window has filled")
            self.assertLess(beside_kb, BESIDE_WINDOW_MAX_KB)


if __name__ == "__main__":
    unittest.main()
