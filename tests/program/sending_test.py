"""A gateway, its link role, a real broker and the hub, while all between them fails.

Whatever happens: what the gateway made safe is at the hub exactly once in the end, by the hub's own
proof. HOLDFAST_FAULTS=all runs every fault, as the `slow` configuration of ctest does; else the first
few. HOLDFAST_RECONNECTS counts connections to a broker that closes on each publish.
"""

import collections
import csv
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/support"))
from programs import SOON_S, Lines, Mosquitto, free_port, make_certificates  # noqa: E402

HOLDFAST, HUB = os.environ["HOLDFAST"], os.environ["HOLDFAST_HUB"]
DARK = os.environ["HOLDFAST_DARK_GATEWAY"]
IS_ALL = os.environ.get("HOLDFAST_FAULTS") == "all"
SEED = int(os.environ.get("HOLDFAST_SEED", "1"))
RECONNECTS = int(os.environ.get("HOLDFAST_RECONNECTS", "12"))
DRAIN_S = 120  # a bound, not a measure

slow = unittest.skipUnless(IS_ALL, "HOLDFAST_FAULTS=all, or ctest -C slow")


class Sending(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.random = random.Random(SEED)
        self.hub = self.gateway = None
        self.port = free_port()  # of the gateway's broker
        self.addCleanup(self.end)

    def end(self):
        for process in (self.gateway, self.hub):
            if process and process.poll() is None:
                process.kill()
                process.wait()

    # Who plays.

    def mosquitto(self, *lines):
        broker = Mosquitto(self.folder, *lines)
        self.addCleanup(broker.end)
        return broker

    def mosquitto_at(self, port, *lines):
        """A broker where a bad one was before."""
        broker = Mosquitto(self.folder, *lines, port=port)
        self.addCleanup(broker.end)
        return broker

    def bad_broker(self, *settings):
        broker = Lines(sys.executable, str(ROOT / "tests/support/broker_in_test.py"))
        self.addCleanup(broker.end)
        broker.port = int(broker.line().split()[1])
        for setting in settings:
            broker.ask(f"set {setting}")
        return broker

    def relay(self, port, *words):
        relay = Lines(str(ROOT / "tools/link"), "--to", f"127.0.0.1:{port}", *words)
        self.addCleanup(relay.end)
        relay.port = int(relay.line().split()[1])
        return relay

    def start_hub(self, port):
        with open(self.folder / "hub.log", "a", encoding="utf-8") as log:
            self.hub = subprocess.Popen([HUB, "run", "--store", self.folder / "hub.db", "--worker", "test",
                                         "--broker", f"mqtt://127.0.0.1:{port}"], stderr=log)

    def start_gateway(self, port, *words, env=None, broker=None):
        with open(self.folder / "gateway.log", "a", encoding="utf-8") as log:
            self.gateway = subprocess.Popen([HOLDFAST, "run", "--state", self.folder / "state", "--broker",
                                             broker or f"mqtt://127.0.0.1:{port}", *words], stderr=log, env=env)

    def stop_gateway(self):
        self.gateway.terminate()
        self.assertEqual(self.gateway.wait(SOON_S), 0)

    def link_process(self):
        for task in Path(f"/proc/{self.gateway.pid}/task").iterdir():
            for child in (task / "children").read_text("utf-8").split():
                return int(child)
        return None

    # What is looked at.

    def status(self):
        run = subprocess.run([HOLDFAST, "status", "--json", "--state", self.folder / "state"],
                             capture_output=True, text=True, timeout=SOON_S, check=False)
        return json.loads(run.stdout) if run.returncode == 0 else None

    def status_when(self, holds, within_s=SOON_S):
        deadline = time.monotonic() + within_s
        status = None
        while time.monotonic() < deadline:
            status = self.status() or status
            if status and holds(status):
                return status
            time.sleep(0.1)  # the programs need the machine too
        log = (self.folder / "gateway.log").read_text("utf-8")
        self.fail(f"never: {json.dumps(status)}\n{log[-3000:]}")

    def wait_for_readings(self, count):
        return self.status_when(lambda s: s["forwarding"]["readings"] >= count)

    def prove(self, port):
        """Sends what is left, and asks the hub: all there, nothing twice, nothing declared lost."""
        if self.gateway.poll() is None:
            self.stop_gateway()
        made = sum(int(count) for count in re.findall(r"gateway_stopped readings=(\d+)",
                                                      (self.folder / "gateway.log").read_text("utf-8")))
        self.start_gateway(port)
        self.status_when(lambda s: s["link"]["receipts"] > 0 and s["queue"]["rows_to_send"] == 0
                         and s["queue"]["events_to_send"] == 0, DRAIN_S)
        self.stop_gateway()
        run = subprocess.run([HUB, "verify", "--json", "--store", self.folder / "hub.db"],
                             capture_output=True, text=True, timeout=SOON_S, check=False)
        found = json.loads(run.stdout)
        self.assertEqual((found["readings"], found["missing"], found["duplicated"], found["declared"]),
                         (made, 0, 0, {}), run.stdout)
        self.assertTrue(found["complete"], run.stdout)
        return made


class WithARealBroker(Sending):
    def test_a_broker_killed_and_a_link_role_killed_again_and_again_lose_and_double_nothing(self):
        broker = self.mosquitto()
        self.start_hub(broker.port)
        self.start_gateway(broker.port, "--generate", "50")
        self.wait_for_readings(50)
        for _ in range(6 if IS_ALL else 2):
            time.sleep(self.random.uniform(0.2, 2.5))
            if link := self.link_process():
                os.kill(link, signal.SIGKILL)
            time.sleep(self.random.uniform(0.2, 2.5))
            broker.kill()  # -9: without persistence it forgets sessions and what it had not passed on
            time.sleep(self.random.uniform(0.1, 1.0))
            broker.start()
        self.assertGreater(self.prove(broker.port), 300)

    @slow
    def test_a_broker_that_is_wiped_and_one_that_forgets_sessions(self):
        persistent = ("persistence true", f"persistence_location {self.folder}/", "autosave_interval 1")
        broker = self.mosquitto(*persistent)
        self.start_hub(broker.port)
        self.start_gateway(broker.port, "--generate", "50")
        for _ in range(3):
            self.status_when(lambda s: s["link"]["phase"] == "online", 60)
            time.sleep(3)
            broker.kill()
            (self.folder / "mosquitto.db").unlink(missing_ok=True)
            broker.start()
        self.prove(broker.port)

    @slow
    def test_a_half_open_link_and_one_that_resets(self):
        broker = self.mosquitto()
        relay = self.relay(broker.port)
        self.start_hub(broker.port)
        self.start_gateway(relay.port, "--generate", "50")
        self.wait_for_readings(50)
        for _ in range(5):
            relay.ask("reset")
            time.sleep(self.random.uniform(0.5, 3))
        self.status_when(lambda s: s["link"]["phase"] == "online", 60)
        relay.ask("silent")
        self.status_when(lambda s: s["link"]["last_end"] in ("peer_silent", "no_acknowledgement"), 60)
        relay.ask("up")
        self.prove(relay.port)

    @slow
    def test_a_poor_link_that_comes_and_goes(self):
        broker = self.mosquitto()
        relay = self.relay(broker.port, "--rtt", "400", "--up", "64", "--loss", "2", "--flap", "8/4")
        self.start_hub(broker.port)
        self.start_gateway(relay.port, "--generate", "50")
        time.sleep(60)
        self.stop_gateway()
        self.prove(broker.port)

    @slow
    def test_a_hub_killed_at_random(self):
        broker = self.mosquitto()
        self.start_hub(broker.port)
        self.start_gateway(broker.port, "--generate", "50")
        for _ in range(8):
            time.sleep(self.random.uniform(0.2, 3))
            self.hub.kill()
            self.hub.wait()
            time.sleep(self.random.uniform(0, 1))
            self.start_hub(broker.port)
        self.prove(broker.port)


class WithABadBroker(Sending):
    def suffer(self, *settings, for_s):
        """The gateway meets this broker first, and a good one at the same place afterwards."""
        broker = self.bad_broker(*settings)
        self.start_gateway(broker.port, "--generate", "20")
        self.wait_for_readings(20)
        time.sleep(for_s)
        status = self.status()
        broker.end()
        good = self.mosquitto_at(broker.port)
        self.start_hub(good.port)
        self.prove(good.port)
        return status

    def test_a_broker_that_closes_on_each_publish(self):
        self.assertGreater(self.suffer("close_on_publish 1", for_s=4)["link"]["attempts"], 1)

    @slow
    def test_a_broker_that_never_acknowledges(self):
        status = self.suffer("acknowledge 0", for_s=25)
        self.assertEqual(status["link"]["last_end"], "no_acknowledgement")

    @slow
    def test_a_broker_that_is_over_quota(self):
        self.assertGreater(self.suffer("refuse_publish 151", for_s=15)["link"]["refused"], 0)

    @slow
    def test_a_broker_that_knows_us_not(self):
        status = self.suffer("refuse_connect 135", for_s=8)
        self.assertEqual(status["link"]["last_end"], "not_authorised")


class AfterADarkDay(Sending):
    PACKET_BYTES = 8000

    def test_envelopes_reach_a_broker_with_small_packets_in_parts_and_each_bucket_once(self):
        run = subprocess.run([DARK, self.folder / "state/files", "g1", "12", "10", "1024", str(SEED)],
                             capture_output=True, text=True, timeout=2 * SOON_S, check=True)
        dark = json.loads(run.stdout)
        self.assertGreater(dark["frames_of_10s"], 0)
        # So they have to be cut.
        self.assertGreater(dark["bytes_of_1min"], 2 * self.PACKET_BYTES * dark["frames_of_1min"])
        broker = self.mosquitto(f"max_packet_size {self.PACKET_BYTES}")
        self.start_hub(broker.port)
        self.start_gateway(broker.port, "--gateway", "g1", "--generate", "3")
        # Whose queue is not small, so what came is as it was sent.
        self.status_when(lambda s: s["link"]["receipts"] > 0 and s["link"]["rows_awaiting_receipt"] == 0
                         and s["queue"]["rows_to_send"] == 0, DRAIN_S)
        self.stop_gateway()
        found = json.loads(self.ask_hub("verify", "--json"))
        self.assertEqual((found["complete"], found["missing"], found["duplicated"], found["declared"]),
                         (True, 0, 0, {}), found)
        lines = list(csv.DictReader(self.ask_hub("export").splitlines()))
        first_boot = [line for line in lines if line["boot"] == lines[0]["boot"]]
        self.assertEqual({line["resolution"] for line in first_boot}, {"1min", "10s", "full"})
        # A bucket that came twice, or not at all, would be too much or too little for its sensor.
        readings_of = collections.Counter()
        for line in first_boot:
            readings_of[line["sensor"]] += int(line["count"])
        self.assertEqual(set(readings_of.values()), {dark["readings"] // 10})

    def ask_hub(self, *words):
        run = subprocess.run([HUB, *words, "--store", self.folder / "hub.db"],
                             capture_output=True, text=True, timeout=2 * SOON_S, check=False)
        self.assertEqual(run.returncode, 0, run.stdout[-1000:] + run.stderr)
        return run.stdout


class Reconnecting(Sending):
    # As short as settings allow: what is looked at is what a connection leaves behind.
    IMPATIENT = {"HOLDFAST_UPLINK_BACKOFF_FIRST": "100 ms", "HOLDFAST_UPLINK_BACKOFF_CAP": "100 ms"}

    def test_connections_that_end_with_each_publish_cost_no_memory(self):
        broker = self.bad_broker("close_on_publish 1")
        self.start_gateway(broker.port, "--generate", "5", env=dict(os.environ, **self.IMPATIENT))
        usages = []
        while len(usages) < 12 or usages[-1][0] < RECONNECTS:
            status = self.status_when(lambda s: s["roles"][0]["runs"])
            core = Path(f"/proc/{self.gateway.pid}")
            pages = int((core / "statm").read_text("utf-8").split()[1])
            usages.append((status["link"]["connections"], pages * 4, len(list((core / "fd").iterdir())),
                           status["roles"][0]["resident_bytes"] // 1024, status["roles"][0]["descriptors"]))
            time.sleep(0.3 if RECONNECTS < 100 else 10)
        first, last = usages[len(usages) // 3], usages[-1]
        print(f"{first[0]} to {last[0]} connections: core {first[1]} -> {last[1]} kB, {first[2]} -> {last[2]} descriptors; "
              f"link {first[3]} -> {last[3]} kB, {first[4]} -> {last[4]} descriptors; "
              f"the role ended {status['roles'][0]['ends']} times", file=sys.stderr)
        # What the core takes in meanwhile, readings and events, is its stores' and bounded: limits.h.
        self.assertLess(last[3] - first[3], 256)
        early = usages[:len(usages) // 3 + 1]
        for descriptors in (2, 4):  # one more at some moments: a connection to the broker, or of who asks
            self.assertLessEqual(last[descriptors], max(usage[descriptors] for usage in early) + 1)
        self.assertEqual(status["heap_allocations_after_boot"], 0)


class WhereThePlainPortIsBlocked(Sending):
    """One broker, three doors: for the hub, TLS and secure WebSocket; the gateway's two lie behind poor links."""

    # Soon enough for a test; the ladder itself is as it ships.
    SOONER = {"HOLDFAST_UPLINK_BACKOFF_FIRST": "100 ms", "HOLDFAST_UPLINK_BACKOFF_CAP": "100 ms",
              "HOLDFAST_UPLINK_BURST_PERIOD": "5 s"}

    def open_doors(self, *words):
        make_certificates(self.folder)
        certificate = (f"certfile {self.folder}/broker.pem", f"keyfile {self.folder}/broker.key")
        tls, web = free_port(), free_port()
        self.broker = self.mosquitto(f"listener {tls} 127.0.0.1", *certificate,
                                     f"listener {web} 127.0.0.1", "protocol websockets", *certificate)
        self.doors = (tls, web)
        self.direct, self.web = self.relay(tls, *words), self.relay(web, *words)
        self.start_hub(self.broker.port)

    def start_finding_a_way(self, look_again, port=None):
        sooner = dict(self.SOONER, HOLDFAST_UPLINK_LOOK_AGAIN=look_again, HOLDFAST_UPLINK_WEB_PORT=str(self.web.port))
        self.start_gateway(None, "--generate", "20", "--ca", self.folder / "ca.pem", env=dict(os.environ, **sooner),
                           broker=f"auto://localhost:{port or self.direct.port}")

    def link_when(self, within_s=60, **members):
        """The link, once it says all this of itself."""
        return self.status_when(lambda s: members.items() <= s["link"].items(), within_s)["link"]

    def read_aloud(self):
        run = subprocess.run([HOLDFAST, "status", "--state", self.folder / "state"],
                             capture_output=True, text=True, timeout=SOON_S, check=True)
        return {name: re.search(rf"^  {name} +(\S+)$", run.stdout, re.MULTILINE)[1] for name in ("transport", "bursts")}

    def receives(self, more=2):
        """Readings arrive: the hub says so again and again."""
        before = self.status()["link"]["receipts"]
        self.status_when(lambda s: s["link"]["receipts"] >= before + more, 60)

    def test_readings_go_by_the_web_and_by_the_plain_port_again_with_the_first_connection_after_the_time(self):
        self.open_doors()
        self.direct.ask("down")
        self.start_finding_a_way(look_again="10 s")
        self.link_when(phase="online", transport="wss", bursts=False)
        self.assertEqual(self.read_aloud(), {"transport": "wss", "bursts": "false"})
        self.receives()
        self.direct.ask("up")
        # A connection that holds stays where it is.
        held = self.status_when(lambda s: s["link"]["since_ms"] > 10_000)["link"]
        self.assertEqual((held["transport"], held["connections"]), ("wss", 1))
        self.web.ask("reset")
        self.link_when(phase="online", transport="tls", bursts=False)
        self.receives()
        self.assertGreater(self.prove(self.broker.port), 100)

    def test_where_no_connection_lives_long_readings_go_in_bursts_until_one_does(self):
        self.open_doors("--life", "1")
        self.start_finding_a_way(look_again="20 s")
        self.link_when(bursts=True)
        self.assertEqual(self.read_aloud()["bursts"], "true")
        # Between two bursts: the next one is due by the schedule, for no back-off is that long.
        self.status_when(lambda s: s["link"]["bursts"] and s["link"].get("next_attempt_ms", 0) > 1000, 60)
        self.receives()
        for door, relay in zip(self.doors, (self.direct, self.web)):
            relay.end()
            self.relay(door, "--listen", str(relay.port))
        self.link_when(phase="online", transport="tls", bursts=False)
        self.status_when(lambda s: s["link"]["since_ms"] > 3000)
        self.assertEqual(self.link_when(phase="online")["bursts"], False)
        self.prove(self.broker.port)

    @slow
    def test_a_port_that_accepts_and_is_silent_is_left_for_the_web(self):
        self.open_doors()
        self.direct.ask("silent")
        self.start_finding_a_way(look_again="1 h")
        self.link_when(240, phase="online", transport="wss")
        self.receives()
        self.prove(self.broker.port)

    @slow
    def test_a_port_that_swallows_every_knock_is_left_for_the_web(self):
        self.open_doors()
        with socket.socket() as deaf:
            deaf.bind(("127.0.0.1", 0))
            deaf.listen(0)  # and accepts nobody: once its queue is full, the kernel drops what comes
            waiting = [socket.socket() for _ in range(4)]
            for knock in waiting:
                self.addCleanup(knock.close)
                knock.setblocking(False)
                knock.connect_ex(deaf.getsockname())
            self.start_finding_a_way("1 h", deaf.getsockname()[1])
            self.link_when(240, phase="online", transport="wss")
            self.receives()
        self.prove(self.broker.port)


if __name__ == "__main__":
    unittest.main()
