"""From a fresh medium to a board that knows who it is, what time it is and whom to send to.

Nobody listens at the broker's address: what goes there is shown where the hub is.
"""

import json
import re
import subprocess
import sys
import time
import unittest

from board_in_test import BESIDE_WINDOW_MAX_KB, HOST, IMAGE, KEYS, ROOT, BoardTest, PoorServer, TimeServer, free_port, say

MEDIUM_BYTES = 256 << 20
LOOKS = 100  # at the time that the gateway believes: chrony takes a few seconds
LOW = -1_000_000  # each generated reading is above


class Provisioned(BoardTest):
    def provision(self, *words):
        return subprocess.run(
            [sys.executable, ROOT / "tools/images/provision.py", "--gateway", "pump-7", "--tenant", "acme",
             "--broker", f"mqtt://{HOST}:1883", "--generate", "20", "--records", self.folder / "records", *words],
            capture_output=True, text=True, check=False)

    def make_package(self, name, key=None):
        """Of one rule, signed with the key in that file, or not at all."""
        body = self.folder / f"{name}.json"
        body.write_text(json.dumps({"name": name, "version": "1", "rules": [
            {"name": "hot", "sensor": "sensor-1", "condition": "above", "limit": LOW, "severity": "critical"}]}))
        words = ["sign", body, "--key", key] if key else ["pack", body]
        subprocess.run([ROOT / "tools/model", *words, "--out", self.packages / name], check=True, capture_output=True)

    def upload(self, board, name):
        return board.command(f"wget -q -O /tmp/{name} {self.server.address(name)}; holdfast models upload /tmp/{name} 2>&1")

    def take_rules(self, board):
        """Of packages signed by who the image and this board's identity say, and of no others."""
        self.packages = self.folder / "packages"
        self.packages.mkdir()
        self.server = PoorServer(self.packages)
        self.addCleanup(self.server.stop)
        for owner in ("acme", "stranger"):
            self.make_package(owner, self.folder / f"{owner}/{owner}.key")
        self.make_package("image", KEYS / "model-keys/development.key")
        self.make_package("nobody")
        for name, sentence in (("stranger", "right would be a key of the folder model-keys"), ("nobody", "not signed")):
            code, text = self.upload(board, name)
            self.assertEqual((code, sentence in text), (1, True), text)
        for name in ("image", "acme"):
            code, text = self.upload(board, name)
            self.assertEqual(code, 0, text)
            code, text = board.command(f"holdfast models deploy {name} 1 machine")
            self.assertEqual(code, 0, text)
        wanted = {f"{name}.a.hot.machine" for name in ("image", "acme")}
        for _ in range(LOOKS):
            _, text = board.command("holdfast alerts list --json")
            alerts = json.loads(text[text.index("{"):text.rindex("}") + 1])["alerts"]
            if raised := {alert["rule"] for alert in alerts if alert["state"] == "raised"} == wanted:
                break
            board.let_run(0.2)
        self.assertTrue(raised, text)

    def test_what_was_provisioned_boots_as_who_it_is(self):
        clock = TimeServer().start()
        self.addCleanup(clock.stop)
        self.image.unlink()
        with open(self.image, "wb") as medium:
            medium.truncate(MEDIUM_BYTES)
        key = self.folder / "ssh"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        for owner in ("acme", "stranger"):
            subprocess.run([ROOT / "tools/model", "key", owner, "--out", self.folder / owner], check=True, capture_output=True)
        made = self.provision("--image", IMAGE, "--model-keys", self.folder / "acme", "--device", self.image, "--ssh-key", f"{key}.pub",
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

        with self.subTest("it takes rules from whom the image and its identity say, and from nobody else"):
            self.take_rules(board)

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
