#!/usr/bin/env python3
"""A small MQTT broker that behaves as badly as it is told to. For tests only.

  broker_in_test.py [--tls CERTIFICATE KEY] [--ca FILE] [--websocket]

Speaks MQTT 3.1.1 and 5 on a free port of 127.0.0.1, told on its first line: `listening PORT`. With
--ca, clients must show a certificate. Obeys one command a line on standard input, and answers each:

  set NAME VALUE     acknowledge 0|1      publishes are answered, or not
                     close_on_publish 0|1 the connection ends instead of an answer
                     refuse_publish CODE  MQTT 5 reason; 0: none
                     refuse_connect CODE  MQTT 5 reason, or return code of 3.1.1; 0: none
                     receive_max N        announced at the next connection; 0: nothing is
                     packet_max N
                     alias_max N
                     keep_alive S         wanted instead of what the client asked for
                     twice 0|1            every message is sent again, as a duplicate
                     only_311 0|1|2       MQTT 5 is refused; 2: by closing without a word
  send TOPIC HEX     to all connections, at QoS 1
  close              ends all connections
  silent             nothing passes any more, in either direction
  received           `N`, then N messages: topic, a space, the payload, all in hex
  stats              one line of JSON
"""

import argparse
import asyncio
import base64
import hashlib
import json
import ssl
import struct
import sys

from mqtt_packet import (CONNACK, CONNECT, DISCONNECT, PINGREQ, PINGRESP, PUBACK, PUBLISH, SUBACK, SUBSCRIBE,
                         USER_PROPERTY, Fields)

SESSION_EXPIRY, RECEIVE_MAX, MESSAGE_EXPIRY, ALIAS_MAX, ALIAS, PACKET_MAX = 0x11, 0x21, 0x02, 0x22, 0x23, 0x27
SERVER_KEEP_ALIVE = 0x13
WEBSOCKET_KEY = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def length_bytes(number):
    out = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def text(value):
    return struct.pack(">H", len(value)) + value


class WebSocket:
    """Reads and writes one connection's bytes inside WebSocket messages."""

    def __init__(self, reader, writer):
        self.reader, self.writer, self.left = reader, writer, b""

    async def greet(self):
        head = await self.reader.readuntil(b"\r\n\r\n")
        lines = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        lines = {name.lower(): value for name, value in lines.items()}
        key = base64.b64encode(hashlib.sha1(lines[b"sec-websocket-key"] + WEBSOCKET_KEY).digest())
        self.writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          b"Sec-WebSocket-Accept: " + key + b"\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n")

    async def frame(self):
        first, second = await self.reader.readexactly(2)
        size = second & 0x7F
        if size >= 126:
            size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
        mask = await self.reader.readexactly(4) if second & 0x80 else bytes(4)
        data = await self.reader.readexactly(size)
        data = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
        if first & 0x0F == 9:
            self.write(data, 10)
        if first & 0x0F == 8:
            raise asyncio.IncompleteReadError(b"", None)
        return data if first & 0x0F in (0, 1, 2) else b""

    async def readexactly(self, count):
        while len(self.left) < count:
            self.left += await self.frame()
        data, self.left = self.left[:count], self.left[count:]
        return data

    def write(self, data, kind=2):
        size = len(data)
        head = bytes([size]) if size < 126 else b"\x7e" + struct.pack(">H", size)
        if size > 0xFFFF:
            head = b"\x7f" + struct.pack(">Q", size)
        self.writer.write(bytes([0x80 | kind]) + head + data)


class Client:
    def __init__(self, broker, reader, writer):
        self.broker, self.reader, self.writer = broker, reader, writer
        self.out = writer
        self.version = 5
        self.aliases = {}
        self.last_packet = 0

    async def run(self):
        if self.broker.options.websocket:
            self.reader = self.out = WebSocket(self.reader, self.writer)
            await self.reader.greet()
            self.broker.count("websockets")
        while True:
            first = (await self.reader.readexactly(1))[0]
            size, shift = 0, 0
            while True:
                byte = (await self.reader.readexactly(1))[0]
                size |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    break
            body = Fields(await self.reader.readexactly(size))
            while self.broker.silent:
                await asyncio.sleep(3600)
            if not self.take(first >> 4, first & 0x0F, body):
                return

    def send(self, kind, body, flags=0):
        if not self.broker.silent:
            self.out.write(bytes([kind << 4 | flags]) + length_bytes(len(body)) + body)

    def take(self, kind, flags, body):
        """False: the connection ends."""
        if kind == CONNECT:
            return self.take_connect(body)
        if kind == PUBLISH:
            return self.take_publish(flags, body)
        if kind == SUBSCRIBE:
            packet = body.number(2)
            if self.version == 5:
                body.properties()
            body.text()
            self.send(SUBACK, struct.pack(">H", packet) + (b"\0" if self.version == 5 else b"") + b"\1")
        if kind == PINGREQ:
            self.send(PINGRESP, b"")
        return kind != DISCONNECT

    def take_connect(self, body):
        body.text()
        self.version = body.number(1)
        flags = body.number(1)
        keep_alive = body.number(2)
        properties = body.properties() if self.version == 5 else {}
        self.broker.count(f"version_{self.version}")
        self.broker.stats["last_connect"] = {
            "client_id": body.text().decode(), "keep_alive": keep_alive, "flags": flags,
            "session_expiry": properties.get(SESSION_EXPIRY, 0), "packet_max": properties.get(PACKET_MAX, 0),
            "user": properties.get(USER_PROPERTY, {})}
        manners = self.broker.manners
        if manners["only_311"] and self.version == 5:
            if manners["only_311"] == 1:
                self.send(CONNACK, b"\0\1")  # as an old broker says it: without properties
            return False
        answer = bytes([0, manners["refuse_connect"]])
        if self.version == 5:
            announced = b""
            for name, code, form in (("receive_max", RECEIVE_MAX, ">BH"), ("packet_max", PACKET_MAX, ">BI"),
                                     ("alias_max", ALIAS_MAX, ">BH"), ("keep_alive", SERVER_KEEP_ALIVE, ">BH")):
                if manners[name]:
                    announced += struct.pack(form, code, manners[name])
            answer += length_bytes(len(announced)) + announced
        self.send(CONNACK, answer)
        self.broker.clients.add(self)
        return manners["refuse_connect"] == 0

    def take_publish(self, flags, body):
        manners = self.broker.manners
        topic = body.text()
        at_least_once = flags >> 1 & 3
        packet = body.number(2) if at_least_once else 0
        if self.version == 5:
            properties = body.properties()
            if ALIAS in properties:
                self.broker.count("aliased" if not topic else "aliases")
                topic = self.aliases.setdefault(properties[ALIAS], topic)
            if MESSAGE_EXPIRY in properties:
                self.broker.stats["last_expiry"] = properties[MESSAGE_EXPIRY]
        self.broker.received.append(topic + b" " + body.rest())
        if manners["close_on_publish"]:
            return False
        if at_least_once and manners["acknowledge"]:
            refused = bytes([manners["refuse_publish"]]) if manners["refuse_publish"] else b""
            self.send(PUBACK, struct.pack(">H", packet) + refused)
        return True

    def deliver(self, topic, payload):
        self.last_packet += 1
        body = text(topic) + struct.pack(">H", self.last_packet)
        body += (b"\0" if self.version == 5 else b"") + payload
        self.send(PUBLISH, body, 2)
        if self.broker.manners["twice"]:
            self.send(PUBLISH, body, 2 | 8)


class Broker:
    def __init__(self, options):
        self.options = options
        self.manners = {"acknowledge": 1, "close_on_publish": 0, "refuse_publish": 0, "refuse_connect": 0,
                        "receive_max": 0, "packet_max": 0, "alias_max": 0, "keep_alive": 0, "twice": 0, "only_311": 0}
        self.silent = False
        self.clients = set()
        self.received = []
        self.stats = {"connections": 0}

    def count(self, name):
        self.stats[name] = self.stats.get(name, 0) + 1

    async def accept(self, reader, writer):
        self.count("connections")
        tls = writer.get_extra_info("ssl_object")
        if tls is not None and tls.session_reused:
            self.count("resumed")
        client = Client(self, reader, writer)
        try:
            await client.run()
        except (OSError, asyncio.IncompleteReadError):
            pass
        self.clients.discard(client)
        writer.close()

    def tls(self):
        if not self.options.tls:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.options.tls)
        if self.options.ca:
            context.load_verify_locations(self.options.ca)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def obey(self, words):
        if words[0] == "set" and len(words) == 3 and words[1] in self.manners:
            self.manners[words[1]] = int(words[2])
        elif words[0] == "send":
            for client in self.clients:
                client.deliver(words[1].encode(), bytes.fromhex(words[2]) if len(words) > 2 else b"")
        elif words[0] == "close":
            for client in list(self.clients):
                client.writer.transport.abort()
            self.clients.clear()
        elif words[0] == "silent":
            self.silent = True
        elif words[0] == "received":
            return "\n".join([str(len(self.received))] + [message.hex() for message in self.received])
        elif words[0] == "stats":
            return json.dumps(self.stats | {"received": len(self.received)})
        else:
            return "what?"
        return "ok"

    async def run(self):
        server = await asyncio.start_server(self.accept, "127.0.0.1", 0, ssl=self.tls())
        print("listening", server.sockets[0].getsockname()[1], flush=True)
        commands = asyncio.StreamReader(limit=1 << 20)
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
        while line := await commands.readline():
            print(self.obey(line.decode().split()), flush=True)


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--ca")
    parser.add_argument("--websocket", action="store_true")
    asyncio.run(Broker(parser.parse_args()).run())


if __name__ == "__main__":
    main()
