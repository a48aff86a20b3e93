"""A board with a fixed address, and one with a modem: who is heard, who is asked, and that readings wait for neither.

One board: what its identity says is in force first; then other settings are laid over it and its network is started anew, as
init does. The time in which it waits is skipped, so a modem's minutes take seconds.
"""

import re
import struct
import unittest

from board_in_test import FIRST_RECEIPT, HOST, BoardTest, say

ADDRESS = "10.0.2.77"  # not the one that QEMU would give by DHCP
RESOLVER = "10.0.2.3"
STATIC = {"network": "static", "address": f"{ADDRESS}/24", "router": HOST, "dns": RESOLVER}
TRIES = 100
WITHOUT_ROUTE_S, HANGING_UP_S, LOOKS_S, LONGEST_S = 180, 30, 5, 300  # config/image/root/usr/lib/holdfast/dial
LINES_MAX = 20  # of the hook's words in a minute, to the log
# Its first dialling hangs, with a child that ignores whoever ends it; the second connects and breaks; all later ones hold. It
# talks without an end, and hanging up hangs once.
HOOK = f"""#!/bin/sh
read -r now _ </proc/uptime
echo "$1 ${{now%.*}}" >>/run/calls
calls=$(grep -c "^$1" /run/calls)
case $1$calls in
  up1) (trap '' TERM; exec sleep 100000) & sleep 100000 ;;
  down2) sleep 100000 ;;
  up*)
    while :; do yes "a word of the modem" | head -n 1000; sleep 20; done &
    ip link set eth0 up
    ip address replace {ADDRESS}/24 dev eth0
    ip route replace default via {HOST}
    echo nameserver {RESOLVER} >/run/resolv.conf
    [ $calls -gt 2 ] || {{ sleep 30; exit 1; }}
    sleep 100000 ;;
  down*) ip address flush dev eth0; ip link set eth0 down ;;
esac
"""


def packets_of(capture):
    """(protocol, source, destination, destination's port) of each IPv4 packet in a file of QEMU's filter-dump."""
    data, at = capture.read_bytes(), 24
    while at + 16 <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 8)
        frame, at = data[at + 16:at + 16 + length], at + 16 + length
        if len(frame) >= 38 and frame[12:14] == b"\x08\x00":
            port = struct.unpack_from("!H", frame, 14 + 4 * (frame[14] & 15) + 2)[0]
            yield frame[23], *(".".join(map(str, frame[begin:begin + 4])) for begin in (26, 30)), port


class Network(BoardTest):
    def put(self, board, path, text):
        """A file of the board's memory in the place of one that cannot be changed."""
        name = f"/tmp/{path.replace('/', '.')}"
        code, said = board.command(f"cat >{name} <<'end of it'\n{text}end of it\nchmod 755 {name}; mount -o bind {name} {path}")
        self.assertEqual(code, 0, said)

    def start_network_again(self, board, **more):
        settings = "".join(f"{name.upper()}={value}\n" for name, value in more.items())
        self.put(board, "/run/identity/settings", settings)
        board.command("rm -f /run/said.*; ip address flush dev eth0; kill $(pidof sleep)")

    def kept(self, board):
        return self.status(board)["sampling"]["kept"]

    def calls(self, board):
        _, text = board.command("cat /run/calls")
        return [(word, int(at_s)) for word, at_s in re.findall(r"^(up|down) (\d+)$", text, re.MULTILINE)]

    def receipt_comes(self, board, hub):
        """One more reading than the hub has now."""
        wanted = hub.readings() + 1
        for _ in range(TRIES):
            if hub.readings() >= wanted:
                return
            board.live_on(5)
        self.fail(f"nothing came any more: {self.status(board)}")

    def test_a_board_is_heard_from_a_fixed_address_and_over_a_modem_and_waits_for_neither(self):
        hub = self.upstream(**STATIC)
        capture = self.folder / "packets"
        board = self.running_board(skips=True, extra=["-object", f"filter-dump,id=dump,netdev=net,file={capture}"])
        with self.subTest("a fixed address: it is heard from there, asks that resolver, and nobody for an address"):
            board.wait_for(FIRST_RECEIPT)
            self.assertGreater(hub.readings(), 0)
            _, text = board.command("ip address show eth0; ip route; cat /etc/resolv.conf")
            self.assertIn(f"inet {ADDRESS}/24", text)
            self.assertIn(f"default via {HOST} dev eth0", text)
            self.assertIn(f"nameserver {RESOLVER}\n", text)
            for _ in range(TRIES):
                seen = list(packets_of(capture))
                if asked := [source for _, source, target, port in seen if (target, port) == (RESOLVER, 53)]:
                    break
                board.live_on(5)
            self.assertEqual(set(asked), {ADDRESS}, "who sets the clock asked for an address by name")
            self.assertFalse([packet for packet in seen if packet[0] == 17 and packet[3] == 67], "DHCP")

        with self.subTest("a wrong address, and a router that is somewhere else: said once, and readings are kept"):
            for wrong, sentence in (({"address": "10.0.2.300/24"}, "ADDRESS: '10.0.2.300/24' is not an address like"),
                                    ({"address": ADDRESS}, f"ADDRESS: '{ADDRESS}' is not an address like"),
                                    ({"network_device": "eth9"}, "no network device 'eth9'"),
                                    ({"router": "192.168.7.1"}, f"ROUTER: '192.168.7.1' cannot be reached from {ADDRESS}/24")):
                before = self.kept(board)
                self.start_network_again(board, **{**STATIC, **wrong})
                board.wait_for(re.escape(f"holdfast: {sentence}"))
                board.live_on(5)
                self.assertGreater(self.kept(board), before)
            board.live_on(130)  # two more tries
            self.assertEqual(board.console.count(f"holdfast: {sentence}"), 1)
            _, text = board.command("logread | grep -c 'network.* exited'")
            self.assertEqual(int(text), 1, "whom we have ended, and nobody each minute")

        with self.subTest("a modem: up, down, again, and no hook that hangs or talks holds anything up"):
            self.put(board, "/usr/lib/holdfast/modem", HOOK)
            before = self.kept(board)
            self.start_network_again(board, network="modem")
            for _ in range(TRIES):
                if len(calls := self.calls(board)) >= 6:
                    break
                board.live_on(10)
            self.assertEqual([word for word, _ in calls], ["down", "up", "down", "up", "down", "up"])
            first, second, third = (at_s for word, at_s in calls if word == "up")
            say(f"dialled {[at_s - first for _, at_s in calls]} s after the first time")
            self.assertGreaterEqual(second - first, WITHOUT_ROUTE_S + HANGING_UP_S)
            self.assertLess(third - second, LONGEST_S, "it was dialled again soon")
            self.assertGreater(self.kept(board), before + 90 * (third - first), "a hundred sensors, each second")
            self.receipt_comes(board, hub)
            _, text = board.command("ps; echo; cat /etc/resolv.conf")
            self.assertEqual(len(re.findall("sleep 100000", text)), 1, "what was ended is ended")
            self.assertIn(f"nameserver {RESOLVER}\n", text)

        with self.subTest("what the hook says is a small part of the log"):
            board.live_on(60)
            _, text = board.command("logread")
            minutes = (self.status(board)["time"]["uptime_ms"] // 1000 - second) // 60 + 1
            words = len(re.findall("a word of the modem", text))
            self.assertGreater(words, 0)
            self.assertLessEqual(words, LINES_MAX * (minutes + 1))
            self.assertIn("syslogd started", text)

        found = self.prove(hub, board, self.safe(board))
        say(f"{found['readings']} readings at the hub, none missing")


if __name__ == "__main__":
    unittest.main()
