"""A gateway, a real broker and a hub: documents edited at both ends, and commands.

usage: HOLDFAST=… HOLDFAST_HUB=… state_in_test.py      programs holdfast and holdfast-hub
"""

import contextlib
import json
import sqlite3
import subprocess
import time
import unittest
from pathlib import Path

from both_ends import HOLDFAST, HUB, BothEnds

PUMP = "equipment/pump-1"
MANY = 60
PAGE = (Path(__file__).resolve().parents[2] / "docs/operating.md").read_text("utf-8")


class State(BothEnds):
    def setUp(self):
        super().setUp()
        self.start_broker()
        self.start_gateway()
        self.start_hub()
        self.when(lambda: self.hub("status", "--json")["gateways"][0]["online"])

    def start_gateway(self):
        self.start("gateway", HOLDFAST, "run", "--state", self.folder / "state", "--gateway", "g1", "--generate", "3",
                   *self.broker_words())

    def site(self, *words):
        return self.good_words(HOLDFAST, *words, "--json", "--state", self.folder / "state")

    def name_at_hub(self, thing=PUMP):
        return self.hub("documents", "--gateway", "g1", *thing.split("/"), "--json")["documents"][0]["desired"]["name"]

    def name_at_site(self, thing=PUMP):
        return self.site("equipment", "get", thing.split("/")[1])["desired"]["name"]

    def cut_the_link(self):
        self.broker.kill()
        self.when(lambda: self.site("status")["link"]["phase"] != "online")

    # What is promised.

    def test_both_ends_edit_while_the_link_is_cut_then_agree_and_people_settle_it_as_the_page_says(self):
        self.site("equipment", "set", "pump-1", "name=Pump")
        self.set_rules()
        self.when(lambda: self.name_at_hub() == "Pump")
        self.cut_the_link()
        self.site("equipment", "set", "pump-1", "name=Anna's", "--author", "anna")
        time.sleep(0.01)  # the hub's word is the later one
        self.hub("set", "g1", PUMP, "name=the hub's", "location=Hall 3", "--author", "ops")
        self.edit_rules_apart()
        self.assertEqual((self.name_at_site(), self.name_at_hub()), ("Anna's", "the hub's"))
        self.broker.start()
        self.when(lambda: self.name_at_site() == "the hub's")
        self.assertEqual(self.site("equipment", "get", "pump-1")["desired"]["location"], "Hall 3")

        loss = self.when(lambda: [each for each in self.hub("audit", "--gateway", "g1", "--json")["losses"]
                                  if each["lost"] == "Anna's"])[0]
        self.assertEqual((loss["lost_by"], loss["won_by"], loss["id"]), ("anna", "ops", "pump-1"))
        there = [each for each in self.site("conflicts", "list", "id=pump-1")["conflicts"] if each["lost"] == "Anna's"]
        self.assertEqual((there[0]["lost_by"], there[0]["won_by"]), ("anna", "ops"))
        self.page("holdfast-hub restore press-7 12")
        self.hub("restore", "g1", loss["number"], "--author", "ops")
        self.when(lambda: self.name_at_site() == "Anna's")
        self.assertEqual(self.name_at_hub(), "Anna's")
        self.settle_rules_as_the_page_says()

    def open_at_site(self):
        return self.site(*self.page("holdfast conflicts list collection=rules"))["open"]

    def open_at_hub(self):
        return self.hub("audit", "--gateway", "g1", "rules", "--json")["open"]

    def limits(self, rule):
        at_hub = self.hub("documents", "--gateway", "g1", "rules", rule, "--json")["documents"][0]
        return self.site("rules", "get", rule)["desired"]["limit"], at_hub["desired"]["limit"]

    def page(self, command):
        """The words of a command that docs/operating.md tells people to type."""
        self.assertIn(command, PAGE, "the page says something else")
        return command.replace("press-7", "g1").split()[1:]

    def set_rules(self):
        for rule in ("hot", "worn"):
            self.site("rules", "set", rule, "condition=above", "limit=80", "pattern=pump-1/*", "severity=critical")
            self.when(lambda rule=rule: self.limits(rule) == (80, 80))

    def edit_rules_apart(self):
        for rule in ("hot", "worn"):
            self.site("rules", "set", rule, "limit=85", "--author", "anna")
            self.hub("set", "g1", f"rules/{rule}", "limit=90", "--author", "ops")

    def settle_rules_as_the_page_says(self):
        told = [{"collection": "rules", "id": rule, "field": "limit", "site": 85, "site_by": "anna",
                 "upstream": 90, "upstream_by": "ops"} for rule in ("hot", "worn")]
        self.when(lambda: (self.open_at_site(), self.open_at_hub()) == (told, told))
        self.assertEqual(self.limits("hot"), (85, 85), "the site's is in effect at both ends")
        text = self.run_words(HOLDFAST, *self.page("holdfast conflicts list collection=rules"),
                              "--state", self.folder / "state").stdout
        self.assertRegex(text, r"(?s)open\n.*rules +hot +limit +85 +anna +90 +ops")
        self.assertIn("open  rules/hot limit: 85 by anna at the site, in effect; 90 by ops upstream",
                      self.hub("audit", "--gateway", "g1", "rules", "hot"))

        self.site(*self.page("holdfast rules set hot limit=90"))
        self.when(lambda: self.limits("hot") == (90, 90) and self.open_at_hub() == told[1:])
        self.hub(*[word.replace("hot", "worn") for word in self.page("holdfast-hub set press-7 rules/hot limit=90")])
        self.when(lambda: self.limits("worn") == (90, 90))
        self.assertEqual((self.open_at_site(), self.open_at_hub()), ([], []))

    def test_all_is_pushed_and_all_is_pulled(self):
        self.cut_the_link()
        for number in range(MANY):
            self.site("equipment", "set", f"site-{number}", f"name=site {number}")
            self.hub("set", "g1", f"equipment/hub-{number}", f"name=hub {number}")
        self.broker.start()
        self.when(lambda: self.site("status")["link"]["phase"] == "online")
        self.site("sync", "push")
        self.when(lambda: self.hub("documents", "--gateway", "g1").count("equipment/site-") == MANY)
        self.site("sync", "pull")
        names = {f"{end}-{number}" for end in ("site", "hub") for number in range(MANY)}
        self.when(lambda: names <= {each["id"] for each in self.site("equipment", "list")["equipment"]})

    def test_a_hub_killed_between_edit_and_delivery_delivers_it_later(self):
        self.kill("hub")
        self.hub("set", "g1", PUMP, "name=from the store")
        self.start_hub()
        self.when(lambda: self.name_at_site() == "from the store")

    def test_a_command_is_done_once_and_in_time_and_its_result_is_kept(self):
        self.hub("command", "g1", "equipment.set", '{"id":"pump-1","set":{"name":"by command"}}', "--id", "c-1",
                 "--expires", "0")
        self.when(lambda: self.name_at_site() == "by command")
        self.site("equipment", "set", "pump-1", "name=by hand")
        again = self.run_words(HUB, "command", "g1", "equipment.set", '{"id":"pump-1","set":{"name":"by command"}}',
                               "--id", "c-1", "--store", self.folder / "hub.db")
        self.assertEqual((again.returncode, "was sent before" in again.stderr), (0, True))
        self.publish({"v": 1, "id": "c-1", "verb": "equipment.set",
                      "arguments": {"id": "pump-1", "set": {"name": "by command"}}})
        # What comes behind it has been done: so the one before was passed over.
        self.assertIn('"ok":true', self.hub("command", "g1", "status", "--expires", "0"))
        self.assertEqual(self.name_at_site(), "by hand")

        self.publish({"v": 1, "id": "c-2", "expires_utc_ms": 1, "verb": "equipment.set",
                      "arguments": {"id": "pump-1", "set": {"name": "too late"}}})
        late = self.when(lambda: self.result_of("c-2"))
        # busy: this machine's clock is kept by nobody, so the gateway does not know what the time is.
        self.assertIn((late["ok"], late["status"]), ((False, "stale"), (False, "busy")))
        self.assertEqual(self.name_at_site(), "by hand")

        unknown = self.run_words(HUB, "command", "g1", "no.such.verb", "--expires", "0",
                                 "--store", self.folder / "hub.db")
        self.assertEqual(unknown.returncode, 1, unknown.stdout)
        self.assertIn("the gateway says", unknown.stderr)

    def activity_at_hub(self, period):
        self.site("settings", "set", f"uplink.health.period={period}")  # it connects anew, and says how it is
        return self.when(lambda: self.hub("status", "--json")["gateways"][0]["activity"])

    def test_an_activity_that_was_replaced_is_told_until_somebody_accepts_as_the_page_says(self):
        for number in range(8):
            self.site("equipment", "set", "pump-1", f"name=Pump {number}")
        self.assertEqual(self.activity_at_hub("10s")["fault"], "none")
        self.when(lambda: self.hub("status", "--json")["gateways"][0]["activity"]["number"] > 8)
        self.kill("gateway")
        for file in self.folder.glob("state/**/state.db*"):
            file.unlink()
        self.start_gateway()
        self.when(lambda: self.site("status"))
        self.activity_at_hub("11s")
        self.when(lambda: self.hub("status", "--json")["gateways"][0]["activity"]["fault"] == "went_back")
        self.assertIn(" IT went back from entry ", self.hub("status"))
        self.assertIn("default/g1: its activity went back", (self.folder / "hub.log").read_text("utf-8"))
        told = self.run_words(HUB, "verify", "--store", self.folder / "hub.db")
        self.assertEqual(told.returncode, 1, told.stdout)
        self.assertIn("1 chains of activity are not what they were", told.stdout)
        self.hub(*self.page("holdfast-hub accept press-7"))
        self.assertEqual(self.hub("status", "--json")["gateways"][0]["activity"]["fault"], "none")

    def publish(self, command):
        subprocess.run(["mosquitto_pub", "-p", str(self.broker.port), "-q", "1", "-t", "holdfast/v1/default/g1/command",
                        "-m", json.dumps(command)], check=True)

    def result_of(self, command):
        with contextlib.closing(sqlite3.connect(self.folder / "hub.db")) as store:
            rows = store.execute("SELECT result FROM command WHERE name = ?", (command,)).fetchall()
        return json.loads(rows[0][0])["result"] if rows else None


if __name__ == "__main__":
    unittest.main(verbosity=2)
