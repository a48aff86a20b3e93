#!/usr/bin/env python3
"""Gives a medium its system and a board its identity, and writes down what it did. ./tools/provision runs this.

A run is the table `STEPS`, in order. Whatever interrupts it, the same command makes it whole: until the last step, the
medium either does not boot or does not know who it is, and the key and claim token of the first try are kept for the
next. HOLDFAST_STOP_AT names a step at which a test has the power fail, or, with HOLDFAST_STOP_BY=INT, Ctrl-C typed.
"""

import argparse
import csv
import difflib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import board_by_ssh
import identity
import medium as media
import model_keys
from identity import Wrong
from medium import Refused

BATCH_COLUMNS = ("device", *identity.SETTINGS, "model_keys")


def stop_here(point):
    """A test's power cut: no handler runs, nothing is tidied up. Or its Ctrl-C."""
    if os.environ.get("HOLDFAST_STOP_AT") == point:
        os.kill(os.getpid(), signal.SIGINT if os.environ.get("HOLDFAST_STOP_BY") == "INT" else signal.SIGKILL)


class Progress:
    """One line that fills up, where somebody watches."""

    def __init__(self, title):
        self.title, self.shown = title, None

    def __call__(self, done, total):
        percent = 100 * done // max(total, 1)
        if sys.stdout.isatty() and percent != self.shown:
            print(f"\r  {self.title:<10} {percent:3d} %", end="\n" if percent == 100 else "", flush=True)
        self.shown = percent


class Job:
    """One board: what is wanted, what was found, what was done."""

    def __init__(self, wishes):
        self.wishes = wishes
        self.records = Path(wishes["records"])
        self.record_file = self.records / f"{wishes['gateway']}.json"
        self.pending = self.records / f"{wishes['gateway']}.pending"
        self.record = json.loads(self.record_file.read_text()) if self.record_file.exists() else {}
        self.record.update({name: wishes[name] for name in identity.SETTINGS if wishes[name]})
        self.record["device"] = wishes["device"]
        self.record["model_keys"] = sorted(model_keys.read(wishes["model_keys"])) if wishes["model_keys"] else []
        self.over_ssh = wishes["device"].startswith("ssh://")
        self.medium = None
        self.token = None

    def keep_record(self, state):
        self.records.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.record["state"] = state
        partial = self.record_file.with_suffix(".new")
        partial.write_text(json.dumps(self.record, indent=2) + "\n")
        with open(partial, "rb") as file:
            os.fsync(file)
        os.replace(partial, self.record_file)

    def say(self, word, sentence):
        print(f"  {word:<10} {sentence}", flush=True)


def check(job):
    if job.over_ssh:
        job.board = board_by_ssh.Board(job.wishes["device"], job.wishes["ssh"])
        job.record["runs"] = job.board.version()
        job.say("check", f"{job.wishes['device']} runs holdfast {job.record['runs']}")
        return
    image = job.wishes["image"]
    if not image or not os.access(image, os.R_OK):
        raise Wrong(f"--image: cannot read '{image}': make one with ./tools/image")
    size = media.check(job.wishes["device"], os.path.getsize(image), job.wishes["force"])
    job.medium = media.Medium(job.wishes["device"], size)
    job.say("check", f"{job.wishes['device']}: {media.in_mb(size)}, nobody uses it")


def probe(job):
    if job.over_ssh:
        return
    seed = hashlib.sha256(f"{job.wishes['gateway']} {time.time_ns()}".encode()).hexdigest()
    found = media.probe(job.medium, seed)
    job.record["medium"] = found
    truth = "" if found["flush_plausible"] else ": faster than flash can be, so a cut of the power may lose what was flushed"
    job.say("probe", f"all {found['marks']} marks held; a flush takes {found['flush_ms']} ms{truth}")


def write(job):
    if job.over_ssh:
        if job.wishes["image"]:
            job.board.update(job.wishes["image"])
            job.say("write", "installed into the other slot; it is tried at the next start")
        return
    job.record["image_sha256"] = media.write_image(job.medium, job.wishes["image"], Progress("write"),
                                                   lambda: stop_here("write.half"))
    job.say("write", f"{media.in_mb(os.path.getsize(job.wishes['image']))} written")


def verify(job):
    if job.over_ssh:
        return
    media.verify_image(job.medium, job.wishes["image"], Progress("verify"))
    job.say("verify", "read back, every byte the same")


def grow(job):
    """The last partition, to the end of the medium; its file system follows when the board first starts."""
    if job.over_ssh:
        return
    start, _ = media.find_partition(job.medium, "data")
    number = "8"
    run = subprocess.run(
        ["sgdisk", "--move-second-header", f"--delete={number}", f"--new={number}:{start // 512}:0",
         f"--change-name={number}:data", f"--typecode={number}:8300",
         f"--partition-guid={number}:48464449-534B-4000-8000-000000000008", job.wishes["device"]],
        capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise Refused(f"sgdisk: {(run.stderr or run.stdout).strip()}")
    job.medium.forget_cached()
    _, size = media.find_partition(job.medium, "data")
    job.record["data_bytes"] = size
    job.say("grow", f"data partition of {media.in_mb(size)}")


def make_identity(job):
    identity.make_secrets(job.wishes, job.pending)
    job.packed = identity.pack(job.wishes, job.pending)
    job.record["claim_token_sha256"] = identity.claim_hash(job.pending)
    job.record["identity_sha256"] = hashlib.sha256(job.packed).hexdigest()
    job.record["identity_bytes"] = len(job.packed)
    keep_request(job)
    is_signed = (job.pending / "certificate.pem").exists()
    job.say("identity", f"{job.wishes['gateway']} of {job.wishes['tenant']}; "
            + ("with a certificate" if is_signed else "without a certificate: neither --ca-key nor --certificate was given"))


def keep_request(job):
    """Where whoever signs finds it."""
    request = job.records / f"{job.wishes['gateway']}.csr"
    request.write_bytes((job.pending / "request.pem").read_bytes())
    return request


def make_request(job):
    """For an authority that is somewhere else: the key waits here for what it signs."""
    if job.record.get("state") == "done" and not job.wishes["again"]:
        raise Wrong(f"{job.wishes['gateway']} is whole since {job.record['finished_utc']}: --again makes it another key")
    identity.make_secrets(job.wishes, job.pending)
    job.keep_record("request made")
    print(f"{job.wishes['gateway']} of {job.wishes['tenant']}: have {keep_request(job)} signed, then give it its medium, with "
          f"--certificate FILE")


def check_certificate(job):
    if job.wishes["certificate"]:
        if not (job.pending / "key.pem").exists():
            raise Wrong(f"--certificate: {job.wishes['gateway']} has no request waiting: make one with --request")
        identity.check_certificate(job.wishes["certificate"], job.pending / "key.pem")


def write_identity(job):
    if job.over_ssh:
        job.board.write_identity(job.packed)
        seen = job.board.read_identity(len(job.packed))
    else:
        offset, size = media.find_partition(job.medium, "identity")
        if len(job.packed) > size:
            raise Wrong(f"the identity of {len(job.packed)} bytes does not fit into its partition of {size}")
        job.medium.write(offset, job.packed[:len(job.packed) // 2])
        stop_here("hand over.half")
        job.medium.write(offset, job.packed)
        job.medium.forget_cached()
        seen = job.medium.read(offset, len(job.packed))
    if seen != job.packed:
        raise Refused(f"{job.wishes['device']} gives back another identity than was written")
    job.say("hand over", "the board knows who it is" + (" from its next start on" if job.over_ssh else ""))


def finish(job):
    job.token = identity.claim_token(job.pending)
    job.record["finished_utc"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    job.keep_record("done")
    stop_here("record")
    print(f"\n  claim token of {job.wishes['gateway']}, shown this once: {job.token}\n", flush=True)
    identity.forget(job.pending)


STEPS = (("check", check), ("probe", probe), ("write", write), ("verify", verify), ("grow", grow),
         ("identity", make_identity), ("hand over", write_identity), ("finish", finish))


def is_done(job):
    """What the record says is true of this device: the same system was written, and it has this identity."""
    if job.record.get("state") != "done" or job.pending.exists() or job.wishes["again"]:
        return False
    count = job.record["identity_bytes"]
    written = job.record.get("image_sha256")
    if written and not job.over_ssh and media.sum_of(job.wishes["image"]) != written:
        raise Wrong(f"{job.wishes['gateway']} is whole, with another image. Update it (holdfast update on the board), or "
                    f"write it anew with a new identity: --again")
    if job.over_ssh:
        seen = job.board.read_identity(count)
    else:
        try:
            offset, _ = media.find_partition(job.medium, "identity")
            seen = job.medium.read(offset, count)
        except (Refused, OSError):
            seen = b""
    if hashlib.sha256(seen).hexdigest() == job.record["identity_sha256"]:
        return True
    raise Wrong(f"{job.wishes['gateway']} is another board's name since {job.record['finished_utc']}. --again gives it "
                f"a new identity: the old board will no longer be believed")


def run(job):
    """True: the board is whole. Says what happened in any case; Ctrl-C goes on to whoever called."""
    print(f"{job.wishes['gateway']} on {job.wishes['device']}")
    at = "check"
    try:
        check(job)
        if is_done(job):
            job.say("done", f"already since {job.record['finished_utc']}: nothing to do")
            if job.over_ssh:
                write(job)  # but a bundle, where one was given
            return True
        check_certificate(job)
        if job.wishes["dry_run"]:
            for name, _ in STEPS[1:]:
                job.say(name, "would follow")
            return True
        for at, step in STEPS[1:]:
            job.keep_record(f"before {at}")
            step(job)
            stop_here(at)
        return True
    except (Refused, Wrong, OSError, KeyboardInterrupt) as problem:
        print(f"provision: {str(problem) or 'interrupted'}", file=sys.stderr)
        if at != "check":
            job.keep_record(f"stopped at {at}")
            print(f"provision: {job.wishes['device']} is not complete (stopped at '{at}'): run the same command again",
                  file=sys.stderr)
        if isinstance(problem, KeyboardInterrupt):
            raise
        return False
    finally:
        if job.medium is not None:
            job.medium.__exit__()


def read_batch(path, common):
    for name in ("gateway", "device", "certificate", "request"):
        if common[name]:
            raise Wrong(f"--batch has a line for each board: leave out --{name}, which is one board's")
    boards = []
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        for column in reader.fieldnames or ():
            if column not in BATCH_COLUMNS:
                near = difflib.get_close_matches(column, BATCH_COLUMNS, 1)
                raise Wrong(f"{path}: no such column '{column}'" + (f": did you mean '{near[0]}'?" if near else ""))
        for row in reader:
            if None in row:
                raise Wrong(f"{path}: line {reader.line_num} has more columns than the first")
            boards.append({**common, **{name: value for name, value in row.items() if value}})
    for name in ("gateway", "device"):
        values = [board.get(name) for board in boards]
        if not all(values):
            raise Wrong(f"{path}: line {values.index(None) + 2} has no {name}")
        twice = {value for value in values if values.count(value) > 1}
        if twice and not (name == "device" and common["wait"]):
            more = ": the second board would overwrite the first. --wait lets you change media" if name == "device" else ""
            raise Wrong(f"{path}: the {name} '{twice.pop()}' is there twice{more}")
    if not boards:
        raise Wrong(f"{path} has no boards: right would be a line for each, below one that names its columns")
    return boards


def check_batch(path, boards):
    """Before the first is begun."""
    for wishes in boards:
        try:
            identity.check_wishes(wishes)
        except Wrong as problem:
            raise Wrong(f"{path}: {wishes['gateway']}: {problem}") from problem


def run_batch(boards):
    """True: all are whole, or could be made. After Ctrl-C none is begun any more."""
    good = "would be made" if boards[0]["dry_run"] else "whole"
    outcomes = ["not begun"] * len(boards)
    try:
        for number, wishes in enumerate(boards):
            if wishes["wait"]:
                input(f"insert the medium of {wishes['gateway']} as {wishes['device']}, then press Enter ")
            outcomes[number] = "NOT COMPLETE"
            if run(Job(wishes)):
                outcomes[number] = good
    except KeyboardInterrupt:
        pass
    print(f"\n  {'gateway':<32} {'device':<24} outcome")
    for wishes, outcome in zip(boards, outcomes):
        print(f"  {wishes['gateway']:<32} {wishes['device']:<24} {outcome}")
    print(f"\n{outcomes.count(good)} {good}, {len(boards) - outcomes.count(good)} not")
    return outcomes.count(good) == len(boards)


def options_of(words):
    parser = argparse.ArgumentParser(prog="./tools/provision", add_help=False, allow_abbrev=False)
    for name in ("image", "device", "gateway", "tenant", "broker", "network-device", "address", "router", "dns", "time-server",
                 "generate", "ca-key", "ca-certificate", "certificate", "broker-ca", "ssh-key", "model-keys", "batch"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--encrypt-data", action="store_const", const="yes")
    parser.add_argument("--network", default="dhcp")
    parser.add_argument("--ssh", default="ssh -o BatchMode=yes")
    parser.add_argument("--records", default=str(identity.default_records()))
    for name in ("force", "again", "dry-run", "wait", "request"):
        parser.add_argument(f"--{name}", action="store_true")
    parsed, unknown = parser.parse_known_args(words)
    if unknown:
        near = difflib.get_close_matches(unknown[0], parser._option_string_actions, 1)
        raise Wrong(f"unknown option '{unknown[0]}'" + (f": did you mean {near[0]}?" if near else ": see --help"))
    return vars(parsed)


def main():
    try:
        options = options_of(sys.argv[1:])
        if options["batch"]:
            boards = read_batch(options["batch"], options)
            check_batch(options["batch"], boards)
            sys.exit(0 if run_batch(boards) else 1)
        options["device"] = options["device"] or ("none" if options["request"] else None)
        for name in ("device", "gateway", "tenant"):
            if not options[name]:
                raise Wrong(f"--{name} is needed: see --help")
        identity.check_wishes(options)
        if options["request"]:
            make_request(Job(options))
            sys.exit(0)
        sys.exit(0 if run(Job(options)) else 1)
    except Wrong as problem:
        print(f"provision: {problem}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(1)


if __name__ == "__main__":
    main()
