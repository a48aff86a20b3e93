"""The checks themselves, tried on planted faults: a check that cannot fail checks nothing."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


class PlantedFault(unittest.TestCase):
    """A small house in a folder of its own, into which each test plants one fault."""

    def setUp(self):
        self.house = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.house)
        self.plant("src/vocabulary/time.h", "// Time.\n#pragma once\n")
        self.plant("src/wire/frame.h", "// Frames.\n#pragma once\n")
        self.plant("src/flows/uplink/uplink.h", "// The way up.\n#pragma once\n")
        for room in ("src/vocabulary", "src/wire", "src/stores/alerts", "src/stores/nodes"):
            self.plant(f"{room}/CMakeLists.txt", "room(x)\n")

    def plant(self, path, text):
        target = self.house / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def verdict(self, check):
        command = [str(TOP / "tools/checks" / check), str(self.house)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        return run.returncode, run.stdout

    def assert_caught(self, check, *words):
        code, text = self.verdict(check)
        self.assertEqual(code, 1, text)
        for word in words:
            self.assertIn(word, text)

    def assert_clean(self, check):
        code, text = self.verdict(check)
        self.assertEqual(code, 0, text)


class Floors(PlantedFault):
    def test_a_house_in_order_passes(self):
        self.plant("src/stores/alerts/alerts.h", '#include "vocabulary/time.h"\n#include <span>\n')
        self.assert_clean("floors")

    def test_an_upward_include_is_named_with_file_and_line(self):
        self.plant("src/stores/alerts/alerts.h", '\n#include "flows/uplink/uplink.h"\n')
        self.assert_caught("floors", "src/stores/alerts/alerts.h:2: stores may not see flows")

    def test_a_neighbour_on_the_same_floor_is_refused(self):
        self.plant("src/stores/nodes/nodes.h", "#pragma once\n")
        self.plant("src/stores/alerts/alerts.cpp", '#include "stores/nodes/nodes.h"\n')
        self.assert_caught("floors", "src/stores/alerts/alerts.cpp:1:", "never see each other")

    def test_a_room_may_see_its_own_headers(self):
        self.plant("src/stores/alerts/alerts.h", "#pragma once\n")
        self.plant("src/stores/alerts/alerts.cpp", '#include "stores/alerts/alerts.h"\n')
        self.assert_clean("floors")

    def test_a_foreign_header_outside_its_home_is_refused_with_the_home(self):
        self.plant("src/stores/alerts/alerts.cpp", "#include <sqlite3.h>\n")
        self.assert_caught("floors", "alerts.cpp:1:", "<sqlite3.h>", "src/files/database")

    def test_a_foreign_header_at_home_is_welcome(self):
        self.plant("src/wire/json.cpp", "#include <cjson/cJSON.h>\n")
        self.assert_clean("floors")

    def test_a_climbing_path_is_refused(self):
        self.plant("src/wire/json.cpp", '#include "../vocabulary/time.h"\n')
        self.assert_caught("floors", "src/wire/json.cpp:1:", "..")


class Tidy(PlantedFault):
    def test_a_banned_call_is_named_with_what_to_use_instead(self):
        for call, instead in (
            ("auto t = std::chrono::steady_clock::now();", "take `now` as an argument"),
            ("auto t = time(nullptr);", "take `now` as an argument"),
            ("usleep(1);", "deadline"),
            ("auto* p = new int;", "config/limits"),
            ("void* p = malloc(1);", "config/limits"),
            ("std::string s;", "FixedString"),
            ("std::function<void()> f;", "function pointer"),
            ("throw 1;", "Status or Result"),
        ):
            with self.subTest(call):
                self.plant("src/wire/frame.cpp", f"void f() {{\n  {call}\n}}\n")
                self.assert_caught("tidy", "src/wire/frame.cpp:2:", instead)

    def test_words_in_comments_and_texts_are_not_calls(self):
        self.plant("src/wire/frame.cpp", '// new malloc(\nconst char* k = "throw std::string time(";\n')
        self.assert_clean("tidy")

    def test_an_allowance_needs_its_reason(self):
        self.plant("src/wire/a.cpp", "// tidy: allow heap: the seal itself\nvoid* p = malloc(1);\n")
        self.assert_clean("tidy")
        self.plant("src/wire/a.cpp", "// tidy: allow heap\nvoid* p = malloc(1);\n")
        self.assert_caught("tidy", "src/wire/a.cpp:2:")

    def test_the_heap_is_banned_in_the_core_only(self):
        self.plant("tests/unit/a_test.cpp", "std::string s;\n")
        self.assert_clean("tidy")

    def test_a_function_of_61_lines_is_named_and_one_of_60_is_not(self):
        body = "  ;\n"
        self.plant("src/wire/a.cpp", "void Frame::grow(int a) const {\n" + body * 58 + "}\n")
        self.assert_clean("tidy")
        self.plant("src/wire/a.cpp", "void Frame::grow(int a) const {\n" + body * 59 + "}\n")
        self.assert_caught("tidy", "src/wire/a.cpp:1: Frame::grow() has 61 lines")

    def test_a_class_may_be_longer_than_a_function(self):
        self.plant("src/wire/a.h", "// A.\n#pragma once\nclass A {\n" + "  int f() { return 1; }\n" * 70 + "};\n")
        self.assert_clean("tidy")

    def test_a_table_set_by_hand_may_be_wider_than_code(self):
        wide = "int a;  // " + "x" * 120 + "\n"
        self.plant("src/wire/a.cpp", "// clang-format off\n" + wide + "// clang-format on\n")
        self.assert_clean("tidy")
        self.plant("src/wire/a.cpp", "// clang-format off\n// clang-format on\n" + wide)
        self.assert_caught("tidy", "src/wire/a.cpp:3:")

    def test_a_hiding_name_is_refused(self):
        self.plant("src/wire/frame_utils.h", "// U.\n#pragma once\n")
        self.assert_caught("tidy", "frame_utils.h:1:", "name the idea")

    def test_a_header_without_a_first_sentence_is_refused(self):
        self.plant("src/wire/a.h", "#pragma once\n")
        self.assert_caught("tidy", "src/wire/a.h:1:", "opens with a sentence")


class Rooms(PlantedFault):
    def configure(self, room):
        self.plant("CMakeLists.txt", "cmake_minimum_required(VERSION 3.25)\nproject(planted LANGUAGES NONE)\n"
                   f"include({TOP}/tools/rooms/room.cmake)\n"
                   "room(alerts FLOOR stores HEADERS alerts.h)\nroom(frames FLOOR wire HEADERS alerts.h)\n" + room)
        self.plant("alerts.h", "#pragma once\n")
        command = ["cmake", "-G", "Ninja", "-S", str(self.house), "-B", str(self.house / "build")]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        return run.returncode, " ".join((run.stdout + run.stderr).split())

    def test_a_downward_use_configures(self):
        code, text = self.configure("room(uplink FLOOR flows USES alerts frames HEADERS alerts.h)\n")
        self.assertEqual(code, 0, text)

    def test_an_upward_use_stops_with_a_sentence(self):
        code, text = self.configure("room(bad FLOOR wire USES alerts HEADERS alerts.h)\n")
        self.assertNotEqual(code, 0)
        self.assertIn("bad (wire) may not use alerts (stores)", text)

    def test_a_sideways_use_stops_with_a_sentence(self):
        code, text = self.configure("room(nodes FLOOR stores USES alerts HEADERS alerts.h)\n")
        self.assertNotEqual(code, 0)
        self.assertIn("nodes (stores) may not use alerts (stores)", text)

    def test_a_floor_nobody_knows_stops_with_a_sentence(self):
        code, text = self.configure("room(attic_room FLOOR attic HEADERS alerts.h)\n")
        self.assertNotEqual(code, 0)
        self.assertIn("there is no floor 'attic'", text)


class Docs(unittest.TestCase):
    def test_the_floor_table_in_the_architecture_page_is_the_one_in_force(self):
        page = (TOP / "docs/architecture.md").read_text().split("<!-- floors -->")[1].split("\n\n")[0]
        rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.strip().splitlines()[2:]]
        shown = [(floor, folder, "" if "standard library" in sees else sees) for floor, folder, _, sees in rows]
        lines = (TOP / "tools/rooms/floors.txt").read_text().splitlines()
        words = [line.split() for line in lines if line and not line.startswith("#")]
        self.assertEqual(shown, [(floor, folder, " ".join(sees)) for floor, folder, *sees in words])


if __name__ == "__main__":
    unittest.main()
