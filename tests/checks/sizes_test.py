"""The size report, tried on rooms that call the heap: the only proof that it would see one."""

import json
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]

PROJECT = f"""
cmake_minimum_required(VERSION 3.25)
project(planted LANGUAGES CXX)
include({TOP}/tools/rooms/room.cmake)
room(core_with_malloc FLOOR stores SOURCES core_with_malloc.cpp)
room(core_with_new FLOOR flows SOURCES core_with_new.cpp)
room(core_in_order FLOOR wire SOURCES core_in_order.cpp)
room(core_before_the_heap FLOOR lifecycle SOURCES core_before_the_heap.cpp)
room(outer_with_malloc FLOOR platform SOURCES outer_with_malloc.cpp)
"""

MALLOC = "#include <cstdlib>\nvoid* room_for_one();\nvoid* room_for_one() { return std::malloc(1); }\n"
SOURCES = {
    "core_with_malloc": MALLOC,
    "core_with_new": "int* one();\nint* one() { return new int(1); }\n",
    "core_in_order": "int fill(volatile char* bytes);\nint keep_a_thousand();\n"
    "int keep_a_thousand() {\n  char bytes[1000];\n  return fill(bytes);\n}\n",
    "core_before_the_heap": 'extern "C" {\nvoid* __libc_malloc(unsigned long bytes);\n'
    "void* malloc(unsigned long bytes) noexcept { return __libc_malloc(bytes); }\n}\n",
    "outer_with_malloc": MALLOC,
}


class Sizes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        house = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, house)
        (house / "CMakeLists.txt").write_text(PROJECT)
        for room, text in SOURCES.items():
            (house / f"{room}.cpp").write_text(text)
        tree = house / "tree"
        for command in (["cmake", "-G", "Ninja", "-S", house, "-B", tree], ["cmake", "--build", tree]):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        command = [TOP / "tools/rooms/measure", tree, "--json"]
        cls.run_of_it = subprocess.run(command, capture_output=True, text=True, check=False)
        cls.rooms = {room["room"]: room for room in json.loads(cls.run_of_it.stdout)}

    def test_a_planted_malloc_in_a_core_room_fails_with_a_sentence(self):
        self.assertEqual(self.run_of_it.returncode, 1)
        self.assertIn("core_with_malloc is a core room and calls the heap: malloc", self.run_of_it.stderr)

    def test_a_planted_new_is_seen_by_its_plain_name(self):
        self.assertIn("core_with_new is a core room and calls the heap: operator new", self.run_of_it.stderr)

    def test_a_core_room_in_order_is_not_named(self):
        self.assertNotIn("core_in_order", self.run_of_it.stderr)

    def test_the_room_that_stands_before_the_heap_may_hand_on_to_it(self):
        self.assertEqual(self.rooms["core_before_the_heap"]["heap"], [])
        self.assertNotIn("core_before_the_heap", self.run_of_it.stderr)

    def test_the_outer_floors_may_call_the_heap_and_it_shows(self):
        self.assertEqual(self.rooms["outer_with_malloc"]["heap"], ["malloc"])
        self.assertNotIn("outer_with_malloc", self.run_of_it.stderr)

    def test_the_largest_frame_is_named(self):
        room = self.rooms["core_in_order"]
        self.assertGreaterEqual(room["stack"], 1000)
        self.assertIn("keep_a_thousand", room["stack_function"])


if __name__ == "__main__":
    unittest.main()
