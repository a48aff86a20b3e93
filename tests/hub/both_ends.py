"""Both ends as people have them: gateways, a real broker and a hub as programs, and what is typed at either end."""

import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "support"))
from programs import SOON_S, Mosquitto  # noqa: E402

HOLDFAST, HUB = os.environ["HOLDFAST"], os.environ["HOLDFAST_HUB"]


class BothEnds(unittest.TestCase):
    """Everything lies in `folder` and ends with the test. What a program says is in folder/NAME.log."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.broker = None
        self.running = {}
        self.addCleanup(self.end_all)

    def start(self, name, *words):
        with open(self.folder / f"{name}.log", "a", encoding="utf-8") as log:
            self.running[name] = subprocess.Popen([str(word) for word in words], stdout=log, stderr=log)

    def kill(self, name):
        self.running[name].kill()
        self.running.pop(name).wait()

    def end_all(self):
        for name in list(self.running):
            self.kill(name)
        if self.broker:
            self.broker.end()

    def start_broker(self):
        self.broker = Mosquitto(self.folder)

    def broker_words(self):
        return ["--broker", f"mqtt://127.0.0.1:{self.broker.port}"]

    def start_hub(self):
        self.start("hub", HUB, "run", "--store", self.folder / "hub.db", *self.broker_words())

    # What people type.

    def run_words(self, *words):
        return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=120, check=False)

    def good_words(self, *words):
        """What it says; with --json among the words, taken apart."""
        run = self.run_words(*words)
        self.assertEqual(run.returncode, 0, f"{words}: {run.stdout}{run.stderr}")
        return json.loads(run.stdout) if "--json" in words else run.stdout

    def hub(self, *words):
        return self.good_words(HUB, *words, "--store", self.folder / "hub.db")

    def when(self, holds, within_s=2 * SOON_S):
        """What `holds` returns, as soon as that is something."""
        deadline = time.monotonic() + within_s
        problem = None
        while time.monotonic() < deadline:
            try:
                if found := holds():
                    return found
            except (AssertionError, IndexError, KeyError) as failure:
                problem = failure
            time.sleep(0.1)  # the programs need the machine too
        logs = "\n".join(log.read_text("utf-8")[-1500:] for log in self.folder.glob("*.log"))
        return self.fail(f"never: {problem}\n{logs}")
