"""A packet of MQTT 3.1.1 or 5, taken apart."""

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = 1, 2, 3, 4, 8, 9, 12, 13, 14
USER_PROPERTY = 0x26
PROPERTY_BYTES = {0x01: 1, 0x02: 4, 0x11: 4, 0x17: 1, 0x19: 1, 0x21: 2, 0x22: 2, 0x23: 2, 0x24: 1, 0x25: 1, 0x27: 4}


class Fields:
    """What is left of a packet."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, count):
        return int.from_bytes(self.take(count), "big")

    def text(self):
        return self.take(self.number(2))

    def length(self):
        size, shift = 0, 0
        while True:
            byte = self.number(1)
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return size

    def properties(self):
        size = self.length()
        end, found = self.at + size, {}
        while self.at < end:
            code = self.number(1)
            if code == USER_PROPERTY:  # a name and a value; there may be several
                name = self.text().decode()
                found.setdefault(code, {})[name] = self.text().decode()
            else:
                found[code] = self.number(PROPERTY_BYTES[code]) if code in PROPERTY_BYTES else self.text()
        return found

    def rest(self):
        return self.data[self.at:]
