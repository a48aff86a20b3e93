"""Packages of rules, as their owner has them: made and signed at a desk, sent through a hub and a real broker or
uploaded at the machine, deployed, in force, undone; and everything that is wrong with them.

usage: HOLDFAST=… HOLDFAST_HUB=… HOLDFAST_ROOT=… models_in_test.py
"""

import json
import os
import re
import subprocess
import unittest
from pathlib import Path

from both_ends import HOLDFAST, HUB, BothEnds

ROOT = Path(os.environ["HOLDFAST_ROOT"])
SIGN = ROOT / "tools/model"
LOW, HIGH = -1_000_000, 1_000_000  # what every generated reading is above, and none is


def body(version, rules=1, sensor="sensor-1", name="pumps"):
    return {"name": name, "version": version, "parameters": {"hot": LOW},
            "rules": [{"name": f"hot-{number}", "sensor": sensor, "condition": "above", "limit": "$hot",
                       "severity": "critical", "text": "for people: ä€ " + 100 * "x"} for number in range(rules)]}


class Models(BothEnds):
    def setUp(self):
        super().setUp()
        self.run_words(SIGN, "key", "acme", "--out", self.folder / "keys")
        keys = self.folder / "etc/model-keys"
        keys.mkdir(parents=True)
        (keys / "acme.pem").write_bytes((self.folder / "keys/acme.pem").read_bytes())

    def start_gateway(self, name="g1", broker=False):
        self.start(name, HOLDFAST, "run", "--state", self.folder / name, "--gateway", name, "--generate", "3",
                   "--config", self.folder / "etc", *(self.broker_words() if broker else []))
        self.when(lambda: self.ask("status", "--json", state=name).returncode == 0)

    def start_site(self, *gateways):
        self.start_broker()
        for name in gateways:
            self.start_gateway(name, broker=True)
        self.start_hub()
        self.when(lambda: all(each["online"] for each in self.hub("status", "--json")["gateways"]) and
                  len(self.hub("status", "--json")["gateways"]) == len(gateways))

    def at_site(self, words, state):
        return [HOLDFAST, *words, "--state", self.folder / state, "--config", self.folder / "etc"]

    def ask(self, *words, state="g1"):
        return self.run_words(*self.at_site(words, state))

    def site(self, *words, state="g1"):
        return self.good_words(*self.at_site(words, state))

    def package(self, what, key="acme"):
        file = self.folder / f"{what['name']}-{what['version']}.json"
        file.write_text(json.dumps(what, ensure_ascii=False), "utf-8")
        out = file.with_suffix(".model")
        signed = self.run_words(SIGN, "sign", file, "--key", self.folder / f"keys/{key}.key", "--out", out)
        self.assertEqual(signed.returncode, 0, signed.stderr)
        return out

    def model(self, state="g1"):
        return self.site("models", "--json", state=state)["models"][0]

    def settled(self, status, state="g1", **says):
        def holds():
            model = self.model(state)
            return model["status"] == status and all(model[name] == value for name, value in says.items()) and model
        return self.when(holds)

    def raised(self, state="g1"):
        return {each["rule"] for each in self.site("alerts", "list", "--json", state=state)["alerts"]
                if each["state"] == "raised"}

    # What is promised.

    def test_a_package_is_made_uploaded_deployed_in_force_over_kill_and_restart_and_taken_back(self):
        self.start_gateway()
        first = self.package(body("1.0"))
        self.assertEqual(self.site("models", "upload", first), "pumps 1.0 is here\n")
        self.site("models", "deploy", "pumps", "1.0", "machine")
        self.settled("deployed", applied="1.0")
        self.when(lambda: self.raised() == {"pumps.a.hot-0.machine"})
        # Another version, killed at some moment of its deployment, is there whole afterwards.
        self.site("models", "upload", self.package(body("2.0", rules=20)))
        self.site("models", "deploy", "pumps", "2.0", "machine", "--json")
        self.kill("g1")
        self.start_gateway()
        self.settled("deployed", applied="2.0")
        self.when(lambda: self.raised() == {f"pumps.b.hot-{number}.machine" for number in range(20)})
        # A parameter that nothing is above ends them; the version before comes back.
        self.site("models", "deploy", "pumps", "2.0", "machine", f"hot={HIGH}")
        self.settled("deployed", applied_with=f"hot={HIGH}")
        self.when(lambda: not self.raised())
        self.site("models", "deploy", "pumps", "1.0", "machine")
        self.settled("deployed", applied="1.0")
        self.when(lambda: len(self.raised()) == 1)
        refused = self.ask("models", "remove", "pumps", "1.0")
        self.assertEqual((refused.returncode, "undeploy it first" in refused.stderr), (1, True))
        self.site("models", "undeploy", "pumps")
        self.settled("ready")
        self.when(lambda: not self.raised() and self.site("rules", "list", "--json")["rules"] == [])
        self.site("models", "remove", "pumps")
        self.assertEqual(self.site("models", "--json")["models"], [])
        told = self.site("activity", "--kind", "model")
        for word in ("deployed, version 1.0 in use", "deployed, version 2.0 in use", "ready"):
            self.assertIn(word, told)

    def test_what_is_wrong_with_a_package_or_a_deployment_is_said_and_changes_nothing(self):
        self.start_gateway()
        good = self.package(body("1.0"))
        self.site("models", "upload", good)
        self.site("models", "deploy", "pumps", "1.0", "machine")
        self.settled("deployed")
        self.when(lambda: len(self.raised()) == 1)
        self.run_words(SIGN, "key", "mallory", "--out", self.folder / "keys")
        forged = self.folder / "forged.model"
        forged.write_bytes(self.package(body("3.0"), key="mallory").read_bytes().replace(b"mallory", b"acme"))
        changed = self.folder / "changed.model"
        changed.write_bytes(good.read_bytes().replace(b"-1000000", b"-1000001"))
        cut = self.folder / "cut.model"
        cut.write_bytes(good.read_bytes()[:-20])
        unsigned = self.folder / "unsigned.model"
        self.run_words(SIGN, "pack", self.folder / "pumps-1.0.json", "--out", unsigned)
        large = self.folder / "large.model"
        large.write_bytes(good.read_bytes() + 13_000 * b" ")
        misspelt = body("4.0")
        misspelt["rules"][0]["limitt"] = 5
        for file, says in ((self.package(body("3.0"), key="mallory"), "key: mallory"), (forged, "not by this key"),
                           (changed, "another checksum"), (cut, "another checksum"),
                           (unsigned, "the package is not signed"), (large, "at most 12288"),
                           (self.package(misspelt), "did you mean limit"), (self.folder / "none", "cannot be read"),
                           (self.package({**body("1.0"), "about": "other"}), "give it another version")):
            run = self.ask("models", "upload", file)
            self.assertEqual(run.returncode, 1, f"{file}: {run.stdout}{run.stderr}")
            self.assertIn(says, run.stderr)
        for words, says in ((("2.0", "machine"), "no such package is here"), (("1.0", "no id!"), "ids of equipment")):
            run = self.ask("models", "deploy", "pumps", *words)
            self.assertEqual((run.returncode, says in run.stderr), (1, True), run.stderr)
        self.site("models", "upload", self.package(body("5.0", sensor="no-such")))
        for words, says in ((("1.0", "nowhere"), "belongs to the equipment nowhere"),
                            (("5.0", "machine"), "machine has no sensor no-such"),
                            (("1.0", "machine", "cold=1"), "no such parameter: cold=1")):
            self.site("models", "deploy", "pumps", *words)
            failed = self.settled("failed")
            self.assertIn(says, failed["problem"])
            self.assertEqual((failed["applied"], len(self.raised())), ("1.0", 1))
        self.assertEqual(self.ask("models", "uplaod", good).returncode, 2)
        self.kill("g1")
        self.assertEqual(self.ask("models").returncode, 3)
        self.assertEqual(self.ask("models", "check", forged).returncode, 1)
        self.assertIn("good: pumps 1.0, 1 rules", self.site("models", "check", good))

    def test_a_fleet_gets_a_package_through_the_hub_and_the_hub_sees_what_became_of_it(self):
        self.start_site("g1", "g2")
        package = self.package(body("1.0", rules=30))  # three pieces
        self.assertGreater(package.stat().st_size, 3_000)
        sent = self.hub("models", "upload", package, "g1", "g2", "--expires", "0")
        self.assertEqual(sent, "g1: pumps 1.0 is there\ng2: pumps 1.0 is there\n")
        self.hub("models", "deploy", "g1", "pumps", "1.0", "machine")
        self.hub("models", "deploy", "g2", "pumps", "1.0", "nowhere")

        def seen():
            rows = {each["gateway"]: each for each in self.hub("models", "--json")["models"]}
            return rows["g1"]["status"] == "deployed" and rows["g2"]["status"] == "failed" and rows
        rows = self.when(seen)
        self.assertEqual((rows["g1"]["applied"], rows["g2"]["applied"]), ("1.0", ""))
        self.assertIn("belongs to the equipment nowhere", rows["g2"]["problem"])
        self.when(lambda: len(self.raised("g1")) == 30)
        text = self.hub("models", "pumps", "--gateway", "g2")
        self.assertTrue(re.search("g2 +pumps +failed.*nowhere", text), text)
        # The gateway refuses, and the hub says what it said.
        run = self.run_words(HUB, "models", "upload", self.package(body("1.0", rules=2)), "g1", "--expires", "0",
                             "--store", self.folder / "hub.db")
        self.assertEqual((run.returncode, "give it another version" in run.stderr), (1, True), run.stderr)
        damaged = self.folder / "damaged.model"
        damaged.write_bytes(package.read_bytes()[:-9])
        run = self.run_words(HUB, "models", "upload", damaged, "g1", "--store", self.folder / "hub.db")
        self.assertEqual((run.returncode, "another checksum" in run.stderr), (1, True), run.stderr)
        self.hub("models", "undeploy", "g1", "pumps")
        self.when(lambda: not self.raised("g1"))

    def test_an_upload_goes_on_after_a_gateway_was_killed_and_a_link_was_cut(self):
        self.start_site("g1")
        package = self.package(body("1.0", rules=30))
        text = package.read_text("utf-8")
        # The first piece by hand, then kill -9 of the gateway.
        sha256 = subprocess.run(["sha256sum", package], capture_output=True, text=True, check=True).stdout[:64]

        def piece(offset, data):
            return self.hub("command", "g1", "models.upload", json.dumps(
                {"sha256": sha256, "bytes": package.stat().st_size, "offset": offset, "data": data}),
                            "--expires", "0", "--json")["result"]
        start = len(text[:1000].encode())
        self.assertEqual(piece(0, text[:1000])["answer"]["bytes_here"], start)
        self.assertEqual(piece(0, text[:1000])["answer"]["bytes_here"], start)  # twice
        self.kill("g1")
        self.start_gateway(broker=True)
        self.when(lambda: self.site("status", "--json")["link"]["phase"] == "online")
        self.assertEqual(piece(0, "")["answer"]["bytes_here"], start)
        late = self.run_words(HUB, "command", "g1", "models.upload", json.dumps(
            {"sha256": sha256, "bytes": package.stat().st_size, "offset": start + 500, "data": "x"}),
                              "--expires", "0", "--store", self.folder / "hub.db")
        self.assertEqual((late.returncode, "something is missing" in late.stderr), (1, True), late.stderr)
        self.assertEqual(self.hub("models", "upload", package, "g1", "--expires", "0"), "g1: pumps 1.0 is there\n")
        # Wanted while the link is cut, in force when it is back; and the last word is upstream's.
        self.broker.kill()
        self.when(lambda: self.site("status", "--json")["link"]["phase"] != "online")
        self.hub("models", "deploy", "g1", "pumps", "1.0", "machine", f"hot={HIGH}")
        self.site("models", "deploy", "pumps", "1.0", "machine")
        self.when(lambda: len(self.raised()) == 30)
        self.broker.start()
        self.settled("deployed", applied_with=f"hot={HIGH}")
        self.when(lambda: not self.raised())


if __name__ == "__main__":
    unittest.main(verbosity=2)
