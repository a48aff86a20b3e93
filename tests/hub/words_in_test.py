"""The words of holdfast-hub as a person uses them: decode, status, verify, export, and their exit codes.

usage: words_in_test.py HUB
"""

import json
import shutil
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


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
