"""The link role, with mosquitto and with a broker of our own that misbehaves on demand."""

import json
import os
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/support"))
from programs import SOON_S, Lines, Mosquitto, free_port, make_certificates  # noqa: E402

PROBE = os.environ["LINK_PROBE"]
RECONNECTS = int(os.environ.get("HOLDFAST_RECONNECTS", "300"))
TCP, TLS, WEBSOCKET, SECURE_WEBSOCKET = range(4)
DEAD_PEER_S = 45  # hal::kDeadPeerMax, which tests/contract holds to the second on a clock of its own
REASONS = ("none no_carrier no_address unreachable tls_failed not_authorised protocol_error peer_closed peer_silent "
           "no_acknowledgement quota_exceeded too_large payload_invalid topic_invalid server_busy taken_over "
           "link_restarted").split()


class Probe(Lines):
    def wait_for(self, word, within_s=SOON_S, others=None):
        """The words of the next line that begins so; those before it are kept in `others`."""
        deadline = time.monotonic() + within_s
        while True:
            line = self.line(max(0.01, deadline - time.monotonic())).split()
            if line[0] == "fault:":
                raise AssertionError(" ".join(line))
            if line[0] == word:
                return line[1:]
            if others is not None:
                others.append(line)

    def connects(self, *words):
        self.tell("connect " + " ".join(str(word) for word in words))
        assert self.wait_for("answer") == ["ok"]
        return self.wait_for("connected")

    def fails(self, *words):
        self.tell("connect " + " ".join(str(word) for word in words))
        assert self.wait_for("answer") == ["ok"]
        return REASONS[int(self.wait_for("disconnected", 70)[0])]


def make_certificate_of_later(folder, begins_s, ends_s):
    """One of localhost by the CA of make_certificates(), good only between two times to come."""
    Path(folder, "later.conf").write_text(
        f"[ca]\ndefault_ca=test\n[test]\ndatabase={folder}/index\nserial={folder}/serial\nnew_certs_dir={folder}\n"
        "default_md=sha256\npolicy=any\ncopy_extensions=none\nx509_extensions=names\n[any]\ncommonName=supplied\n"
        "[names]\nsubjectAltName=DNS:localhost\n", encoding="utf-8")
    Path(folder, "index").write_text("", encoding="utf-8")
    Path(folder, "serial").write_text("01\n", encoding="utf-8")
    begins, ends = (time.strftime("%Y%m%d%H%M%SZ", time.gmtime(at)) for at in (begins_s, ends_s))
    subprocess.run(["openssl", "ca", "-batch", "-notext", "-config", "later.conf", "-in", "broker.csr", "-cert", "ca.pem",
                    "-keyfile", "ca.key", "-startdate", begins, "-enddate", ends, "-out", "later.pem"],
                   cwd=folder, check=True, capture_output=True)


class Link(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def probe(self, *words):
        probe = Probe(PROBE, str(Path(self.folder, "state")), *words)
        self.addCleanup(probe.end)
        return probe

    def mosquitto(self, *lines):
        broker = Mosquitto(self.folder, *lines)
        self.addCleanup(broker.end)
        return broker

    def bad_broker(self, *words):
        broker = Lines(sys.executable, str(ROOT / "tests/support/broker_in_test.py"), *words)
        self.addCleanup(broker.end)
        broker.port = broker.line().split()[1]
        return broker

    def relay(self, port):
        relay = Lines(str(ROOT / "tools/link"), "--to", f"127.0.0.1:{port}")
        self.addCleanup(relay.end)
        relay.port = relay.line().split()[1]
        return relay

    def path(self, name):
        return str(Path(self.folder, name))

    def received_by(self, broker):
        count = int(broker.ask("received"))
        return [bytes.fromhex(broker.line()).split(b" ", 2)[1] for _ in range(count)]


class WithMosquitto(Link):
    def test_publishes_subscribes_and_is_told_of_a_session(self):
        broker, probe = self.mosquitto(), self.probe()
        self.assertEqual(probe.connects(TCP, "127.0.0.1", broker.port, "a", "-", 3600)[0], "0")
        probe.tell("subscribe probe/#")
        self.assertEqual(probe.wait_for("subscribed"), ["0"])
        probe.tell("publish probe/x 1 100")
        self.assertEqual(probe.wait_for("message"), ["probe/x", "100"])
        probe.tell("disconnect")
        probe.wait_for("disconnected")
        self.assertEqual(probe.connects(TCP, "localhost", broker.port, "a", "-", 3600)[0], "1")

    def test_a_frame_of_128_kib_passes(self):
        broker, probe = self.mosquitto(), self.probe()
        probe.connects(TCP, "127.0.0.1", broker.port, "a")
        probe.tell("publish probe/x 1 131072")
        probe.wait_for("acknowledged")
        self.assertEqual(broker.count_of(r"Received PUBLISH from a .*131072 bytes"), 1)

    def test_a_small_packet_limit_is_announced_and_kept(self):
        broker, probe = self.mosquitto("max_packet_size 1000"), self.probe()
        self.assertEqual(probe.connects(TCP, "127.0.0.1", broker.port, "a")[1], "1000")
        for size, answer in ((1000, "full"), (900, "ok")):
            probe.tell(f"publish probe/x 1 {size}")
            self.assertEqual(probe.wait_for("answer"), [answer])

    def test_a_broker_killed_again_and_again_gets_everything_acknowledged_once(self):
        broker, probe = self.mosquitto(), self.probe()
        probe.connects(TCP, "127.0.0.1", broker.port, "a")
        probe.tell("flood 2000 300")
        acknowledged = 0
        while acknowledged < 2000:
            probe.wait_for("acknowledged")
            acknowledged += 1
            if acknowledged % 500 == 0:
                broker.kill()
                broker.start()

    def test_the_server_is_checked_and_shows_who_we_are(self):
        make_certificates(self.folder)
        broker = self.mosquitto(f"cafile {self.path('ca.pem')}", f"certfile {self.path('broker.pem')}",
                                f"keyfile {self.path('broker.key')}", "require_certificate true",
                                "use_identity_as_username true")
        stranger = self.probe()
        self.assertEqual(stranger.fails(TLS, "localhost", broker.port, "a"), "tls_failed")  # no CA
        stranger.tell(f"trust {self.path('gateway.pem')}")
        stranger.wait_for("answer")
        self.assertEqual(stranger.fails(TLS, "localhost", broker.port, "a"), "tls_failed")  # another's
        stranger.end()
        probe = self.probe(self.path("ca.pem"))
        for kind, name in ((1, "gateway.key"), (2, "gateway.pem")):
            probe.tell(f"secret {kind} {self.path(name)}")
            probe.wait_for("answer")
        self.assertEqual(probe.fails(TLS, "127.0.0.1", broker.port, "a"), "tls_failed")  # another name
        probe.connects(TLS, "localhost", broker.port, "a")
        probe.tell("publish probe/x 1 100")
        probe.wait_for("acknowledged")
        self.assertEqual(broker.count_of(r"as a \(.*u'gateway'"), 1)

    def test_who_signs_brokers_may_be_told_with_each_connection(self):
        make_certificates(self.folder)
        broker = self.mosquitto(f"cafile {self.path('ca.pem')}", f"certfile {self.path('broker.pem')}",
                                f"keyfile {self.path('broker.key')}")
        probe = self.probe()
        self.assertEqual(probe.fails(TLS, "localhost", broker.port, "a"), "tls_failed")
        probe.tell(f"trust {self.path('ca.pem')}")
        probe.wait_for("answer")
        probe.connects(TLS, "localhost", broker.port, "a")

    def test_a_clock_that_lies_far_behind_judges_certificates_at_the_least_time_it_can_be(self):
        # This machine's clock cannot be set; a certificate of a month to come finds it as far behind as 1970 would.
        make_certificates(self.folder)
        day_s, now_s = 86400, int(time.time())
        make_certificate_of_later(self.folder, now_s + 20 * day_s, now_s + 40 * day_s)
        broker = self.mosquitto(f"cafile {self.path('ca.pem')}", f"certfile {self.path('later.pem')}",
                                f"keyfile {self.path('broker.key')}")
        for built_days, is_good in ((0, False), (30, True), (50, False)):
            with self.subTest(built_days):
                probe = self.probe(self.path("ca.pem"), str(now_s + built_days * day_s))
                if is_good:
                    probe.connects(TLS, "localhost", broker.port, "a")
                else:  # not yet good, and no longer: it is verified whatever the clock
                    self.assertEqual(probe.fails(TLS, "localhost", broker.port, "a"), "tls_failed")
                probe.end()

    def test_a_resolver_that_never_answers_costs_its_deadline_and_nothing_else(self):
        # In a network of its own, where the name server takes questions and is silent.
        Path(self.folder, "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:30 attempts:5\n",
                                                    encoding="utf-8")
        Path(self.folder, "hosts").write_text("127.0.0.1 known.example\n", encoding="utf-8")
        Path(self.folder, "silence.py").write_text(
            "import os, socket, subprocess, sys\n"
            "subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)\n"
            "for name in ('resolv.conf', 'hosts'):\n"
            f"    subprocess.run(['mount', '--bind', '{self.folder}/' + name, '/etc/' + name], check=True)\n"
            "server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
            "server.bind(('127.0.0.1', 53))\n"
            "server.set_inheritable(True)\n"
            "os.execv(sys.argv[1], sys.argv[1:])\n", encoding="utf-8")
        words = ("unshare", "--mount", "--net", sys.executable, self.path("silence.py"))
        if subprocess.run(["unshare", "--mount", "--net", "true"], check=False, capture_output=True).returncode != 0:
            self.skipTest("needs root")
        probe = Probe(*words, PROBE, str(Path(self.folder, "state")))
        self.addCleanup(probe.end)
        self.assertEqual(probe.fails(TCP, "known.example", free_port(), "a"), "unreachable")
        Path(self.folder, "hosts").write_text("", encoding="utf-8")
        asked_at = time.monotonic()
        self.assertEqual(probe.fails(TCP, "broker.example", 1883, "a"), "no_address")
        self.assertGreater(time.monotonic() - asked_at, 5)  # it was the silence that ended it; the resolver tries for 150 s
        self.assertEqual(probe.fails(TCP, "127.0.0.1", free_port(), "a"), "unreachable")
        # Where nobody can be asked any more, the last good address is what it goes by.
        self.assertEqual(probe.fails(TCP, "known.example", free_port(), "a"), "unreachable")

    def test_names_that_do_not_exist_and_ports_that_are_closed_are_told_apart(self):
        probe = self.probe()
        self.assertEqual(probe.fails(TCP, "no-such-name.invalid", 1883, "a"), "no_address")
        self.assertEqual(probe.fails(TCP, "127.0.0.1", free_port(), "a"), "unreachable")


class WithABadBroker(Link):
    def test_an_old_broker_is_asked_again_in_3_1_1(self):
        for how in (1, 2):
            with self.subTest(how):
                broker, probe = self.bad_broker(), self.probe()
                broker.ask(f"set only_311 {how}")
                probe.connects(TCP, "127.0.0.1", broker.port, "a")
                probe.tell("publish probe/x 1 100")
                probe.wait_for("acknowledged")
                stats = json.loads(broker.ask("stats"))
                self.assertEqual((stats["version_5"], stats["version_4"]), (1, 1))
                probe.end()

    def test_what_mqtt_5_offers_is_used(self):
        broker, probe = self.bad_broker(), self.probe()
        broker.ask("set alias_max 4")
        probe.connects(TCP, "127.0.0.1", broker.port, "a", "-", 86400)
        for word in ("publish probe/x 1 100", "publish probe/x 1 100", "expire probe/x 60"):
            probe.tell(word)
            probe.wait_for("acknowledged")
        stats = json.loads(broker.ask("stats"))
        self.assertEqual((stats["aliases"], stats["aliased"], stats["last_expiry"]), (1, 2, 60))
        self.assertEqual(stats["last_connect"]["session_expiry"], 86400)
        self.assertEqual(list(stats["last_connect"]["user"]), ["holdfast"])  # and its version
        self.assertEqual(self.received_by(broker), [b"1", b"2", b"3"])

    def test_websockets_plain_and_secure(self):
        make_certificates(self.folder)
        for transport, words in ((WEBSOCKET, ()), (SECURE_WEBSOCKET, ("--tls", self.path("broker.pem"),
                                                                      self.path("broker.key")))):
            with self.subTest(transport):
                broker, probe = self.bad_broker("--websocket", *words), self.probe(self.path("ca.pem"))
                probe.connects(transport, "localhost", broker.port, "a")
                probe.tell("publish probe/x 1 70000")
                probe.wait_for("acknowledged")
                self.assertEqual(json.loads(broker.ask("stats"))["websockets"], 1)
                probe.end()

    def test_a_tls_session_is_resumed(self):
        make_certificates(self.folder)
        broker = self.bad_broker("--tls", self.path("broker.pem"), self.path("broker.key"))
        probe = self.probe(self.path("ca.pem"))
        for _ in range(3):
            probe.connects(TLS, "localhost", broker.port, "a")
            probe.tell("publish probe/x 1 100")
            probe.wait_for("acknowledged")
            probe.tell("disconnect")
            probe.wait_for("disconnected")
        self.assertEqual(json.loads(broker.ask("stats")).get("resumed"), 2)

    def test_a_broker_that_wants_to_hear_from_us_more_often_is_obeyed(self):
        broker, probe = self.bad_broker(), self.probe()
        broker.ask("set keep_alive 3")
        for _ in range(2):
            probe.connects(TCP, "127.0.0.1", broker.port, "a")
            self.assertEqual(json.loads(broker.ask("stats"))["last_connect"]["keep_alive"], 3)
            probe.tell("disconnect")
            probe.wait_for("disconnected")
        self.assertEqual(json.loads(broker.ask("stats"))["connections"], 3)  # told once, known then

    def test_a_half_open_connection_is_noticed_in_time(self):
        broker, probe = self.bad_broker(), self.probe()
        relay = self.relay(broker.port)
        probe.connects(TCP, "127.0.0.1", relay.port, "a")
        relay.ask("silent")
        self.assertEqual(REASONS[int(probe.wait_for("disconnected", DEAD_PEER_S + SOON_S)[0])], "peer_silent")

    def test_a_missing_acknowledgement_ends_the_connection(self):
        broker, probe = self.bad_broker(), self.probe()
        broker.ask("set acknowledge 0")
        probe.connects(TCP, "127.0.0.1", broker.port, "a")
        probe.tell("publish probe/x 1 100")
        self.assertEqual(REASONS[int(probe.wait_for("disconnected", 17)[0])], "no_acknowledgement")

    def test_a_role_killed_at_any_moment_costs_no_answer(self):
        broker, probe = self.bad_broker(), self.probe()
        probe.connects(TCP, "127.0.0.1", broker.port, "a")
        probe.tell("flood 1500 2000")
        acknowledged = set()
        others = []
        while len(acknowledged) < 1500:
            acknowledged.add(probe.wait_for("acknowledged", others=others)[0])
            if len(acknowledged) % 150 == 75:
                probe.tell("kill")
        received = {int(token) for token in self.received_by(broker)}
        self.assertLessEqual({int(token) for token in acknowledged}, received)
        restarts = [line for line in others if line[:2] == ["disconnected", str(REASONS.index("link_restarted"))]]
        self.assertGreater(len(restarts), 5)

    def test_a_role_that_hangs_ends_its_publishes_in_time_and_is_replaced(self):
        broker, probe = self.bad_broker(), self.probe()
        probe.connects(TCP, "127.0.0.1", broker.port, "a")
        probe.tell("stop")
        probe.tell("publish probe/x 1 100")
        self.assertEqual(REASONS[int(probe.wait_for("disconnected", 17)[0])], "no_acknowledgement")
        self.assertEqual(probe.wait_for("exit", 75), ["1", "9"])
        probe.connects(TCP, "127.0.0.1", broker.port, "a")

    def test_reconnects_to_a_broker_that_closes_on_each_publish_leave_nothing_in_memory(self):
        broker = self.bad_broker()
        with mock.patch.dict(os.environ, HOLDFAST_HEAP=self.path("heap")):
            probe = self.probe()
        broker.ask("set close_on_publish 1")
        probe.tell(f"connect 0 127.0.0.1 {broker.port} a")
        probe.tell(f"reconnects {RECONNECTS}")
        usages = []
        for _ in range(RECONNECTS // 100):
            usage = [int(word) for word in probe.wait_for("usage", 600)]
            usages.append(usage + list(struct.unpack("@ll", Path(self.folder, "heap").read_bytes())))
        first, last = usages[len(usages) // 3], usages[-1]  # by then, all code has been used once
        print(f"{RECONNECTS} reconnects: role {first[0]} -> {last[0]} kB, {last[1]} descriptors, "
              f"{first[4]} -> {last[4]} allocations of {first[5]} -> {last[5]} bytes; "
              f"core {first[2]} -> {last[2]} kB, {last[3]} descriptors", file=sys.stderr)
        self.assertLess(last[0] - first[0], 256)
        self.assertLess(last[2] - first[2], 64)
        self.assertEqual(first[1:4:2], last[1:4:2])
        # A client that is being made or ended while we look has about a hundred. What one connection leaves
        # behind is there a hundred times and more.
        self.assertLess(last[4] - first[4], 150)


if __name__ == "__main__":
    unittest.main()
