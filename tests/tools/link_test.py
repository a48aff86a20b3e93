"""The poor link on a desk does to real sockets what it says."""

import json
import socket
import subprocess
import threading
import time
import unittest
from pathlib import Path

LINK = Path(__file__).resolve().parents[2] / "tools/link"
SOON_S = 30  # a bound for what must happen at all, not for how fast
NAT_S = 2    # longer than a busy machine takes from a connection to its first byte


class Echo:
    """A server that sends back what it gets."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.echo, args=(peer,), daemon=True).start()

    @staticmethod
    def echo(peer):
        try:
            while data := peer.recv(65536):
                peer.sendall(data)
        except OSError:
            pass
        peer.close()


class PoorLink(unittest.TestCase):
    def start(self, *options):
        server = Echo()
        self.addCleanup(server.listener.close)
        relay = subprocess.Popen([str(LINK), "--to", f"127.0.0.1:{server.port}", *options], text=True,
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(self.end, relay)
        self.port = int(relay.stdout.readline().split()[1])
        return relay

    @staticmethod
    def end(relay):
        relay.stdin.close()
        relay.stdout.read()
        relay.stdout.close()
        relay.wait(SOON_S)

    def connect(self):
        peer = socket.create_connection(("127.0.0.1", self.port), SOON_S)
        self.addCleanup(peer.close)
        return peer

    @staticmethod
    def ask(relay, word):
        relay.stdin.write(word + "\n")
        relay.stdin.flush()
        return relay.stdout.readline().strip()

    @staticmethod
    def round_trip(peer, data):
        peer.sendall(data)
        got = b""
        while len(got) < len(data):
            part = peer.recv(65536)
            if not part:
                break
            got += part
        return got

    def test_passes_every_byte_in_order_through_delay_jitter_and_losses(self):
        relay = self.start("--rtt", "20", "--jitter", "10", "--loss", "5", "--seed", "7")
        data = bytes(range(256)) * 400
        self.assertEqual(self.round_trip(self.connect(), data), data)
        stats = json.loads(self.ask(relay, "stats"))
        self.assertGreater(stats["bytes_up"], len(data))  # headers are counted too
        self.assertGreater(stats["stalls"], 0)

    def test_is_never_faster_than_its_rate_and_its_distance(self):
        self.start("--up", "800", "--rtt", "100")
        started = time.monotonic()
        self.round_trip(self.connect(), b"x" * 50_000)  # 0.5 s at 800 kbit/s
        self.assertGreater(time.monotonic() - started, 0.5 + 0.1)

    def test_silent_holds_everything_without_ending_anything(self):
        relay = self.start()
        peer = self.connect()
        self.assertEqual(self.round_trip(peer, b"before"), b"before")
        self.assertEqual(self.ask(relay, "silent"), "ok silent")
        peer.sendall(b"into the void")
        peer.settimeout(0.2)
        self.assertRaises(TimeoutError, peer.recv, 1)

    def test_down_ends_connections_and_refuses_new_ones_until_up(self):
        relay = self.start()
        peer = self.connect()
        self.round_trip(peer, b"before")
        self.ask(relay, "down")
        self.assertRaises(ConnectionError, self.round_trip, peer, b"after")
        self.assertRaises(ConnectionError, self.round_trip, self.connect(), b"refused")
        self.ask(relay, "up")
        self.assertEqual(self.round_trip(self.connect(), b"again"), b"again")

    def test_a_connection_idle_beyond_the_nat_timeout_is_half_open(self):
        self.start("--nat-timeout", str(NAT_S))
        peer = self.connect()
        self.round_trip(peer, b"before")
        peer.settimeout(NAT_S * 1.5)
        self.assertRaises(TimeoutError, peer.recv, 1)
        peer.sendall(b"forgotten")
        self.assertRaises(TimeoutError, peer.recv, 1)

    def test_a_reset_ends_what_there_is_once_and_the_next_connection_lives(self):
        relay = self.start()
        peer = self.connect()
        self.round_trip(peer, b"before")
        self.ask(relay, "reset")
        self.assertRaises(ConnectionError, self.round_trip, peer, b"after")
        self.assertEqual(self.round_trip(self.connect(), b"again"), b"again")

    def test_a_link_that_flaps_goes_and_comes_back_by_itself(self):
        self.start("--flap", "1/0.2")
        for _ in range(2):
            until = time.monotonic() + SOON_S
            while True:
                self.assertLess(time.monotonic(), until)
                try:
                    peer = self.connect()
                    if self.round_trip(peer, b"up") == b"up":
                        break
                except ConnectionError:
                    continue
            peer.settimeout(SOON_S)
            self.assertRaises(ConnectionError, peer.recv, 1)

    def test_a_connection_that_is_old_enough_is_reset_and_the_next_one_lives_as_long(self):
        self.start("--life", "1")
        for _ in range(2):
            peer = self.connect()
            self.assertEqual(self.round_trip(peer, b"young"), b"young")
            peer.settimeout(SOON_S)
            self.assertRaises(ConnectionError, peer.recv, 1)

    def test_an_unknown_word_is_answered_with_the_known_ones(self):
        self.assertIn("silent", self.ask(self.start(), "sunny"))


if __name__ == "__main__":
    unittest.main()
