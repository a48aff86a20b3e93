"""The words of holdfast-hub as a person uses them: decode, status, verify, export, and their exit codes.

usage: words_in_test.py HUB
"""

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HUB = sys.argv[1]

# The worked example of docs/formats/frames.md, read from that page.
PAGE = Path(__file__).resolve().parents[2] / "docs/formats/frames.md"


def example():
    block = PAGE.read_text().split("## Example")[1].split("```")[1]
    return bytes.fromhex("".join(block.split()))


def hub(*words, data=None):
    return subprocess.run([HUB, *map(str, words)], input=data, capture_output=True)


class Words(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="holdfast-words."))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def test_the_example_of_the_format_description_is_decoded(self):
        frame = self.folder / "frame"
        frame.write_bytes(example())
        done = hub("decode", frame)
        self.assertEqual(done.returncode, 0, done.stderr)
        head, *lines = done.stdout.decode().splitlines()
        self.assertTrue(head.startswith("time,gateway,equipment,sensor,value,"))
        values = [(line.split(",")[3], line.split(",")[4], line.split(",")[6]) for line in lines]
        self.assertEqual(values, [("#0", "21.5", "good"), ("#1", "7", "good"), ("#0", "21.6", "good"),
                                  ("#0", "21.4", "good"), ("#1", "8", "stuck")])

    def test_lines_of_hexadecimal_are_frames_too(self):
        done = hub("decode", "-", "--format", "json", data=example().hex().upper().encode() + b"\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([line["position"] for line in lines], [1000, 1000, 1001, 1002, 1002])
        self.assertEqual(lines[0]["boot"], "99aabbccddeeff00")
        self.assertIsNone(lines[0]["time"])

    def test_what_is_no_frame_is_refused_with_a_sentence(self):
        broken = bytearray(example())
        broken[50] ^= 1
        for data in (bytes(broken), b"HF"):
            path = self.folder / "broken"
            path.write_bytes(data)
            done = hub("decode", path)
            self.assertEqual((done.returncode, done.stderr), (1, b"holdfast-hub: 1 frames cannot be read\n"))
        path.write_text("hello\n")
        self.assertIn(b"neither a frame", hub("decode", path).stderr)

    def test_a_store_that_is_not_there_is_not_made(self):
        missing = self.folder / "no.db"
        for word in ("status", "verify", "export"):
            self.assertEqual(hub(word, "--store", missing).returncode, 3)
            self.assertFalse(missing.exists())

    def test_wrong_words_end_with_2(self):
        for words in (["verifi"], ["run"], ["status", "--store"], ["export", "--format", "xml"], ["verify", "x"]):
            self.assertEqual(hub(*words).returncode, 2, words)
        self.assertEqual(hub("help").returncode, 0)


class Documents(unittest.TestCase):
    """Of a store that knows one gateway, which is away."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.store = Path(folder.name) / "hub.db"
        self.store.touch()
        self.assertEqual(self.say("status").returncode, 0)
        with contextlib.closing(sqlite3.connect(self.store)) as store, store:
            store.execute("INSERT INTO gateway (tenant, name, first_seen_ms, last_seen_ms, receipt_every_ms,"
                          " receipt_bytes) VALUES ('default', 'press-7', 0, 0, 5000, 65536)")

    def say(self, *words):
        return hub(*words, "--store", self.store)

    def refused(self, status, sentence, *words):
        done = self.say(*words)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertIn(sentence, done.stderr.decode())

    def test_an_edit_is_shown_with_its_author_and_what_it_made_lose(self):
        for name in ("Pump", "Main pump"):
            done = self.say("set", "press-7", "equipment/pump-1", f"name={name}", "--author", "ops")
            self.assertEqual(done.stdout, b"done: the gateway hears of it when it is back\n", done.stderr)
        self.assertIn("name = Main pump   (ops)", self.say("documents", "--gateway", "press-7").stdout.decode())
        losses = json.loads(self.say("audit", "--gateway", "press-7", "equipment", "pump-1", "--json").stdout)["losses"]
        self.assertEqual([(loss["number"], loss["lost"], loss["reason"]) for loss in losses],
                         [(1, "Pump", "overwritten")])
        self.assertEqual(self.say("restore", "press-7", 1).returncode, 0)
        found = json.loads(self.say("documents", "--gateway", "press-7", "equipment", "pump-1", "--json").stdout)
        self.assertEqual(found["documents"][0]["desired"], {"name": "Pump"})
        self.assertEqual(self.say("remove", "press-7", "equipment/pump-1").returncode, 0)
        self.refused(1, "there is no such thing", "remove", "press-7", "equipment/pump-1")

    def test_what_is_wrong_is_told_with_what_would_be_right(self):
        self.refused(1, "did you mean 'press-7'?", "set", "press-8", "equipment/pump-1", "name=x")
        self.refused(2, "did you mean 'equipment'?", "set", "press-7", "equipmnt/pump-1", "name=x")
        self.refused(2, "did you mean 'location'?", "set", "press-7", "equipment/pump-1", "locaton=x")
        self.refused(2, "is not one of online offline", "set", "press-7", "equipment/pump-1", "status=dancing")
        self.refused(2, "nobody else writes it", "set", "press-7", "alerts/a", "active=true")
        self.refused(2, "COLLECTION/ID", "set", "press-7", "equipment/", "name=x")
        self.refused(2, "FIELD=VALUE", "set", "press-7", "equipment/pump-1", "name")
        self.refused(2, "--gateway", "audit")
        self.refused(1, "no loss of that number", "restore", "press-7", 9)
        self.refused(2, "VERB", "command", "press-7")
        self.refused(2, "not NAME=VALUE", "command", "press-7", "alerts.ack", "pump")
        self.refused(2, "0 to 604800", "command", "press-7", "status", "--expires", "-1")

    def test_a_command_without_an_answer_is_told_apart_from_one_that_failed(self):
        done = self.say("command", "press-7", "status", "--expires", 1, "--id", "c-1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no result of command c-1 came in time; the gateway was not there", done.stderr.decode())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
