"""A PostgreSQL of one's own: a fresh cluster in a temporary folder, on a socket in it.

usage: postgres_in_test.py [--durable] COMMAND...

Runs COMMAND with HOLDFAST_HUB_POSTGRES set to its URL; --durable: with the syncs that tests which
kill clients only can do without.

Answers 77, which ctest shows as skipped, where the package is not installed. As root it runs as the
user `postgres`, because the server refuses to run as root.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77


def programs():
    """The folder of initdb and postgres of the newest version there is, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Postgres:
    """`with Postgres() as url:`"""

    def __init__(self, durable=False):
        self.durable = durable
        self.folder = Path(tempfile.mkdtemp(prefix="holdfast-pg."))
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name

    def as_user(self, *command):
        if os.geteuid() == 0:
            return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
        return list(command)

    def run(self, *command):
        subprocess.run(self.as_user(*command), check=True, stdout=subprocess.DEVNULL, cwd="/")

    def __enter__(self):
        binaries = programs()
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self.run(str(binaries / "initdb"), "--auth=trust", "--encoding=UTF8", "--no-locale",
                 "--no-sync", "-U", "hub", "-D", str(self.folder / "data"))
        options = ["-k", str(self.folder), "-c", "listen_addresses="]
        if not self.durable:
            options += ["-c", "fsync=off", "-c", "full_page_writes=off"]
        self.control = str(binaries / "pg_ctl")
        self.run(self.control, "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-w",
                 "-t", "60", "-o", " ".join(options), "start")
        return f"postgresql:///postgres?host={self.folder}&user=hub"

    def __exit__(self, *_):
        try:
            self.run(self.control, "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


def main(words):
    if programs() is None:
        print("skipped: the package postgresql is not installed")
        return SKIPPED
    durable = words[:1] == ["--durable"]
    with Postgres(durable) as url:
        words = words[1:] if durable else words
        return subprocess.run(words, env={**os.environ, "HOLDFAST_HUB_POSTGRES": url}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
