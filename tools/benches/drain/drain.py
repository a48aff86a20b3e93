#!/usr/bin/env python3
"""How long a backlog takes over a poor link, and how live the readings of now stay meanwhile.

usage: drain.py --build DIR [--data FILE.csv]... [--hours H] [--sensors N] [--rtt MS] [--up KBIT]
                [--down KBIT] [--loss PERCENT] [--patience S] [--json]

Everything is the real thing: mosquitto, holdfast-hub with SQLite, tools/link between the broker and
the gateway, and the gateway's program with its link role. Only the backlog was made in less time than
it spans, by the same core on a fast clock (backlog.cpp). ./tools/bench drain --help has the keys.
"""

import argparse
import getpass
import json
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
STARTS_S = 30    # for a program to be ready
LIVE_AFTER_S = 15  # after the drain, so that the last live readings have come
LOOK_S = 0.25
ESTIMATE_EVERY_S = 2
JUDGED_FROM_S = 20  # before the end: of what comes later, the receipts' own seconds are too large a part


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--data", action="append", default=[])
    for name, value in (("hours", 1), ("rtt", 200), ("up", 384), ("down", 384), ("loss", 0), ("patience", 7200)):
        parser.add_argument(f"--{name}", type=float, default=value)
    parser.add_argument("--sensors", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def proving_percent(status, stats):
    """Bytes both ways that only prove: receipts, and the questions for them."""
    lines = {line["class"]: line for line in status.get("traffic", {}).get("classes", [])}
    receipt = lines.get("receipt")
    if receipt is None:
        return None
    bytes_of = sum(receipt[name] for name in ("payload_up", "payload_down", "around_up", "around_down"))
    return round(100 * bytes_of / (stats["bytes_up"] + stats["bytes_down"]), 2)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else None


class Stage:
    def __init__(self, wishes):
        self.wishes = wishes
        self.folder = Path(tempfile.mkdtemp(prefix="holdfast-drain."))
        self.running = []
        self.programs = {
            "backlog": wishes.build / "tools/benches/bench_backlog",
            "hub": wishes.build / "tools/hub/holdfast-hub",
            "gateway": wishes.build / "platform/linux/program/holdfast",
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.running):
            self.end(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, name, *words, **more):
        log = open(self.folder / f"{name}.log", "w")
        process = subprocess.Popen([str(word) for word in words], stderr=log,
                                   stdout=more.pop("stdout", log), text=True, **more)
        self.running.append(process)
        return process

    def start_broker(self):
        port = free_port()
        config = self.folder / "broker.conf"
        config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nuser {getpass.getuser()}\n"
                          "max_queued_messages 100000\n")
        self.start("broker", shutil.which("mosquitto") or "/usr/sbin/mosquitto", "-c", config)
        until = time.monotonic() + STARTS_S
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return port
            except OSError:
                time.sleep(0.05)
        raise SystemExit("bench: mosquitto does not start")

    def start_hub(self, port):
        store = self.folder / "hub.db"
        hub = self.start("hub", self.programs["hub"], "run", "--broker", f"mqtt://127.0.0.1:{port}",
                         "--store", store, stdout=subprocess.PIPE)
        while not hub.stdout.readline().startswith("ready"):
            if hub.poll() is not None:
                raise SystemExit("bench: the hub does not start:\n" + (self.folder / "hub.log").read_text())
        until = time.monotonic() + STARTS_S
        while "connected to" not in (self.folder / "hub.log").read_text():
            if time.monotonic() > until:
                raise SystemExit("bench: the hub does not reach the broker")
            time.sleep(0.05)
        return store

    def start_relay(self, port):
        wishes = self.wishes
        relay = self.start("relay", TOP / "tools/link", "--to", f"127.0.0.1:{port}", "--rtt", wishes.rtt,
                           "--up", wishes.up, "--down", wishes.down, "--loss", wishes.loss,
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return relay, int(relay.stdout.readline().split()[1])

    def make_backlog(self):
        wishes = self.wishes
        words = [self.programs["backlog"], "--state", self.folder / "state", "--hours", wishes.hours,
                 "--sensors", wishes.sensors, "--seed", wishes.seed]
        for name in wishes.data:
            words += ["--data", name]
        with open(self.folder / "backlog.log", "w") as log:
            made = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=log, text=True)
        if made.returncode != 0:
            raise SystemExit("bench: no backlog:\n" + (self.folder / "backlog.log").read_text())
        return json.loads(made.stdout)

    def start_gateway(self, port):
        return self.start("gateway", self.programs["gateway"], "run", "--state", self.folder / "state",
                          "--gateway", "bench", "--generate", self.wishes.sensors,
                          "--broker", f"mqtt://127.0.0.1:{port}")


class Estimates:
    """What the gateway says how long it will take, again and again; judged when it is over."""

    def __init__(self, control):
        self.control = control
        self.said = []  # when, and how long from then
        self.next_at = 0.0

    def look(self):
        if time.monotonic() < self.next_at:
            return
        self.next_at = time.monotonic() + ESTIMATE_EVERY_S
        drain_ms = self.status().get("queue", {}).get("drain_ms", 0)
        if drain_ms > 0:
            self.said.append((time.monotonic(), drain_ms / 1000))

    def status(self):
        """The gateway's; {} while it does not answer."""
        try:
            with socket.socket(socket.AF_UNIX) as asking:
                asking.settimeout(STARTS_S)
                asking.connect(str(self.control))
                asking.sendall(b"status\n")
                answer = asking.makefile().readline()
        except OSError:
            return {}
        return json.loads(answer or "{}").get("answer", {})

    def first(self, begun):
        """Of the whole drain, as it was said first."""
        return round(self.said[0][0] + self.said[0][1] - begun, 1) if self.said else None

    def worst_percent(self, end):
        off = [100 * (said / (end - at) - 1) for at, said in self.said if end - at >= JUDGED_FROM_S]
        return round(max(off, key=abs), 1) if off else None


class Store:
    """The hub's own file, read while it runs."""

    def __init__(self, path, boot):
        self.sql = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.boot = int(boot, 16) - (1 << 64 if int(boot, 16) >> 63 else 0)

    def backlog_readings(self):
        return self.sql.execute("SELECT coalesce(sum(readings), 0) FROM frame JOIN lane USING (lane_id)"
                                " WHERE lane.lane = 0 AND boot = ?", (self.boot,)).fetchone()[0]

    def bytes_and_readings(self):
        return self.sql.execute("SELECT coalesce(sum(length(body)), 0), coalesce(sum(readings), 0) FROM frame"
                                " JOIN lane USING (lane_id) WHERE lane.lane = 0").fetchone()

    def live_latencies(self, until_ms):
        """Of each row taken since the start and until then: how old it was when it was stored."""
        boottime_zero_ms = (time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)) * 1000
        late = []
        for first, last, rows, received in self.sql.execute(
                "SELECT first_ms, last_ms, row_count, received_ms FROM frame JOIN lane USING (lane_id)"
                " WHERE lane.lane = 0 AND boot <> ?", (self.boot,)):
            for row in range(rows):
                taken = boottime_zero_ms + first + (last - first) * row / max(1, rows - 1)
                if taken <= until_ms:
                    late.append((received - taken) / 1000)
        return late


def measure(wishes):
    with Stage(wishes) as stage:
        backlog = stage.make_backlog()
        port = stage.start_broker()
        path = stage.start_hub(port)
        relay, relay_port = stage.start_relay(port)
        gateway = stage.start_gateway(relay_port)
        store = Store(path, backlog["boot"])
        begun = time.monotonic()
        estimates = Estimates(stage.folder / "state" / "control")
        while True:
            there = store.backlog_readings()
            now = time.monotonic()
            if there >= backlog["readings"] or now - begun > wishes.patience:
                break
            if gateway.poll() is not None:
                raise SystemExit("bench: the gateway ended:\n" + (stage.folder / "gateway.log").read_text()[-4000:])
            estimates.look()
            time.sleep(LOOK_S)
        end = time.monotonic()
        drained = end - begun
        status = estimates.status()
        until_ms = time.time() * 1000
        time.sleep(LIVE_AFTER_S + wishes.rtt / 500)
        relay.stdin.write("stats\n")
        relay.stdin.flush()
        stats = json.loads(relay.stdout.readline())
        late = store.live_latencies(until_ms)
        payload, readings = store.bytes_and_readings()
        there = store.backlog_readings()
        stage.end(gateway)
        proof = json.loads(subprocess.run([str(stage.programs["hub"]), "verify", "--store", str(path), "--json"],
                                          stdout=subprocess.PIPE, text=True).stdout)
        return {
            "hours": wishes.hours, "rtt_ms": wishes.rtt, "up_kbit": wishes.up, "down_kbit": wishes.down,
            "loss_percent": wishes.loss, "backlog_readings": backlog["readings"],
            "drain_seconds": round(drained, 1),
            "drain_estimate_seconds": estimates.first(begun),
            "drain_estimate_worst_percent": estimates.worst_percent(end),
            "proving_percent": proving_percent(status, stats),
            "readings_per_second": round(there / drained),
            "live_p95_seconds": round(percentile(late, 0.95), 2) if late else None,
            "live_p50_seconds": round(percentile(late, 0.5), 2) if late else None,
            "live_rows": len(late),
            "payload_bytes_per_reading": round(payload / readings, 4) if readings else None,
            "total_bytes_per_reading": round(stats["bytes_up"] / readings, 4) if readings else None,
            "connections": stats["connections"],
            "readings_lost": max(0, backlog["readings"] - there) + proof["missing"] * wishes.sensors,
            "readings_duplicated": max(0, there - backlog["readings"]) + proof["duplicated"],
            "declared": proof["declared"],
        }


def main():
    wishes = options()
    figures = measure(wishes)
    if wishes.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"  {name.replace('_', ' '):28} {value}")
    return 0 if figures["readings_lost"] == figures["readings_duplicated"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
