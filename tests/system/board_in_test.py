"""What system tests share: a fresh copy of the image for each, its board, and what lies in its data partition."""

import http.server
import json
import os
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from root_in_test import protect_root

ROOT = Path(os.environ["HOLDFAST_ROOT"])
IMAGES = Path(os.environ["HOLDFAST_TEST_IMAGES"])
sys.path.insert(0, str(ROOT / "tools/images"))

from machine import BY_INSTRUCTIONS, FIRST_READING, FIRST_RECEIPT, Machine  # noqa: E402,F401
from upstream import HOST, Upstream, media, desk_settings, free_port, give_identity  # noqa: E402,F401

IMAGE = IMAGES / "development.img"
BUNDLE = IMAGES / "newer.raucb"  # the same system, said to be version 1.0.0.0
BESIDE_WINDOW_MAX_KB = 8 * 1024  # of all roles together: docs/budgets.md
LOOKS_MAX = 600  # at the hub, until it has all that was safe
DATA = os.environ.get("HOLDFAST_DATA", "ext4")  # what is on the data partition of each board: also f2fs, encrypted
assert DATA in ("ext4", "f2fs", "encrypted"), f"HOLDFAST_DATA is ext4, f2fs or encrypted, not '{DATA}'"
HUB = Path(os.environ["HOLDFAST_HOST_TREE"]) / "tools/hub/holdfast-hub"
KEYS = IMAGES.parents[1] / "keys"


def say(sentence):
    """A figure for the person who reads the log."""
    print(f"\n  {sentence}", flush=True)


def replace_in_root(system, work, replace):
    """Files of the root of an unpacked bundle, and its hash, which its kernel knows."""
    root = work / "root"
    subprocess.run(["unsquashfs", "-quiet", "-no-progress", "-dest", root, system / "root.img"], check=True)
    for path, text in replace.items():
        (root / path).unlink()
        (root / path).write_text(text)
        (root / path).chmod(0o755)
    (system / "root.img").unlink()
    subprocess.run(["mksquashfs", root, system / "root.img", "-all-root", "-comp", "lz4", "-noappend",
                    "-no-progress", "-quiet"], check=True)
    protect_root(system / "root.img", system / "kernel.img", work)


def make_bundle(folder, name, version, keys=KEYS, replace=None):
    """A bundle like BUNDLE, with another version or signer, or with files of its root replaced."""
    work = Path(folder) / f"{name}.work"
    system = work / "system"
    work.mkdir()
    subprocess.run(["unsquashfs", "-quiet", "-no-progress", "-dest", system, BUNDLE], check=True)
    if replace:
        replace_in_root(system, work, replace)
    (system / "manifest.raucm").write_text(
        f"[update]\ncompatible=holdfast-armv7-virt\nversion={version}\n\n[bundle]\nformat=verity\n\n"
        "[image.rootfs]\nfilename=root.img\n\n[image.kernel]\nfilename=kernel.img\n")
    target = Path(folder) / f"{name}.raucb"
    subprocess.run(["rauc", f"--cert={keys}/bundle.cert.pem", f"--key={keys}/bundle.key.pem", "bundle", system, target],
                   check=True, capture_output=True)
    shutil.rmtree(work)
    return target


class PoorServer:
    """Serves files to a board, and breaks off after so many bytes, so many times."""

    def __init__(self, folder, breaks=0, break_after=4 << 20, certificate=None):
        """certificate: a file with that of HOST and its key, for https."""
        self.breaks, self.asked = breaks, []
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                data = (Path(folder) / self.path.lstrip("/")).read_bytes()
                begin = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
                server.asked.append(begin)
                if begin >= len(data):
                    self.send_error(416)
                    return
                self.send_response(206 if begin else 200)
                if begin:
                    self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
                self.send_header("Content-Length", str(len(data) - begin))
                self.end_headers()
                if server.breaks > 0 and len(data) - begin > break_after:
                    server.breaks -= 1
                    data = data[:begin + break_after]
                self.wfile.write(data[begin:])

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def address(self, name):
        return f"{self.scheme}://{HOST}:{self.server.server_port}/{name}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class TimeServer:
    """Answers one question of NTP, from start() on: what time it is here."""

    SINCE_1900_S = 2_208_988_800

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def start(self):
        threading.Thread(target=self._answer, daemon=True).start()
        return self

    @classmethod
    def _now(cls):
        whole, part = divmod(time.time() + cls.SINCE_1900_S, 1)
        return struct.pack("!II", int(whole), int(part * (1 << 32)))

    def _answer(self):
        while True:
            try:
                question, sender = self.socket.recvfrom(512)
            except OSError:
                return
            arrived = self._now()
            # Version 4, server, stratum 1, precision of a microsecond, a source called "TEST".
            head = struct.pack("!BBbb", 0x24, 1, 4, -20) + struct.pack("!II", 0, 1 << 10) + b"TEST"
            self.socket.sendto(head + arrived + question[40:48] + arrived + self._now(), sender)

    def stop(self):
        self.socket.close()


class BoardTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="holdfast.")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.image = self.folder / "board.img"
        subprocess.run(["cp", "--sparse=always", IMAGE, self.image], check=True)
        if DATA == "f2fs":
            self.make_f2fs()

    def make_f2fs(self):
        """As ./tools/image --data-fs f2fs does."""
        with media.Medium(self.image, self.image.stat().st_size) as medium:
            offset, size = media.find_partition(medium, "data")
            made = self.folder / "data.f2fs"
            with open(made, "wb") as file:
                file.truncate(size)
            subprocess.run(["mkfs.f2fs", "-q", "-f", "-l", "data", "-O", "extra_attr,inode_checksum", made], check=True)
            medium.write(offset, made.read_bytes())

    def change_system(self, replace):
        """As if the image had been made with these files in its root."""
        work = self.folder / "changed"
        system = work / "system"
        work.mkdir()
        subprocess.run(["unsquashfs", "-quiet", "-no-progress", "-dest", system, BUNDLE], check=True)
        replace_in_root(system, work, replace)
        with media.Medium(self.image, self.image.stat().st_size) as medium:
            for part in ("kernel", "root"):
                medium.write(media.find_partition(medium, f"{part}.a")[0], (system / f"{part}.img").read_bytes())

    def board(self, **options):
        """Its console is written to a file as it goes, for whoever looks into a failure."""
        console = open(IMAGES / f"{self.id().split('.')[-1]}.console", "w", encoding="utf-8", buffering=1)
        self.addCleanup(console.close)
        machine = Machine(self.image, watch=console.write, **options)
        self.addCleanup(machine.cut)
        return machine

    def upstream(self, **more):
        """A broker and a hub, and an image that leads to them."""
        if DATA == "encrypted":
            more = {"encrypt_data": "yes", **more}
        hub = Upstream(HUB)
        self.addCleanup(hub.stop)
        hub.start()
        give_identity(self.image, desk_settings(hub.address(), **more))
        return hub

    def running_board(self, **options):
        """Up, with its first reading kept."""
        machine = self.board(**options).start()
        machine.wait_for_shell()
        self.first_kept_s = float(machine.wait_for(FIRST_READING)[1])
        return machine

    def prove(self, hub, machine, safe, every_s=1):
        """Lives on, and looks every so often, until the hub has as many readings as were safe, and no hole; then what it
        has: nothing twice, all of it readable. What a hole would be is told by what came behind it."""
        for _ in range(LOOKS_MAX):
            found = hub.verify()
            if found["missing"] == 0 and found["readings"] >= safe:
                break
            machine.live_on(every_s)
        else:
            self.fail(f"{safe} readings were safe: {found}")
        for name in ("duplicated", "damaged", "incoherent"):
            self.assertEqual(found[name], 0, found)
        return found

    def safe(self, machine):
        """Readings of this start that are on flash or receipted."""
        return self.status(machine)["forwarding"]["readings"]

    def status(self, machine):
        code, text = machine.command("holdfast status --json")
        self.assertEqual(code, 0, text)
        return json.loads(text[text.index("{"):text.rindex("}") + 1])

    def memory_kb(self, board):
        """All roles' proportional set sizes less what the window's blocks in use take of it, and that."""
        _, text = board.command("for pid in $(pidof holdfast holdfast-link); do cat /proc/$pid/smaps_rollup; done")
        shares_kb = sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
        window = self.status(board)["window"]
        filled_kb = window["memory_bytes"] * (window["blocks"] - window["blocks_free"]) // window["blocks"] // 1024
        self.assertGreater(shares_kb, filled_kb, text)
        return shares_kb - filled_kb, filled_kb
