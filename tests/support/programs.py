"""Programs that tests talk to: one that is told lines and answers lines, and a real broker with its certificates."""

import queue
import re
import socket
import subprocess
import threading
import time
from pathlib import Path

SOON_S = 30  # a bound for what must happen at all, not for how fast


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def make_certificates(folder):
    """A CA, a certificate of localhost and one of a gateway."""
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "60", "-subj", "/CN=test CA")
    for name, extension in (("broker", "subjectAltName=DNS:localhost"), ("gateway", "basicConstraints=CA:FALSE")):
        Path(folder, "extension").write_text(extension, encoding="utf-8")
        openssl("req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-out", f"{name}.pem", "-days", "2", "-extfile", "extension")


class Lines:
    """A process that is told lines and answers lines."""

    def __init__(self, *words):
        self.process = subprocess.Popen(words, text=True, bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.strip())

    def tell(self, words):
        self.process.stdin.write(words + "\n")

    def line(self, within_s=SOON_S):
        return self.lines.get(timeout=within_s)

    def ask(self, words):
        self.tell(words)
        return self.line()

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Mosquitto:
    def __init__(self, folder, *lines, port=None):
        self.port, self.folder = port or free_port(), folder
        self.lines = ["allow_anonymous true", "user root", *lines]  # as root, it would lose its rights here
        self.log = open(Path(folder, "mosquitto.log"), "a", encoding="utf-8")
        self.start()

    def start(self):
        config = Path(self.folder, "mosquitto.conf")
        config.write_text("\n".join([f"listener {self.port} 127.0.0.1", *self.lines]) + "\n", encoding="utf-8")
        self.process = subprocess.Popen(["mosquitto", "-v", "-c", str(config)], stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + SOON_S
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise AssertionError(Path(self.folder, "mosquitto.log").read_text("utf-8")) from None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        self.kill()
        self.log.close()

    def count_of(self, pattern):
        return len(re.findall(pattern, Path(self.folder, "mosquitto.log").read_text("utf-8")))
