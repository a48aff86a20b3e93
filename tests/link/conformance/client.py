"""What a script of mosquitto's client tests starts as the client: our link, told to do what theirs does.

usage: client.py NAME PORT

The link role behind a core with nothing but a link (LINK_PROBE). Each entry of PLAYS does with our words what
the client of that name does with libmosquitto's. Ends well when the script ends it and nothing went wrong.
"""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "tests/support"))
from programs import Lines  # noqa: E402

PATIENCE_S = 30
LINGER_S = 1


class Client(Lines):
    def __init__(self, port):
        self.folder = tempfile.TemporaryDirectory()
        super().__init__(os.environ["LINK_PROBE"], str(Path(self.folder.name, "state")))
        self.port = port

    def wait_for(self, word):
        deadline = time.monotonic() + PATIENCE_S
        while True:
            line = self.line(max(0.01, deadline - time.monotonic())).split()
            if line[0] == word:
                return line[1:]

    def set(self, words):
        self.tell(words)
        self.wait_for("answer")

    def connect(self, name, user="-", expiry_s=0, keep_alive_s=60, will=""):
        self.set(f"keepalive {keep_alive_s}")
        self.set(f"will {will}".strip())
        self.set(f"connect 0 localhost {self.port} {name} {user} {expiry_s}")

    def online(self, name, **more):
        self.connect(name, **more)
        self.wait_for("connected")

    def password(self, words):
        path = Path(self.folder.name, "password")
        path.write_text(words, encoding="utf-8")
        self.set(f"secret 3 {path}")

    def say(self, words):
        """As soon as the window has room."""
        while True:
            self.tell(f"say {words}")
            answer = self.wait_for("answer")
            if answer == ["ok"]:
                return
            if answer != ["busy"]:
                raise AssertionError(f"say {words}: {answer}")
            time.sleep(0.05)

    def leave(self):
        self.tell("disconnect")
        self.wait_for("disconnected")
        time.sleep(LINGER_S)  # the link says so after it told us

    def stay(self):
        while True:
            time.sleep(1)


def publish_and_leave(name, words):
    def play(client):
        client.online(name)
        client.say(words)
        client.wait_for("acknowledged")
        client.leave()
    return play


def connect_only(name, **more):
    def play(client):
        if "password" in more:
            client.password(more["password"])
        client.connect(name, **{key: value for key, value in more.items() if key != "password"})
        client.stay()
    return play


def come_and_go(client):
    client.online("01-con-discon-success")
    client.leave()


def subscribe(client):
    client.online("subscribe-qos1-test")
    client.tell("subscribe qos1/test")
    client.wait_for("subscribed")
    client.leave()


def take_message(client):
    client.online("publish-qos1-test")
    client.wait_for("message")
    client.stay()


def six_with_room_for_three(client):
    client.online("publish-qos1-test")
    for _ in range(6):
        client.say("topic 1 0 12345")
    client.stay()


def take_message_and_say_so(client):
    client.online("prop-test")
    client.wait_for("message")
    client.say("ok 0 0 ok")
    client.stay()


def stay_online(name, keep_alive_s):
    def play(client):
        client.online(name, keep_alive_s=keep_alive_s)
        client.stay()
    return play


PLAYS = {
    "01-con-discon-success": come_and_go,
    "01-keepalive-pingreq": stay_online("01-keepalive-pingreq", 5),
    "01-no-clean-session": connect_only("01-no-clean-session", expiry_s=3600),
    "01-server-keepalive-pingreq": stay_online("01-server-keepalive-pingreq", 60),
    "01-unpwd-set": connect_only("01-unpwd-set", user="uname", password=";'[08gn=#"),
    "01-will-set": connect_only("01-will-set", will="topic/on/unexpected/disconnect will message"),
    "01-will-unpwd-set": connect_only("01-will-unpwd-set", user="oibvvwqw", password="#'^2hg9a&nm38*us",
                                      will="will-topic will message"),
    "02-subscribe-qos1": subscribe,
    "03-publish-b2c-qos1": take_message,
    "03-publish-b2c-qos1-unexpected-puback": stay_online("publish-qos1-test", 5),
    "03-publish-c2b-qos1-receive-maximum": six_with_room_for_three,
    "03-publish-qos0": publish_and_leave("publish-qos0-test", "pub/qos0/test 0 0 message"),
    "03-publish-qos0-no-payload": publish_and_leave("publish-qos0-test-np", "pub/qos0/no-payload/test 0 0"),
    "04-retain-qos0": publish_and_leave("retain-qos0-test", "retain/qos0/test 0 1 retained message"),
    "11-prop-recv-qos1": take_message_and_say_so,
}


def main():
    client = Client(int(sys.argv[2]))

    def end(*_):
        client.process.kill()
        sys.exit(0)  # what the script saw is the script's to judge

    signal.signal(signal.SIGTERM, end)
    try:
        PLAYS[sys.argv[1]](client)
    finally:
        client.process.kill()


if __name__ == "__main__":
    main()
