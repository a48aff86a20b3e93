"""A real broker, real hub workers that are killed, and gateways that believe receipts only.

usage: hub_in_test.py HUB GATEWAYS [TEST...]      programs holdfast-hub and hub_gateways

HOLDFAST_HUB_GATEWAYS, HOLDFAST_HUB_ROWS, HOLDFAST_HUB_KILLS and HOLDFAST_HUB_SEED make it larger:
./tools/fleet does. HOLDFAST_FAULTS=all runs what takes a minute each.
"""

import getpass
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "support"))
import postgres_in_test  # noqa: E402
from programs import Lines  # noqa: E402

HUB, GATEWAYS = sys.argv[1:3]
COUNT = int(os.environ.get("HOLDFAST_HUB_GATEWAYS", "6"))
ROWS = int(os.environ.get("HOLDFAST_HUB_ROWS", "1200"))
KILLS = int(os.environ.get("HOLDFAST_HUB_KILLS", "4"))
SEED = int(os.environ.get("HOLDFAST_HUB_SEED", "1"))
IS_ALL = os.environ.get("HOLDFAST_FAULTS") == "all"
ROOT = Path(__file__).resolve().parents[2]
LINK = ROOT / "tools/link"
SOON_S = 30  # a bound for what must happen at all, not for how fast


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Stage(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="holdfast-hub."))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.port = free_port()
        self.broker = f"mqtt://127.0.0.1:{self.port}"
        self.random = random.Random(SEED)
        self.running = []
        self.broker_lines = ["max_queued_messages 100000"]
        self.addCleanup(self.end_all)
        self.start_broker()

    def start(self, *words, **more):
        process = subprocess.Popen([str(word) for word in words], **more)
        self.running.append(process)
        return process

    def end_all(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()

    def start_broker(self):
        config = self.folder / "broker.conf"
        config.write_text("\n".join([f"listener {self.port} 127.0.0.1", "allow_anonymous true", "log_type none",
                                     f"user {getpass.getuser()}", *self.broker_lines, ""]))
        self.mosquitto = self.start(shutil.which("mosquitto") or "/usr/sbin/mosquitto", "-c", config,
                                    stderr=subprocess.DEVNULL)
        until = time.monotonic() + SOON_S
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        self.fail("mosquitto does not listen")

    def restart_broker(self, *lines):
        """Without persistence it knows nothing any more: no session, no message."""
        self.mosquitto.kill()
        self.mosquitto.wait()
        self.broker_lines = list(lines) or self.broker_lines
        self.start_broker()

    def start_worker(self, store, *more, broker=None):
        """Comes back when it has reached the broker, so that killing it is worth the while."""
        path = self.folder / f"worker-{len(self.running)}.log"
        with open(path, "w") as log:
            worker = self.start(HUB, "run", "--broker", broker or self.broker, "--store", store, *more,
                                stdout=subprocess.PIPE, stderr=log, text=True)
        while not (line := worker.stdout.readline()).startswith("ready"):
            self.assertTrue(line, "a worker ended: " + path.read_text())
            if line.startswith("metrics"):
                worker.metrics = line.split()[1]
        until = time.monotonic() + SOON_S
        while "connected to" not in path.read_text():
            self.assertLess(time.monotonic(), until, path.read_text())
            time.sleep(0.01)
        return worker

    def start_gateways(self):
        return self.start(GATEWAYS, self.broker, COUNT, ROWS, SEED, stdout=subprocess.PIPE, text=True)

    def prove(self, store, gateways):
        said = json.loads(gateways.stdout.read())
        self.assertEqual(gateways.wait(), 0, said)
        proof = subprocess.run([HUB, "verify", "--store", store, "--json"], stdout=subprocess.PIPE, text=True)
        found = json.loads(proof.stdout or "{}")
        self.assertEqual(proof.returncode, 0, found)
        self.assertEqual(found["readings"], said["readings"])
        self.assertEqual((found["missing"], found["duplicated"], found["incoherent"]), (0, 0, 0))
        return said, found

    def kill_now_and_then(self, gateways, workers, start):
        kills = 0
        while gateways.poll() is None and kills < KILLS:
            time.sleep(self.random.uniform(0, 0.6))  # between taking, committing and telling
            victim = self.random.randrange(len(workers))
            workers[victim].send_signal(signal.SIGKILL)
            workers[victim].wait()
            workers[victim] = start()
            kills += 1
        return kills


class OneWorker(Stage):
    def test_a_worker_that_is_killed_again_and_again_loses_and_doubles_nothing(self):
        store = self.folder / "hub.db"
        workers = [self.start_worker(store)]
        gateways = self.start_gateways()
        kills = self.kill_now_and_then(gateways, workers, lambda: self.start_worker(store))
        said, _ = self.prove(store, gateways)
        self.assertGreater(kills, 0)
        print(f"killed {kills} times, {said}", file=sys.stderr)

    def test_a_broker_that_is_killed_loses_and_doubles_nothing(self):
        store = self.folder / "hub.db"
        self.start_worker(store, "--worker", "w1")
        gateways = self.start_gateways()
        for _ in range(3):
            time.sleep(0.7)
            self.restart_broker()
        self.prove(store, gateways)

    def test_a_worker_killed_after_its_commits_and_before_any_receipt_loses_and_doubles_nothing(self):
        store = self.folder / "hub.db"
        rights = self.folder / "rights"
        rights.write_text("topic readwrite #\nuser hub\ntopic read #\n")  # it hears all, and nobody hears it
        self.restart_broker("max_queued_messages 100000", f"acl_file {rights}")
        gateways = None
        for commits in (1, 2, 3):
            worker = self.start_worker(store, "--user", "hub")
            gateways = gateways or self.start_gateways()
            until = time.monotonic() + SOON_S
            while self.frames_in(store) < commits * COUNT:
                self.assertLess(time.monotonic(), until)
                time.sleep(0.05)
            worker.kill()
            worker.wait()
        self.assertIsNone(gateways.poll())
        self.restart_broker("max_queued_messages 100000")
        self.start_worker(store)
        said, _ = self.prove(store, gateways)
        self.assertGreater(said["sent_again"], 0)

    def frames_in(self, store):
        proof = subprocess.run([HUB, "verify", "--store", store, "--json"], stdout=subprocess.PIPE, check=False)
        return json.loads(proof.stdout)["frames"]

    def test_a_broker_that_drops_what_exceeds_its_queue_loses_and_doubles_nothing(self):
        store = self.folder / "hub.db"
        self.restart_broker("max_queued_messages 2", "max_inflight_messages 2")
        self.start_worker(store)
        said, _ = self.prove(store, self.start_gateways())
        self.assertGreater(said["sent_again"], 0)

    def test_a_way_to_the_broker_that_is_reset_loses_and_doubles_nothing(self):
        store = self.folder / "hub.db"
        relay = self.relay()
        self.start_worker(store, broker=f"mqtt://127.0.0.1:{relay.port}")
        gateways = self.start_gateways()
        for _ in range(3):
            time.sleep(self.random.uniform(0, 0.6))
            relay.ask("reset")
        self.prove(store, gateways)

    @unittest.skipUnless(IS_ALL, "HOLDFAST_FAULTS=all: it takes two keep-alives")
    def test_a_way_to_the_broker_that_falls_silent_loses_and_doubles_nothing(self):
        store = self.folder / "hub.db"
        relay = self.relay()
        worker = self.start_worker(store, "--metrics", "0", broker=f"mqtt://127.0.0.1:{relay.port}")
        gateways = self.start_gateways()
        relay.ask("silent")
        until = time.monotonic() + 90
        while "\nholdfast_hub_connected 0\n" not in urllib.request.urlopen(worker.metrics, timeout=SOON_S).read().decode():
            self.assertLess(time.monotonic(), until)
            time.sleep(0.5)
        relay.ask("up")
        self.prove(store, gateways)

    def relay(self):
        relay = Lines(str(LINK), "--to", f"127.0.0.1:{self.port}")
        self.addCleanup(relay.end)
        relay.port = int(relay.line().split()[1])
        return relay

    def test_hostile_payloads_are_counted_and_change_nothing(self):
        store = self.folder / "hub.db"
        worker = self.start_worker(store, "--metrics", "0")
        gateways = self.start_gateways()
        for word in ("frames", "live", "state", "alert", "health"):
            for size in (0, 1, 39, 41, 5000):
                payload = self.folder / "payload"
                payload.write_bytes(b"HF" + self.random.randbytes(size))
                subprocess.run(["mosquitto_pub", "-p", str(self.port), "-q", "1", "-f", str(payload),
                                "-t", f"holdfast/v1/default/evil/{word}"], check=True)
        self.prove(store, gateways)
        page = urllib.request.urlopen(worker.metrics, timeout=SOON_S).read().decode()
        refused = sum(int(line.split()[-1]) for line in page.splitlines() if line.startswith("holdfast_hub_refused"))
        self.assertEqual(refused, 25)
        self.assertIn("\nholdfast_hub_connected 1\n", page)
        status = json.loads(subprocess.check_output([HUB, "status", "--store", store, "--json"]))
        self.assertEqual(sum(status["refused"].values()), 25)
        self.assertEqual(len(status["gateways"]), COUNT)


class NoWorker(Stage):
    def test_frames_are_decoded_as_they_pass_in_each_of_the_three_formats(self):
        page = (ROOT / "docs/formats/frames.md").read_text()
        # What tells the time of the example's boot, then the example.
        frames = {"state": (ROOT / "tests/golden/frames/anchor.txt").read_text(),
                  "live": page.split("## Example")[1].split("```")[1]}
        for word, text in frames.items():
            (self.folder / word).write_bytes(bytes.fromhex(text))
        wanted = {"csv": ",press-7,,#0,21.5,", "json": '"value":21.5', "influx": ",gateway=press-7,"}
        for form, words in wanted.items():
            with self.subTest(form), open(self.folder / form, "w+") as said:
                decode = self.start(HUB, "decode", "--broker", self.broker, "--format", form, stdout=said)
                until = time.monotonic() + SOON_S
                while words not in Path(said.name).read_text():  # it may not listen yet
                    self.assertLess(time.monotonic(), until, Path(said.name).read_text())
                    for word in ("state", "live"):
                        subprocess.run(["mosquitto_pub", "-p", str(self.port), "-q", "1", "-f", str(self.folder / word),
                                        "-t", f"holdfast/v1/default/press-7/{word}"], check=True)
                    time.sleep(0.1)
                decode.terminate()
                decode.wait(SOON_S)


@unittest.skipIf(postgres_in_test.programs() is None, "the package postgresql is not installed")
class ThreeWorkers(Stage):
    def test_one_of_three_workers_is_killed_again_and_again(self):
        with postgres_in_test.Postgres() as url:
            workers = [self.start_worker(url) for _ in range(3)]
            begun = time.monotonic()
            gateways = self.start_gateways()
            kills = self.kill_now_and_then(gateways, workers, lambda: self.start_worker(url))
            said, found = self.prove(url, gateways)
            self.assertGreater(kills, 0)
            figures = {"workers": len(workers), "killed": kills, "seconds": round(time.monotonic() - begun, 1), **said,
                       **{name: found[name] for name in ("frames", "missing", "duplicated", "incoherent")}, "seed": SEED}
            print(json.dumps(figures))
            for worker in workers:
                worker.terminate()
                self.assertEqual(worker.wait(), 0)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
