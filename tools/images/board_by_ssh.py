"""A board that runs already, reached over ssh: its identity and its system are given to it, not to its medium."""

import shlex
import subprocess

from identity import Wrong
from medium import Refused

IDENTITY = "/dev/disk/by-partlabel/identity"


class Board:
    def __init__(self, device, ssh):
        self.words = [*shlex.split(ssh), device.removeprefix("ssh://")]

    def ask(self, command, data=b""):
        run = subprocess.run([*self.words, command], input=data, capture_output=True, check=False)
        if run.returncode != 0:
            raise Refused(f"{self.words[-1]}: '{command.split()[0]}' failed: {run.stderr.decode(errors='replace').strip()}")
        return run.stdout

    def version(self):
        facts = self.ask("cat /etc/holdfast-release").decode()
        for line in facts.splitlines():
            if line.startswith("VERSION="):
                return line.removeprefix("VERSION=")
        raise Refused(f"{self.words[-1]} is no board of ours: its /etc/holdfast-release has no version")

    def write_identity(self, packed):
        self.ask(f"cat >{IDENTITY} && sync", packed)

    def read_identity(self, count):
        return self.ask(f"sync; echo 3 >/proc/sys/vm/drop_caches; head -c {count} {IDENTITY}")

    def update(self, bundle):
        if not bundle.endswith(".raucb"):
            raise Wrong(f"--image: a running board takes a bundle (./tools/image --bundle FILE.raucb), not '{bundle}'")
        with open(bundle, "rb") as file:
            self.ask("cat >/run/bundle.raucb && holdfast update /run/bundle.raucb; code=$?; rm -f /run/bundle.raucb; "
                     "exit $code", file.read())
