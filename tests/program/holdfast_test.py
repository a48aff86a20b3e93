"""The program as people meet it: its words, its answers, its exit codes, its end."""

import json
import os
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

HOLDFAST = os.environ["HOLDFAST"]
SOON_S = 30  # a bound for what must happen at all, not for how fast


def holdfast(*words):
    run = subprocess.run([HOLDFAST, *words], capture_output=True, text=True, timeout=SOON_S, check=False)
    return run.returncode, run.stdout, run.stderr


class CommandLine(unittest.TestCase):
    def test_help_names_every_command_and_option(self):
        code, text, _ = holdfast("--help")
        self.assertEqual(code, 0)
        for word in ("run", "status", "sensors", "--state", "--replay", "--json", "Exit status"):
            self.assertIn(word, text)

    def test_a_slip_is_refused_with_the_word_that_was_meant(self):
        for words, meant in (
            (("staus",), "did you mean 'status'?"),
            (("run", "--sped", "3"), "did you mean '--speed'?"),
            (("run", "--speed", "0"), "a whole number from 1 to 100000"),
            (("run", "--speed"), "--speed needs a value"),
            (("run", "--gateway", "a/b"), "letters, digits"),
            (("run", "--generate", "3", "--replay", "x"), "choose one"),
            (("run", "--broker", "localhost:1883"), "right would be mqtt://HOST:PORT"),
            (("run", "--broker", "mqqt://localhost"), "did you mean 'mqtt://'?"),
            (("run", "--broker", "mqtt://me:secret@localhost"), "--password-file"),
            (("run", "--broker", "mqtt://localhost:0"), "from 1 to 65535"),
            (("run", "--broker", "mqtt://localhost:65536"), "from 1 to 65535"),
            (("run", "--broker", "mqtt://loc alhost"), "the host is no name"),
            (("run", "--broker", "mqtt://[::1"), "the host is no name"),
            (("run", "--broker", "wss://localhost/path"), "websockets always use /mqtt"),
            (("run", "--tenant", "a/b"), "letters, digits"),
            (("run", "--receipt", "me"), "hub or broker"),
            (("run", "--ca", "/no/such/file"), "that is there"),
            (("run", "--key", "a.key"), "belong together"),
            (("run", "--watchdog", "dog"), "a path like /dev/watchdog0"),
            (("update",), "update needs a bundle"),
        ):
            with self.subTest(words):
                code, _, text = holdfast(*words)
                self.assertEqual(code, 2)
                self.assertIn(meant, text)

    def test_a_machine_without_slots_is_not_updated(self):
        code, _, text = holdfast("update", "some.raucb")
        self.assertEqual(code, 1)
        self.assertIn("no second slot", text)

    def test_asking_where_no_gateway_runs_says_so(self):
        with tempfile.TemporaryDirectory() as state:
            code, _, text = holdfast("status", "--state", state)
        self.assertEqual(code, 3)
        self.assertIn("no gateway answers", text)


class SettingsWithoutAGateway(unittest.TestCase):
    def check(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(text)
            file.flush()
            return holdfast("settings", "check", file.name)

    def test_a_file_is_checked_with_all_its_problems_at_once(self):
        code, text, _ = self.check('{ // soon\n "durability": {"window": "30 s"} }')
        self.assertEqual((code, "good" in text), (0, True))
        code, _, text = self.check('{"durability":{"windw":"30 s","window":30},"coffee":1}')
        self.assertEqual((code, text.count("holdfast:")), (1, 3))
        self.assertIn("did you mean durability.window?", text)
        self.assertIn("'30' needs a unit", text)
        code, _, text = self.check('{\n  "durability": {\n}')
        self.assertEqual(code, 1)
        self.assertIn("line 3, column 2", text)

    def test_the_schema_is_json_and_knows_every_group(self):
        code, text, _ = holdfast("settings", "schema")
        self.assertEqual(code, 0)
        self.assertIn("durability", json.loads(text)["properties"])

    def test_a_slip_is_refused_with_what_was_meant(self):
        for words, meant in (
            (("hstory",), "did you mean 'history'?"),
            (("diff", "1"), "settings diff VERSION VERSION"),
            (("revert", "one"), "is no version"),
            (("set", "durability.window"), "write NAME=VALUE"),
            (("set", "durability.window=1h", "durability.batch_perid=1min"), "did you mean durability.batch_period?"),
        ):
            with self.subTest(words):
                code, _, text = holdfast("settings", *words)
                self.assertEqual(code, 2)
                self.assertIn(meant, text)


def folder_on_disk():
    """A new folder; where the usual place lies in memory, which a gateway would say, beside the program."""
    kind = subprocess.run(["stat", "--file-system", "--format=%T", tempfile.gettempdir()],
                          capture_output=True, text=True, check=True).stdout.strip()
    return tempfile.TemporaryDirectory(dir=Path(HOLDFAST).parent if kind in ("tmpfs", "ramfs") else None)


class RunningGateway(unittest.TestCase):
    def start(self, *words, folder=None):
        folder = folder or folder_on_disk()
        self.addCleanup(folder.cleanup)
        self.state = folder.name
        self.gateway = subprocess.Popen([HOLDFAST, "run", "--state", self.state, *words],
                                        stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end)

    def end(self):
        self.gateway.kill()
        self.gateway.wait()
        self.gateway.stderr.close()

    def status_when(self, holds):
        """The first status that holds, asked for again and again."""
        deadline = time.monotonic() + SOON_S
        while time.monotonic() < deadline and self.gateway.poll() is None:
            code, text, _ = holdfast("status", "--json", "--state", self.state)
            if code == 0 and holds(status := json.loads(text)):
                return status
        self.fail(f"never: {text} {self.gateway.stderr.read() if self.gateway.poll() else ''}")

    def replay(self, *rows):
        with tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False) as file:
            file.write("timestamp_ms,sensor_id,value\n" + "".join(row + "\n" for row in rows))
        self.addCleanup(Path(file.name).unlink)
        return file.name

    def test_generated_sensors_fill_the_window(self):
        self.start("--generate", "20")
        status = self.status_when(lambda s: s["window"]["readings"] >= 40)
        self.assertEqual(status["sensors"], 20)
        self.assertEqual(status["sampling"]["unknown"], 0)
        self.assertEqual(status["window"]["evicted"], 0)

    def test_a_recording_is_replayed_to_the_last_reading_and_its_values_shown(self):
        self.start("--replay", self.replay("0,flow,1.5", "0,heat,20", "1000,flow,1.25"), "--speed", "100")
        self.status_when(lambda s: s["window"]["readings"] == 3)
        code, text, _ = holdfast("sensors", "--json", "--state", self.state)
        self.assertEqual(code, 0)
        latest = {row["sensor"]: row["value"] for row in json.loads(text)["sensors"]}
        self.assertEqual(latest, {"flow": 1.25, "heat": 20})

    def test_a_fault_in_a_recording_is_told_with_its_line_before_anything_starts(self):
        self.start("--replay", self.replay("0,flow,1.5", "1000,flow,warm"))
        self.assertEqual(self.gateway.wait(SOON_S), 1)
        self.assertIn(":3:", self.gateway.stderr.read())

    def test_ends_well_when_asked_and_leaves_no_socket(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                self.start("--generate", "1")
                self.status_when(lambda s: True)
                self.gateway.send_signal(number)
                self.assertEqual(self.gateway.wait(SOON_S), 0)
                self.assertFalse(Path(self.state, "control").exists())
                self.gateway.stderr.close()

    def ask(self, *words):
        code, text, problem = holdfast(*words, "--json", "--state", self.state)
        self.assertEqual(code, 0, problem)
        return json.loads(text)

    def test_an_alert_is_raised_acknowledged_and_kept_over_a_kill(self):
        self.start("--generate", "2")
        self.status_when(lambda s: s["window"]["readings"] >= 2)
        self.ask("rules", "set", "hot", "condition=above", "limit=-1000", "pattern=machine/sensor-1", "latch=true")
        deadline = time.monotonic() + SOON_S
        while not self.ask("alerts", "list")["alerts"] and time.monotonic() < deadline:
            pass
        self.ask("alerts", "ack", "machine.sensor-1.hot", "note=on my way")
        self.gateway.kill()
        self.gateway.wait()
        self.start_again("--generate", "2")
        self.status_when(lambda s: True)
        (alert,) = self.ask("alerts", "list", "state=acknowledged")["alerts"]
        self.assertEqual((alert["id"], alert["episode"], alert["note"]), ("machine.sensor-1.hot", 1, "on my way"))

    def test_what_happened_is_told_over_a_kill_and_verifies(self):
        self.start("--generate", "1")
        self.status_when(lambda s: True)
        self.ask("equipment", "set", "pump-9", "name=Main")
        def whats():
            return [entry["what"] for entry in self.ask("activity", "--since", "all")["activity"]]
        deadline = time.monotonic() + SOON_S
        while time.monotonic() < deadline and 'equipment pump-9: name="Main"' not in whats():
            pass
        self.gateway.kill()
        self.gateway.wait()
        self.start_again("--generate", "1")
        self.status_when(lambda s: True)
        self.assertIn('equipment pump-9: name="Main"', whats())
        code, text, problem = holdfast("activity", "--verify", "--state", self.state)
        self.assertEqual(code, 0, problem)
        mark = text.split()[-1]
        self.assertEqual(holdfast("activity", "--verify", mark, "--state", self.state)[0], 0)
        other = "1:" + "0" * 64
        self.assertEqual(holdfast("activity", "--verify", other, "--state", self.state)[0], 1)
        for words, meant in ((("--kind", "edt"), "did you mean 'edit'?"), (("--since", "yesterday"), "2026-03-31"),
                             (("--verify", "812"), "NUMBER:DIGEST")):
            code, _, problem = holdfast("activity", *words, "--state", self.state)
            self.assertIn(code, (1, 2))
            self.assertIn(meant, problem)

    def test_a_slip_about_a_document_is_refused_with_what_was_meant(self):
        self.start("--generate", "1")
        self.status_when(lambda s: True)
        for words, code, meant in (
            (("equipment", "set", "pump", "stauts=fault"), 1, "did you mean 'status'?"),
            (("equipment", "set", "pump", "status=broken"), 1, "online offline maintenance"),
            (("equipment", "get", "nobody"), 1, "no such thing here: nobody"),
            (("nodes", "drain", "machin"), 1, "did you mean 'machine'?"),
            (("nodes", "remove", "gateway"), 1, "can be drained, not removed"),
            (("sensors", "set", "machine.sensr-0", "unit=bar"), 1, "did you mean 'sensor-0'?"),
            (("sensors", "set", "machine.sensor-0", "unti=bar"), 1, "did you mean 'unit'?"),
            (("equipment", "set", "pump"), 2, "at least one FIELD=VALUE"),
            (("alerts", "akc", "x"), 2, "did you mean 'ack'?"),
            (("alrets",), 2, "did you mean 'alerts'?"),
            (("conflicts", "restore", "twelve"), 2, "is not the number of a conflict"),
            (("conflicts", "restore", "12"), 1, "no conflict of that number"),
        ):
            with self.subTest(words):
                answered, _, text = holdfast(*words, "--state", self.state)
                self.assertEqual(answered, code)
                self.assertIn(meant, text)

    def ask(self, *words):
        """The answer to a command about the gateway, as JSON."""
        code, text, problem = holdfast(*words, "--json", "--state", self.state)
        self.assertEqual(code, 0, problem)
        return json.loads(text)

    def ask_until(self, holds, *words):
        deadline = time.monotonic() + SOON_S
        while time.monotonic() < deadline:
            if holds(answer := self.ask(*words)):
                return answer
        self.fail(f"never: {answer}")

    def test_files_and_edits_say_what_is_true_of_single_sensors(self):
        config = tempfile.TemporaryDirectory()
        self.addCleanup(config.cleanup)
        Path(config.name, "sensors.d").mkdir()
        Path(config.name, "sensors.json").write_text("""{ "machine": {  // as on the drawing
            "*": {"period_ms": 2000}, "sensor-0": {"unit": "bar", "high_limit": 250, "node": "plc-2"},
            "sensr-1": {"unit": "C"}, "sensor-1": {"unti": "C", "dead_band": "much"} },
            "machin": {} }""", "utf-8")
        Path(config.name, "sensors.d", "10.json").write_text('{"machine":{"sensor-0":{"unit":"psi"}}}', "utf-8")
        self.start("--generate", "3", "--config", config.name)
        self.status_when(lambda s: s["window"]["readings"] > 0)
        one = self.ask("sensors", "get", "machine.sensor-0")["in_force"]
        self.assertEqual((one["unit"], one["period_ms"], one["high_limit"]), ("psi", 2000, 250))
        self.ask("sensors", "set", "machine.sensor-0", "unit=kPa", "scale=0.1")
        told = self.ask_until(lambda a: a["reported"].get("unit") == "kPa", "sensors", "get", "machine.sensor-0")
        self.assertEqual((told["reported"]["scale"], told["in_force"]["scale"]), (0.1, 0.1))
        seen = self.ask_until(lambda a: a["sensors"], "equipment", "get", "machine")
        self.assertEqual([s["node"] for s in seen["sensors"]], ["plc-2", "machine", "machine"])
        self.gateway.terminate()
        self.gateway.wait(SOON_S)
        told = self.gateway.stderr.read()
        for meant in ("machine.sensr-1: there is no such sensor: did you mean 'sensor-",
                      "machine.sensor-1.unti: there is no such word: did you mean 'unit'?",
                      "machine.sensor-1.dead_band: not a value of this word: a number from 0",
                      "machin: there is no such equipment: did you mean 'machine'?"):
            self.assertIn(meant, told)

    def test_a_device_is_drained_enabled_and_removed_and_the_others_go_on(self):
        config = tempfile.TemporaryDirectory()
        self.addCleanup(config.cleanup)
        Path(config.name, "sensors.json").write_text('{"machine":{"sensor-0":{"node":"plc-2"}}}', "utf-8")
        self.start("--generate", "2", "--config", config.name)

        def node(name):
            return next(n for n in self.ask("nodes")["nodes"] if n["id"] == name)

        self.status_when(lambda s: True)
        self.ask_until(lambda a: all(n["readings"] > 0 for n in a["nodes"][1:]), "nodes")
        self.assertEqual([n["kind"] for n in self.ask("nodes")["nodes"]], ["gateway", "device", "device"])
        self.ask("nodes", "drain", "plc-2")
        self.ask_until(lambda a: a["metrics"]["state"] == "drained", "nodes", "get", "plc-2")
        before, others = node("plc-2")["readings"], node("machine")["readings"]
        self.ask_until(lambda a: a["metrics"]["readings"] > others + 2, "nodes", "get", "machine")
        self.assertEqual(node("plc-2")["readings"], before)
        self.ask("nodes", "enable", "plc-2")
        self.ask_until(lambda a: a["metrics"]["readings"] > before, "nodes", "get", "plc-2")
        self.ask("nodes", "remove", "plc-2")
        self.ask_until(lambda a: a["metrics"]["state"] == "removed", "nodes", "get", "plc-2")
        self.ask("nodes", "enable", "plc-2")
        self.ask_until(lambda a: a["metrics"]["state"] == "running", "nodes", "get", "plc-2")

    def test_equipment_is_found_by_id_status_tag_and_alerts(self):
        self.start("--generate", "2")
        self.status_when(lambda s: s["window"]["readings"] > 0)
        self.ask("equipment", "set", "pump", "tags=roof,wet", "status=maintenance")
        self.ask("rules", "set", "any", "condition=above", "limit=-1e9", "pattern=machine/*")
        for filters, found in (
            (("tag=wet",), ["pump"]), (("tag=dry",), []), (("status=maintenance",), ["pump"]),
            (("status=online",), ["machine"]), (("has_alerts=true",), ["machine"]),
        ):
            with self.subTest(filters):
                self.ask_until(lambda a, found=found: [e["id"] for e in a["equipment"]] == found,
                               "equipment", "list", *filters)
        self.assertEqual(self.ask("equipment", "get", "pump")["desired"]["tags"], "roof,wet")
        self.status_when(lambda s: s["alerts"]["raised"] == 2 and s["documents"]["edits"] > 0)

    def test_files_that_lie_in_memory_are_used_and_said_to_be_no_flash(self):
        kind = subprocess.run(["stat", "--file-system", "--format=%T", "/dev/shm"],
                              capture_output=True, text=True, check=False).stdout.strip()
        if kind != "tmpfs":
            self.skipTest("there is no file system in memory at /dev/shm")
        self.start("--generate", "5", folder=tempfile.TemporaryDirectory(dir="/dev/shm"))
        status = self.status_when(lambda s: s["sampling"]["kept"] > 0)
        self.assertEqual(status["queue"]["keeping"], "in_memory")
        self.assertFalse(self.ask("equipment", "set", "pump", "name=Pump")["on_flash"])

    def start_again(self, *words):
        self.gateway.stderr.close()
        self.gateway = subprocess.Popen([HOLDFAST, "run", "--state", self.state, *words],
                                        stderr=subprocess.PIPE, text=True)

    def test_what_was_taken_is_still_to_be_sent_after_an_orderly_restart(self):
        self.start("--generate", "5")
        taken = self.status_when(lambda s: s["sampling"]["kept"] >= 10)["sampling"]["kept"]
        self.gateway.terminate()
        self.assertEqual(self.gateway.wait(SOON_S), 0)
        self.start_again()
        queue = self.status_when(lambda s: True)["queue"]
        self.assertEqual(queue["keeping"], "on_flash")
        self.assertGreaterEqual(queue["rows_to_send"] * 5, taken - 5)

    def test_what_was_older_than_the_window_survives_a_kill_and_is_in_memory_again(self):
        self.start("--generate", "5")
        # When the third is cut, the second has been older than the window, and so is on flash.
        self.status_when(lambda s: s["forwarding"]["frames"] >= 3)
        self.gateway.kill()
        self.gateway.wait(SOON_S)
        self.start_again("--generate", "5")
        status = self.status_when(lambda s: s["queue"]["rows_to_send"] >= 8 and s["rehydrating"]["is_done"])
        self.assertEqual(status["queue"]["keeping"], "on_flash")
        self.assertEqual(status["heap_allocations_after_boot"], 0)
        back = status["rehydrating"]
        self.assertGreaterEqual(back["readings"], 8 * 5)
        self.assertEqual(back["frames_unreadable"] + back["frames_of_other_roster"] + back["readings_refused"], 0)
        window = self.status_when(lambda s: s["sampling"]["kept"] >= 10)["window"]
        self.assertGreaterEqual(window["readings"], back["readings"] + 10)

    def settings(self, *words):
        code, text, problem = holdfast("settings", *words, "--json", "--state", self.state)
        self.assertEqual(code, 0, problem)
        return json.loads(text)

    def value_of(self, path):
        return self.settings("get", path)["settings"][0]

    def test_settings_come_from_files_environment_and_edits_and_outlive_a_kill(self):
        config = tempfile.TemporaryDirectory()
        self.addCleanup(config.cleanup)
        Path(config.name, "conf.d").mkdir()
        Path(config.name, "holdfast.json").write_text('{"durability":{"window":"20 s"}} // slow', "utf-8")
        Path(config.name, "conf.d", "10.json").write_text('{"history.keep":"2 d","queue.refusals_max":9}', "utf-8")
        os.environ["HOLDFAST_HISTORY_KEEP"] = "3 d"
        self.addCleanup(os.environ.pop, "HOLDFAST_HISTORY_KEEP")
        self.start("--generate", "1", "--config", config.name)
        self.status_when(lambda s: s["queue"]["window_ms"] == 20_000)
        self.assertEqual(self.value_of("history.keep")["layer"], "environment")
        self.settings("set", "durability.window=30s", "--author", "anna")
        self.status_when(lambda s: s["queue"]["window_ms"] == 30_000)
        self.assertEqual(self.settings("confirm")["state"], "good")
        self.gateway.kill()
        self.gateway.wait()
        self.start_again("--config", config.name)
        self.status_when(lambda s: s["queue"]["window_ms"] == 30_000)
        self.assertEqual(self.value_of("durability.window")["layer"], "local")
        self.assertEqual([v["author"] for v in self.settings("history")["versions"]], ["anna", ""])
        self.assertEqual(self.settings("diff", "1", "2")["changes"],
                         [{"path": "durability.window", "from": "20 s", "to": "30 s"}])
        self.settings("set", "sensors.stale_after=1h")
        self.assertEqual(self.value_of("sensors.stale_after")["layer"], "local")
        self.settings("revert", "1")
        self.assertEqual(self.value_of("durability.window")["value"], "20 s")
        self.status_when(lambda s: s["heap_allocations_after_boot"] == 0)

    def test_a_wrong_file_of_settings_stops_nothing_and_is_told(self):
        config = tempfile.TemporaryDirectory()
        self.addCleanup(config.cleanup)
        Path(config.name, "holdfast.json").write_text('{"durability":{"window":"20"},"histroy.keep":"1 d"}', "utf-8")
        self.start("--generate", "1", "--config", config.name)
        self.status_when(lambda s: s["queue"]["window_ms"] == 10_000)
        self.assertIn("refused", self.settings()["files"])
        self.gateway.terminate()
        self.gateway.wait(SOON_S)
        told = self.gateway.stderr.read()
        self.assertIn("holdfast.json: durability.window: '20' needs a unit", told)
        self.assertIn("did you mean history.keep?", told)

    def roles_when(self, holds):
        """The link role, once it is so."""
        return self.status_when(lambda s: s["roles"] and holds(s["roles"][0]))["roles"][0]

    def kill_link(self, number):
        """Ends the link role of this gateway by a signal."""
        tasks = Path(f"/proc/{self.gateway.pid}/task")
        children = [int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()]
        self.assertEqual(len(children), 1)
        os.kill(children[0], number)

    def test_without_a_broker_there_is_no_link_role(self):
        self.start("--generate", "1")
        self.assertEqual(self.status_when(lambda s: True)["roles"], [])

    def test_the_link_role_runs_beside_the_core_and_comes_back_when_it_is_killed(self):
        self.start("--generate", "1", "--broker", "mqtt://127.0.0.1:1")
        role = self.roles_when(lambda role: role["runs"])
        self.assertEqual((role["role"], role["starts"], role["ends"]), ("link", 1, 0))
        self.assertGreater(role["resident_bytes"], 0)
        self.kill_link(signal.SIGKILL)
        role = self.roles_when(lambda role: role["starts"] == 2)
        self.assertEqual((role["ends"], role["end_signal"]), (1, 9))
        self.kill_link(signal.SIGSEGV)
        self.roles_when(lambda role: role["starts"] == 3)

    def test_the_core_does_not_map_what_only_the_link_needs(self):
        self.start("--generate", "1", "--broker", "mqtt://127.0.0.1:1")
        self.roles_when(lambda role: role["runs"])
        maps = Path(f"/proc/{self.gateway.pid}/maps").read_text("utf-8")
        for library in ("paho", "libssl", "libcrypto"):
            self.assertNotIn(library, maps)

    def test_the_link_role_goes_with_the_core_however_that_ends(self):
        self.start("--generate", "1", "--broker", "mqtt://127.0.0.1:1")
        self.roles_when(lambda role: role["runs"])
        tasks = Path(f"/proc/{self.gateway.pid}/task")
        child = next(iter(tasks.iterdir())).joinpath("children").read_text().split()[0]
        self.gateway.kill()
        self.gateway.wait()
        deadline = time.monotonic() + SOON_S
        while Path(f"/proc/{child}/exe").exists() and time.monotonic() < deadline:
            pass
        self.assertFalse(Path(f"/proc/{child}/exe").exists())

    def test_a_password_file_is_kept_as_a_secret_and_a_missing_one_is_told(self):
        with tempfile.NamedTemporaryFile("w", suffix=".password") as file:
            file.write("swordfish\n")
            file.flush()
            self.start("--generate", "1", "--broker", "mqtt://127.0.0.1:1", "--user", "pump", "--password-file", file.name)
            self.roles_when(lambda role: role["runs"])
        kept = [path for path in Path(self.state, "keys").iterdir() if b"swordfish" in path.read_bytes()]
        self.assertEqual([path.stat().st_mode & 0o077 for path in kept], [0])
        code, _, text = holdfast("run", "--state", self.state + "2", "--broker", "mqtt://127.0.0.1:1",
                                 "--password-file", "/no/such/file")
        self.assertEqual(code, 1)
        self.assertIn("/no/such/file: cannot be read", text)

    def test_a_second_gateway_on_the_same_state_is_refused(self):
        self.start("--generate", "1")
        self.status_when(lambda s: True)
        code, _, text = holdfast("run", "--state", self.state)
        self.assertEqual(code, 1)
        self.assertIn("busy", text)
        self.status_when(lambda s: True)


if __name__ == "__main__":
    unittest.main()
