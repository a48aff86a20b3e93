"""The program as people meet it: its words, its answers, its exit codes, its end."""

import json
import os
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

HOLDFAST = os.environ["HOLDFAST"]
SOON_S = 30  # a bound for what must happen at all, not for how fast


def holdfast(*words):
    run = subprocess.run([HOLDFAST, *words], capture_output=True, text=True, timeout=SOON_S, check=False)
    return run.returncode, run.stdout, run.stderr


class CommandLine(unittest.TestCase):
    def test_help_names_every_command_and_option(self):
        code, text, _ = holdfast("--help")
        self.assertEqual(code, 0)
        for word in ("run", "status", "sensors", "--state", "--replay", "--json", "Exit status"):
            self.assertIn(word, text)

    def test_a_slip_is_refused_with_the_word_that_was_meant(self):
        for words, meant in (
            (("staus",), "did you mean 'status'?"),
            (("run", "--sped", "3"), "did you mean '--speed'?"),
            (("run", "--speed", "0"), "a whole number from 1 to 100000"),
            (("run", "--speed"), "--speed needs a value"),
            (("run", "--gateway", "a/b"), "letters, digits"),
            (("run", "--generate", "3", "--replay", "x"), "choose one"),
        ):
            with self.subTest(words):
                code, _, text = holdfast(*words)
                self.assertEqual(code, 2)
                self.assertIn(meant, text)

    def test_asking_where_no_gateway_runs_says_so(self):
        with tempfile.TemporaryDirectory() as state:
            code, _, text = holdfast("status", "--state", state)
        self.assertEqual(code, 3)
        self.assertIn("no gateway answers", text)


class RunningGateway(unittest.TestCase):
    def start(self, *words):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = folder.name
        self.gateway = subprocess.Popen([HOLDFAST, "run", "--state", self.state, *words],
                                        stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end)

    def end(self):
        self.gateway.kill()
        self.gateway.wait()
        self.gateway.stderr.close()

    def status_when(self, holds):
        """The first status that holds, asked for again and again."""
        deadline = time.monotonic() + SOON_S
        while time.monotonic() < deadline and self.gateway.poll() is None:
            code, text, _ = holdfast("status", "--json", "--state", self.state)
            if code == 0 and holds(status := json.loads(text)):
                return status
        self.fail(f"never: {text} {self.gateway.stderr.read() if self.gateway.poll() else ''}")

    def replay(self, *rows):
        with tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False) as file:
            file.write("timestamp_ms,sensor_id,value\n" + "".join(row + "\n" for row in rows))
        self.addCleanup(Path(file.name).unlink)
        return file.name

    def test_generated_sensors_fill_the_window(self):
        self.start("--generate", "20")
        status = self.status_when(lambda s: s["window"]["readings"] >= 40)
        self.assertEqual(status["sensors"], 20)
        self.assertEqual(status["sampling"]["unknown"], 0)
        self.assertEqual(status["window"]["evicted"], 0)

    def test_a_recording_is_replayed_to_the_last_reading_and_its_values_shown(self):
        self.start("--replay", self.replay("0,flow,1.5", "0,heat,20", "1000,flow,1.25"), "--speed", "100")
        self.status_when(lambda s: s["window"]["readings"] == 3)
        code, text, _ = holdfast("sensors", "--json", "--state", self.state)
        self.assertEqual(code, 0)
        latest = {row["sensor"]: row["value"] for row in json.loads(text)["sensors"]}
        self.assertEqual(latest, {"flow": 1.25, "heat": 20})

    def test_a_fault_in_a_recording_is_told_with_its_line_before_anything_starts(self):
        self.start("--replay", self.replay("0,flow,1.5", "1000,flow,warm"))
        self.assertEqual(self.gateway.wait(SOON_S), 1)
        self.assertIn(":3:", self.gateway.stderr.read())

    def test_ends_well_when_asked_and_leaves_no_socket(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                self.start("--generate", "1")
                self.status_when(lambda s: True)
                self.gateway.send_signal(number)
                self.assertEqual(self.gateway.wait(SOON_S), 0)
                self.assertFalse(Path(self.state, "control").exists())
                self.gateway.stderr.close()

    def test_a_second_gateway_on_the_same_state_is_refused(self):
        self.start("--generate", "1")
        self.status_when(lambda s: True)
        code, _, text = holdfast("run", "--state", self.state)
        self.assertEqual(code, 1)
        self.assertIn("busy", text)
        self.status_when(lambda s: True)


if __name__ == "__main__":
    unittest.main()
