"""./tools/provision: a medium becomes a board, or is said not to be one; a board exists once; a cut anywhere is mended."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

IMAGES = Path(__file__).resolve().parents[2] / "tools/images"
sys.path.insert(0, str(IMAGES))

import identity  # noqa: E402
import medium  # noqa: E402
import provision  # noqa: E402

MB = 1 << 20
STOPS = ("probe", "write.half", "write", "verify", "grow", "identity", "hand over.half", "hand over", "record", "finish")


class Provisioning(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="holdfast.")
        cls.addClassCleanup(folder.cleanup)
        cls.shared = Path(folder.name)
        # The partitions that provisioning looks for, at their numbers, in a small image.
        cls.image = cls.shared / "system.img"
        cls.image.write_bytes(os.urandom(4 * MB))
        subprocess.run(["sgdisk", "--clear", "--new=3:2048:4095", "--change-name=3:identity", "--new=8:4096:0",
                        "--change-name=8:data", cls.image], check=True, capture_output=True)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-subj", "/CN=authority", "-keyout", cls.shared / "ca.key", "-out", cls.shared / "ca.pem"],
                       check=True, capture_output=True)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="holdfast.")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.device = self.medium("device", 16 * MB)

    def medium(self, name, size):
        path = self.folder / name
        path.write_bytes(b"\xff" * size)
        return path

    def provision(self, *words, device=None, gateway="pump-7", stop_at="", stop_by="KILL", image=None):
        one = [] if "--batch" in words else ["--device", device or self.device, "--gateway", gateway]
        run = subprocess.run(
            [sys.executable, IMAGES / "provision.py", "--image", image or self.image, *one, "--tenant", "acme", "--records", self.folder / "records",
             "--ca-key", self.shared / "ca.key", "--ca-certificate", self.shared / "ca.pem", *words],
            capture_output=True, text=True, env={**os.environ, "HOLDFAST_STOP_AT": stop_at, "HOLDFAST_STOP_BY": stop_by},
            check=False)
        return run.returncode, run.stdout, run.stderr

    def record(self, gateway="pump-7"):
        return json.loads((self.folder / "records" / f"{gateway}.json").read_text())

    def identity_of(self, device):
        with medium.Medium(device, os.path.getsize(device)) as opened:
            offset, size = medium.find_partition(opened, "identity")
            (self.folder / "identity.squashfs").write_bytes(opened.read(offset, size))
        target = self.folder / "identity"
        subprocess.run(["unsquashfs", "-force", "-dest", target, self.folder / "identity.squashfs"], check=True,
                       capture_output=True)
        return {str(file.relative_to(target)): file.read_text() for file in target.rglob("*") if file.is_file()}

    def assert_whole(self, output):
        self.assertIn("claim token of pump-7, shown this once", output)
        files = self.identity_of(self.device)
        self.assertIn("GATEWAY=pump-7\nTENANT=acme\n", files["settings"])
        self.assertIn("PRIVATE KEY", files["key.pem"])
        self.assertEqual(self.record()["state"], "done")
        self.assertFalse((self.folder / "records/pump-7.pending").exists(), "the key stays nowhere but on the board")
        run = subprocess.run(["sgdisk", "--verify", self.device], capture_output=True, text=True, check=True)
        self.assertIn("No problems found", run.stdout)

    def test_a_medium_becomes_a_board(self):
        code, out, err = self.provision("--broker", "mqtts://hub.example:8883")
        self.assertEqual((code, err), (0, ""))
        self.assert_whole(out)
        content = self.device.read_bytes()
        self.assertEqual(content[4096 * 512 + MB:4 * MB - 64 * 512], self.image.read_bytes()[4096 * 512 + MB:4 * MB - 64 * 512])
        self.assertGreater(self.record()["data_bytes"], 13 * MB, "the data partition fills the medium")
        self.assertEqual(self.record()["broker"], "mqtts://hub.example:8883")

    def test_a_cipher_is_asked_of_the_board_which_makes_the_key(self):
        code, _, err = self.provision("--encrypt-data")
        self.assertEqual(code, 0, err)
        files = self.identity_of(self.device)
        self.assertIn("ENCRYPT_DATA=yes\n", files["settings"])
        self.assertEqual(set(files), {"settings", "key.pem", "request.pem", "certificate.pem"})
        self.assertEqual(self.record()["encrypt_data"], "yes")

    def model_keys(self, *names):
        folder = self.folder / "model-keys"
        for name in names:
            subprocess.run([IMAGES.parent / "model", "key", name, "--out", folder], check=True, capture_output=True)
        return folder

    def test_a_board_is_told_whose_rules_it_takes(self):
        folder = self.model_keys("acme", "maker")
        code, _, err = self.provision("--model-keys", folder)
        self.assertEqual(code, 0, err)
        files = self.identity_of(self.device)
        for name in ("acme", "maker"):
            self.assertEqual(files[f"model-keys/{name}.pem"], (folder / f"{name}.pem").read_text())
        self.assertFalse([name for name, text in files.items() if "PRIVATE" in text and name != "key.pem"])
        self.assertEqual(self.record()["model_keys"], ["acme", "maker"])

    def test_what_is_no_key_of_an_owner_is_refused_before_anything_is_written(self):
        folder = self.model_keys("acme")
        self.assertIn("no NAME.pem", self.provision("--model-keys", self.folder)[2])
        shown = folder / "acme.pem"
        public = shown.read_text()
        for text, sentence in (((folder / "acme.key").read_text(), "is a private key"), ("", "no public key of Ed25519"),
                               ((self.shared / "ca.pem").read_text(), "no public key of Ed25519")):
            shown.write_text(text)
            code, _, err = self.provision("--model-keys", folder)
            self.assertEqual((code, sentence in err), (2, True), err)
        shown.write_text(public)
        self.model_keys("a", "b", "c", "d")
        self.assertIn("has 5 keys, and 4 is the most", self.provision("--model-keys", folder)[2])
        self.assertEqual(self.device.read_bytes(), b"\xff" * 16 * MB)

    def test_the_certificate_is_the_boards_and_the_authoritys(self):
        self.provision()
        self.identity_of(self.device)
        run = subprocess.run(["openssl", "verify", "-CAfile", self.shared / "ca.pem", "-purpose", "sslclient",
                              self.folder / "identity/certificate.pem"], capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        keys = [subprocess.run(words, capture_output=True, text=True, check=True).stdout for words in (
            ["openssl", "x509", "-in", self.folder / "identity/certificate.pem", "-noout", "-pubkey"],
            ["openssl", "pkey", "-in", self.folder / "identity/key.pem", "-pubout"])]
        self.assertEqual(*keys)

    def test_a_certificate_is_signed_elsewhere(self):
        signed, other = self.folder / "signed.pem", self.shared / "ca.pem"
        nobody = ("--ca-key", "", "--ca-certificate", "")
        self.assertIn("no request waiting", self.provision(*nobody, "--certificate", other)[2])
        code, out, err = self.provision("--request", *nobody)
        self.assertEqual((code, "--certificate FILE" in out), (0, True), err)
        self.assertIn("is for another key", self.provision(*nobody, "--certificate", other)[2])
        self.assertEqual(self.device.read_bytes(), b"\xff" * 16 * MB, "until now nothing was written")
        subprocess.run(["openssl", "x509", "-req", "-in", self.folder / "records/pump-7.csr", "-CA", other, "-CAkey",
                        self.shared / "ca.key", "-set_serial", "7", "-out", signed], check=True, capture_output=True)
        code, out, err = self.provision(*nobody, "--certificate", signed)
        self.assertEqual(code, 0, err)
        self.assert_whole(out)
        self.identity_of(self.device)
        self.assertEqual((self.folder / "identity/certificate.pem").read_text(), signed.read_text())
        self.assertEqual(self.provision("--request")[0], 2, "it has a key")

    def test_a_second_run_changes_nothing_and_shows_no_token(self):
        self.provision()
        before = self.device.read_bytes()
        code, out, _ = self.provision()
        self.assertEqual(code, 0)
        self.assertIn("nothing to do", out)
        self.assertNotIn("claim token", out)
        self.assertEqual(self.device.read_bytes(), before)

    def test_after_a_cut_at_any_step_the_same_command_makes_it_whole(self):
        for stop in STOPS:
            with self.subTest(stop):
                self.setUp()
                code, _, _ = self.provision(stop_at=stop)
                self.assertEqual(code, -9)
                if stop == "write.half":
                    self.assertEqual(self.device.read_bytes()[:MB], bytes(MB), "half a system does not boot")
                key = self.folder / "records/pump-7.pending/key.pem"
                kept = key.read_text() if key.exists() else None
                code, out, err = self.provision()
                self.assertEqual(code, 0, err)
                if stop == "finish":  # all was done and said
                    self.assertIn("nothing to do", out)
                else:
                    self.assert_whole(out)
                if kept:
                    self.assertEqual(self.identity_of(self.device)["key.pem"], kept, "one board, one key")

    def test_two_boards_do_not_share_a_name(self):
        self.provision()
        other = self.medium("other", 16 * MB)
        code, _, err = self.provision(device=other)
        self.assertEqual(code, 1)
        self.assertIn("--again", err)
        self.assertEqual(other.read_bytes(), b"\xff" * 16 * MB, "nothing was written")
        code, out, _ = self.provision("--again", device=other)
        self.assertEqual(code, 0)
        self.assertIn("claim token", out)

    def test_another_image_is_an_update(self):
        self.provision()
        other = self.folder / "newer.img"
        other.write_bytes(self.image.read_bytes()[:-1] + b"x")
        code, _, err = self.provision(image=other)
        self.assertEqual(code, 1)
        self.assertIn("holdfast update", err)

    def test_a_dry_run_says_what_would_follow_and_writes_nothing(self):
        code, out, _ = self.provision("--dry-run")
        self.assertEqual(code, 0)
        self.assertEqual(out.count("would follow"), len(provision.STEPS) - 1)
        self.assertEqual(self.device.read_bytes(), b"\xff" * 16 * MB)
        self.assertFalse((self.folder / "records").exists())

    def test_what_is_wrong_is_said_before_anything_is_written(self):
        for words, code, sentence in (
            (("--gateway", "a b"), 2, "letters, digits"),
            (("--broker", "hub.example"), 2, "mqtt://HOST:PORT"),
            (("--network", "static"), 2, "--address like"),
            (("--network", "static", "--address", "192.168.1.300/24"), 2, "'192.168.1.300/24' is not an address like"),
            (("--network", "static", "--address", "10.0.0.2/24", "--router", "10.0.1.1"), 2, "is not another address of 10.0.0.0/24"),
            (("--network", "static", "--address", "10.0.0.2/24", "--dns", "10.0.0.1 resolver"), 2, "--dns: 'resolver' is not"),
            (("--network-device", "eth0 eth1"), 2, "is not a device like eth0"),
            (("--address", "10.0.0.2/24"), 2, "belongs to --network static, not to dhcp"),
            (("--network", "pigeon"), 2, "dhcp, static or modem"),
            (("--device", "/nowhere"), 1, "is not there"),
            (("--device", "/proc"), 1, "neither a block device nor a file"),
            (("--device", str(self.medium("small", MB))), 1, "too small"),
            (("--image", "/nowhere"), 1, "./tools/image"),
            (("--gatway", "x"), 2, "did you mean --gateway?"),
            (("--encrypt-data", "--device", "ssh://root@board"), 2, "give it a medium"),
        ):
            with self.subTest(words):
                found, _, err = self.provision(*words)
                self.assertEqual(found, code)
                self.assertIn(sentence, err)
        self.assertEqual(self.device.read_bytes(), b"\xff" * 16 * MB)

    def test_a_batch_goes_on_after_a_bad_medium_and_sums_up(self):
        good = [self.medium(f"good-{i}", 16 * MB) for i in range(2)]
        bad = self.medium("bad", MB)
        table = self.folder / "boards.csv"
        table.write_text(f"gateway,device,tenant\na,{good[0]},acme\nb,{bad},acme\nc,{good[1]},other\n")
        code, out, err = self.provision("--batch", table)
        self.assertEqual(code, 1)
        self.assertIn("too small", err)
        self.assertIn("2 whole, 1 not", out)
        self.assertRegex(out, r"b +\S+ +NOT COMPLETE")
        self.assertEqual(self.record("c")["tenant"], "other")
        self.assertEqual(len(set(re.findall(r"shown this once: (\S+)", out))), 2)

    def test_a_batch_that_is_interrupted_says_which_boards_are_whole(self):
        media = [self.medium(f"board-{i}", 16 * MB) for i in range(2)]
        table = self.folder / "boards.csv"
        table.write_text(f"gateway,device\na,{media[0]}\nb,{media[1]}\n")
        code, out, err = self.provision("--batch", table, stop_at="write.half", stop_by="INT")
        self.assertEqual(code, 1)
        self.assertIn("interrupted", err)
        self.assertIn("is not complete (stopped at 'write'): run the same command again", err)
        self.assertNotIn("Traceback", err)
        self.assertRegex(out, r"a +\S+ +NOT COMPLETE\n +b +\S+ +not begun")
        code, out, _ = self.provision("--batch", table, "--dry-run")
        self.assertIn("2 would be made, 0 not", out)
        code, out, err = self.provision("--batch", table)
        self.assertEqual(code, 0, err)
        self.assertIn("2 whole, 0 not", out)

    def test_a_batch_with_a_slip_is_refused_whole(self):
        for text, sentence in (("gatway,device\na,b\n", "did you mean 'gateway'?"),
                               ("gateway,device,tenant\na,b,t\na,c,t\n", "'a' is there twice"),
                               ("gateway,device\na,b\nc,\n", "line 3 has no device"),
                               ("gateway,device\na,b\nc,b\n", "would overwrite the first"),
                               ("gateway,device\na,b,c\n", "line 2 has more columns"),
                               ("gateway,device\n", "has no boards"),
                               ("gateway,device,network,address\na,b,,\nc,d,static,10.0.0.1\n", "boards.csv: c: --network static needs"),
                               ("gateway,device,encrypt_data\na,b,no\n", "'no' is not yes")):
            with self.subTest(sentence):
                table = self.folder / "boards.csv"
                table.write_text(text)
                code, _, err = self.provision("--batch", table)
                self.assertEqual(code, 2)
                self.assertIn(sentence, err)

    def test_a_running_board_is_given_its_identity_over_ssh(self):
        board = self.folder / "board"
        board.mkdir()
        (board / "release").write_text("VERSION=1.2.3\n")
        (board / "update").write_text('#!/bin/sh\necho "$1" >>"$(dirname "$0")/updates"\n')
        (board / "update").chmod(0o755)
        ssh = self.folder / "ssh"
        ssh.write_text(f"""#!/bin/sh
            [ "$1" = root@board ] || exit 255
            exec sh -c "$(echo "$2" | sed 's|/dev/disk/by-partlabel|{board}|g; s|/etc/holdfast-release|{board}/release|
              s|/run/|{board}/|g; s|holdfast update|{board}/update|; s|/proc/sys/vm/drop_caches|/dev/null|')"
            """)
        ssh.chmod(0o755)
        bundle = self.folder / "system.raucb"
        bundle.write_bytes(b"a bundle")
        code, out, err = self.provision("--ssh", str(ssh), device="ssh://root@board", image=bundle)
        self.assertEqual(code, 0, err)
        self.assertIn("runs holdfast 1.2.3", out)
        self.assertIn("bundle.raucb", (board / "updates").read_text())
        self.assertEqual((board / "identity").stat().st_size, self.record()["identity_bytes"])
        code, _, err = self.provision("--ssh", str(ssh), device="ssh://root@elsewhere", gateway="q", image=bundle)
        self.assertEqual(code, 1)
        self.assertIn("elsewhere", err)


class WrongDevices(unittest.TestCase):
    """A made-up /sys, because no test should need a disk to spare."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="holdfast.")
        self.addCleanup(folder.cleanup)
        self.sys = Path(folder.name)
        self.disk = self.sys / "block/sdz"
        for name in ("holders", "sdz1/holders"):
            (self.disk / name).mkdir(parents=True)
        (self.disk / "sdz1/partition").write_text("1\n")
        (self.disk / "removable").write_text("1\n")
        (self.disk / "ro").write_text("0\n")
        self.tables = {"mounts": self.sys / "mounts", "swaps": self.sys / "swaps"}
        for table in self.tables.values():
            table.write_text("proc /proc proc rw 0 0\n")

    def refusal(self, path="/dev/sdz", force=False):
        try:
            medium.check_block_device(Path(path), force, self.sys, self.tables["mounts"], self.tables["swaps"])
        except medium.Refused as refused:
            return str(refused)
        return ""

    def test_a_removable_disk_that_nobody_uses_is_taken(self):
        self.assertEqual(self.refusal(), "")

    def test_a_mounted_one_is_refused_even_when_forced(self):
        self.tables["mounts"].write_text("/dev/sdz1 /home ext4 rw 0 0\n")
        self.assertIn("/dev/sdz1 is mounted on /home", self.refusal(force=True))

    def test_swap_holders_write_protection_and_partitions_are_refused(self):
        self.tables["swaps"].write_text("Filename Type\n/dev/sdz1 partition\n")
        self.assertIn("used as swap", self.refusal(force=True))
        self.tables["swaps"].write_text("")
        (self.disk / "sdz1/holders/dm-0").mkdir()
        self.assertIn("in use by dm-0", self.refusal(force=True))
        (self.disk / "sdz1/holders/dm-0").rmdir()
        (self.disk / "ro").write_text("1\n")
        self.assertIn("write-protected", self.refusal(force=True))
        self.assertIn("give the whole device", self.refusal("/dev/sdz1"))

    def test_a_disk_that_is_not_removable_needs_force(self):
        (self.disk / "removable").write_text("0\n")
        self.assertIn("--force", self.refusal())
        self.assertEqual(self.refusal(force=True), "")


class LyingMedia(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="holdfast.")
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "medium"
        self.path.write_bytes(bytes(8 * MB))

    def opened(self, kind, size):
        opened = kind(self.path, size)
        self.addCleanup(opened.__exit__)
        return opened

    def test_an_honest_medium_holds_all_marks(self):
        found = medium.probe(self.opened(medium.Medium, 8 * MB), "seed")
        self.assertEqual(found["bytes"], 8 * MB)
        self.assertGreater(found["marks"], 10)

    def test_a_counterfeit_that_wraps_around_is_found_out(self):
        class Counterfeit(medium.Medium):
            def write(self, offset, data):
                super().write(offset % (8 * MB), data)

            def read(self, offset, count):
                return super().read(offset % (8 * MB), count)

        with self.assertRaisesRegex(medium.Refused, "does not hold what it claims"):
            medium.probe(self.opened(Counterfeit, 64 * MB), "seed")

    def test_a_bit_that_does_not_stick_is_found_out(self):
        image = self.path.with_name("image")
        image.write_bytes(os.urandom(4 * MB))

        class Stuck(medium.Medium):
            def read(self, offset, count):
                data = bytearray(super().read(offset, count))
                if offset <= 3 * MB < offset + count:
                    data[3 * MB - offset] ^= 1
                return bytes(data)

        stuck = self.opened(Stuck, 8 * MB)
        medium.write_image(stuck, image, lambda *_: None, lambda: None)
        with self.assertRaisesRegex(medium.Refused, "gives back something else"):
            medium.verify_image(stuck, image, lambda *_: None)


class LoopDevice(unittest.TestCase):
    def test_a_block_device_is_written_only_by_force_and_never_while_mounted(self):
        with tempfile.TemporaryDirectory(prefix="holdfast.") as folder:
            path = Path(folder) / "disk"
            path.write_bytes(bytes(8 * MB))
            run = subprocess.run(["losetup", "--find", "--show", path], capture_output=True, text=True, check=False)
            if run.returncode != 0:
                self.skipTest("no loop devices here")
            device = run.stdout.strip()
            self.addCleanup(subprocess.run, ["losetup", "--detach", device], check=True)
            with self.assertRaisesRegex(medium.Refused, "not removable"):
                medium.check(device, MB, force=False)
            self.assertEqual(medium.check(device, MB, force=True), 8 * MB)
            with medium.Medium(device, 8 * MB) as opened:
                self.assertEqual(medium.probe(opened, "seed")["bytes"], 8 * MB)


if __name__ == "__main__":
    unittest.main()
