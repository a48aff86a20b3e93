"""The other end of a test board: a broker and a hub on this machine, on ports that are free, in a folder that goes
with them; and the identity that leads a board there.

The board reaches this machine as HOST, through QEMU's user networking.
"""

import csv
import getpass
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import identity
import medium as media

HOST = "10.0.2.2"
MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
SQUASHFS_MAGIC = b"hsqs"
DESK = "desk"         # the gateway's name and its tenant's
LISTENS_S = 30        # a bound for what must happen at all


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Upstream:
    """Running from start() to stop(). What the hub has stored outlives its worker, not stop()."""

    def __init__(self, hub):
        self.hub = str(hub)
        self.folder = Path(tempfile.mkdtemp(prefix="holdfast-upstream."))
        self.port = free_port()
        self.store = self.folder / "hub.db"
        self.broker = self.worker = None

    def start(self):
        self.start_broker()
        self.start_hub()
        return self

    def _start(self, name, *words):
        # Ended by the kernel when we end however we end.
        with open(self.folder / f"{name}.log", "a", encoding="utf-8") as log:
            return subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, words)], stdin=subprocess.DEVNULL,
                                    stdout=log, stderr=log)

    def start_broker(self):
        config = self.folder / "broker.conf"
        config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 100000\n"
                          f"user {getpass.getuser()}\n")
        self.broker = self._start("broker", MOSQUITTO, "-c", config)
        self._wait("the broker", lambda: socket.create_connection(("127.0.0.1", self.port), 1).close() is None)

    def start_hub(self):
        self.worker = self._start("hub", self.hub, "run", "--store", self.store, "--broker",
                                  f"mqtt://127.0.0.1:{self.port}", "--worker", DESK)
        self._wait("the hub", lambda: "connected to" in (self.folder / "hub.log").read_text())

    def _wait(self, who, is_there):
        end = time.monotonic() + LISTENS_S
        while True:
            try:
                if is_there():
                    return
            except OSError:
                pass
            if time.monotonic() > end:
                raise RuntimeError(f"{who} is not there: see the logs in {self.folder}")
            time.sleep(0.05)

    @staticmethod
    def _end(process):
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(LISTENS_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def stop_hub(self):
        self._end(self.worker)
        (self.folder / "hub.log").unlink(missing_ok=True)  # the next one says for itself that it is connected

    def stop_broker(self):
        self._end(self.broker)

    def stop(self):
        self.stop_hub()
        self.stop_broker()
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, port=None):
        """Of the broker, as a board sees it; `port`: of a relay that leads there."""
        return f"mqtt://{HOST}:{port or self.port}"

    def ask(self, *words):
        run = subprocess.run([self.hub, *words, "--store", self.store, "--json"], capture_output=True, text=True,
                             check=False)
        if not run.stdout:
            raise RuntimeError(f"holdfast-hub {words[0]}: {run.stderr.strip()}")
        return json.loads(run.stdout)

    def verify(self):
        return self.ask("verify")

    def samples(self):
        """All readings, as `holdfast-hub export` gives them: docs/formats/hub.md."""
        text = subprocess.run([self.hub, "export", "--store", self.store], capture_output=True, text=True,
                              check=True).stdout
        return list(csv.DictReader(text.splitlines()))

    def readings(self):
        """Stored so far; 0 before the store is there."""
        return self.verify()["readings"] if self.store.exists() else 0

    def command(self, number, *words):
        """A verb done by the board, once for each number: True when the board has said so by now."""
        run = subprocess.run([self.hub, "command", DESK, *words, "--id", number, "--expires", "0", "--store", self.store],
                             stdout=subprocess.DEVNULL, check=False)
        return run.returncode == 0


def desk_settings(broker, **more):
    """What a board's identity says: tools/images/identity.py has the names."""
    wishes = dict.fromkeys(identity.SETTINGS, None) | {"broker_ca": None, "ssh_key": None, "model_keys": None}
    return wishes | {"gateway": DESK, "tenant": DESK, "broker": broker, "network": "dhcp", "generate": "100"} | more


def give_identity(image, wishes):
    """Writes it into an image that has none, or one of ours. Refused: the image is somebody's."""
    with tempfile.TemporaryDirectory(prefix="holdfast.") as folder:
        with media.Medium(image, os.path.getsize(image)) as medium:
            offset, size = media.find_partition(medium, "identity")
            there = medium.read(offset, size)
            if there.startswith(SQUASHFS_MAGIC) and f"GATEWAY={DESK}\n" not in settings_in(there, Path(folder)):
                raise media.Refused(f"{image} has been given an identity: it is not ours to change")
            packed = identity.pack(wishes, Path(folder))
            medium.write(offset, packed)
            medium.flush()


def settings_in(packed, folder):
    there = folder / "there.squashfs"
    there.write_bytes(packed)
    return subprocess.run(["unsquashfs", "-cat", there, "settings"], capture_output=True, text=True,
                          check=False).stdout
