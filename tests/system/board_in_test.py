"""What system tests share: a fresh copy of the image for each, its board, and what lies in its data partition."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(os.environ["HOLDFAST_ROOT"])
IMAGES = Path(os.environ["HOLDFAST_TEST_IMAGES"])
sys.path.insert(0, str(ROOT / "tools/images"))

from machine import FIRST_READING, Machine, SOON_S  # noqa: E402,F401

IMAGE = IMAGES / "development.img"


class BoardTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="holdfast.")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.image = self.folder / "board.img"
        subprocess.run(["cp", "--sparse=always", IMAGE, self.image], check=True)

    def board(self, **options):
        machine = Machine(self.image, **options)
        self.addCleanup(machine.cut)
        return machine

    def running_board(self, **options):
        """Up, with its first reading kept."""
        machine = self.board(**options).start()
        machine.wait_for_shell()
        self.first_kept_s = float(machine.wait_for(FIRST_READING)[1])
        return machine

    def status(self, machine):
        code, text = machine.command("holdfast status --state /data/holdfast --json")
        self.assertEqual(code, 0, text)
        return json.loads(text[text.index("{"):text.rindex("}") + 1])


def keep_for_a_look(path):
    """A failed test's image, where a person finds it."""
    shutil.copyfile(path, IMAGES / Path(path).name)
