"""Runs one script of mosquitto's client tests (test/lib) against our link.

usage: play.py SCRIPT CLIENT PORT      in the folder of the script; CLIENT takes the port as its last word

The scripts compare packets byte by byte with libmosquitto's. Ours says the same in other bytes, so what is compared
is what the packets mean:

  - our link speaks MQTT 5 first. Where a script speaks 3.1.1, its first CONNECT is refused as an old broker refuses
    it, and the next one, in 3.1.1, is the script's;
  - the keep-alive may be shorter than asked (30 s at most), a will always has QoS 1 and is retained;
  - a broker that wants a shorter keep-alive is connected to anew with that one;
  - properties of MQTT 5 that the script does not expect may be there; a DISCONNECT may have a reason.
"""

import os
import runpy
import socket
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "support"))
from mqtt_packet import CONNECT, DISCONNECT, PINGREQ, PUBACK, PUBLISH, Fields  # noqa: E402

REFUSED_AS_OLD_BROKERS_DO = b"\x20\x02\x00\x01"
KEEP_ALIVE_MOST_S = 30

listeners = {}  # by port
accepted = {}  # the script's last answer to a CONNECT, by connection
spoken = {}  # version of MQTT, by connection


def receive(sock, size):
    data = b""
    while len(data) < size:
        part = sock.recv(size - len(data))
        if not part:
            return data
        data += part
    return data


def receive_packet(sock):
    packet = receive(sock, 1)
    while len(packet) < 5:
        packet += receive(sock, 1)
        if len(packet) < 2 or packet[-1] < 128:
            break
    return packet + receive(sock, Fields(packet[1:]).length()) if len(packet) > 1 else packet


def meaning(packet, version):
    """What a packet says, without what may differ."""
    if not packet:
        return None
    kind, flags = packet[0] >> 4, packet[0] & 15
    body = Fields(packet[1:])
    body.length()
    if kind == CONNECT:
        return meaning_of_connect(body)
    if kind == DISCONNECT:
        return kind, body.number(1) if body.rest() else 0
    if kind == PUBACK:
        return kind, body.number(2), body.number(1) if body.rest() else 0
    if kind == PUBLISH:
        topic = body.text()
        number = body.number(2) if flags & 6 else 0
        if version == 5:
            body.properties()
        return kind, flags, topic, number, body.rest()
    return packet


def meaning_of_connect(body):
    name, version, flags, keep_alive_s = body.text(), body.number(1), body.number(1), body.number(2)
    if version == 5:
        body.properties()
    said = {"name": name, "version": version, "clean": flags >> 1 & 1, "keep_alive_s": min(keep_alive_s, KEEP_ALIVE_MOST_S),
            "client": body.text()}
    if flags & 4:
        if version == 5:
            body.properties()
        said["will"] = body.text(), body.text()
    if flags & 128:
        said["user"] = body.text()
    if flags & 64:
        said["password"] = body.text()
    return said


def take_next_connection(sock):
    """The same socket object, on the client's next connection."""
    later, _ = listeners[sock.getsockname()[1]].accept()
    os.dup2(later.fileno(), sock.fileno())
    later.close()


def expect_packet(sock, name, expected):
    got = receive_packet(sock)
    wanted = meaning(expected, spoken.get(sock, 4))
    if isinstance(wanted, dict):
        spoken[sock] = wanted["version"]
        if got and got[0] >> 4 == CONNECT and meaning(got, 5)["version"] == 5 and wanted["version"] == 4:
            sock.sendall(REFUSED_AS_OLD_BROKERS_DO)
            take_next_connection(sock)
            got = receive_packet(sock)
    elif expected[0] >> 4 == PINGREQ and (not got or got[0] >> 4 == DISCONNECT):
        take_next_connection(sock)
        said = meaning(receive_packet(sock), 5)
        print(f"connected anew, keep-alive {said['keep_alive_s']} s")
        sock.sendall(accepted[sock])
        got = receive_packet(sock)
    if meaning(got, spoken.get(sock, 4)) == wanted:
        return True
    print(f"{name}: got {got.hex()} {meaning(got, spoken.get(sock, 4))}\n  expected {expected.hex()} {wanted}")
    raise sys.modules["mosq_test"].TestError


def do_receive_send(sock, receive_packet, send_packet, error_string=""):
    expect_packet(sock, error_string, receive_packet)
    if receive_packet[0] >> 4 == CONNECT:
        accepted[sock] = send_packet
    sock.sendall(send_packet)
    return sock


class Listener(socket.socket):
    def listen(self, *words):
        super().listen(*words)
        listeners[self.getsockname()[1]] = self


def main():
    script, client, port = sys.argv[1:4]
    sys.path[:0] = [os.getcwd(), os.path.dirname(os.getcwd())]
    import mosq_test
    mosq_test.expect_packet = expect_packet
    mosq_test.do_receive_send = do_receive_send
    socket.socket = Listener
    sys.argv = [script, client, port]
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main()
