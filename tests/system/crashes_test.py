"""What the board's medium may hold after a cut, block by block: nothing that was safe is lost, whatever part of the
medium's cache was written. HOLDFAST_CRASHES says how many images (200), HOLDFAST_SEED what is drawn (1); ./tools/crashes
tells more."""

import json
import os
import subprocess
import sys
import unittest

from board_in_test import IMAGE, ROOT, say

COUNT = os.environ.get("HOLDFAST_CRASHES", "200")
SEED = os.environ.get("HOLDFAST_SEED", "1")
CHECKER = os.environ["HOLDFAST_HOST_TREE"] + "/tests/crashes/after_crash"


class Crashes(unittest.TestCase):
    def test_no_part_of_a_lost_cache_costs_what_was_safe(self):
        run = subprocess.run([sys.executable, ROOT / "tools/images/crashes.py", "--image", IMAGE, "--checker", CHECKER,
                              "--count", COUNT, "--seed", SEED, "--json"], capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        found = json.loads(run.stdout)
        say(run.stdout.strip())
        for name in ("lost", "corrupt", "duplicated", "repairs"):
            self.assertEqual(found[name], 0, name)
        self.assertEqual(found["images"], int(COUNT))
        self.assertGreater(found["flushes"], 50)
        self.assertGreater(found["found_on_lying_medium"], 0)
        self.assertEqual(found["torn_superblocks"], int(COUNT) // 20)
        self.assertGreaterEqual(found["mended"], found["torn_superblocks"])


if __name__ == "__main__":
    unittest.main()
