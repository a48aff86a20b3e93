"""The project's own source files, read once for every check, and the floors they belong to."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOMS = Path(__file__).resolve().parent.parent / "rooms"
FOLDERS = ("src", "hal", "platform", "config", "tests", "tools")
ENDINGS = (".h", ".cpp")


@dataclass(frozen=True)
class Floor:
    name: str
    folder: str
    sees: frozenset


def table(path):
    """Rows of words of a text file, comments and blank lines left out."""
    for line in path.read_text().splitlines():
        words = line.split("#", 1)[0].split()
        if words:
            yield words


def floors():
    return [Floor(name, folder, frozenset(sees)) for name, folder, *sees in table(ROOMS / "floors.txt")]


def within(path, folder):
    return path == folder or path.startswith(folder + "/")


def floor_of(path, all_floors):
    """The floor whose folder is the longest that holds `path`, or None."""
    homes = [floor for floor in all_floors if within(path, floor.folder)]
    return max(homes, key=lambda floor: len(floor.folder), default=None)


def files(root):
    """Paths below `root`, as text, of every source file of ours."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in ENDINGS and path.is_file():
                yield path.relative_to(root).as_posix()


def room_of(root, path):
    """The folder of the room a file belongs to: the nearest one above it that declares a room()."""
    folder = (root / path).parent
    while folder != root:
        listing = folder / "CMakeLists.txt"
        if listing.is_file() and re.search(r"^room\(", listing.read_text(), re.MULTILINE):
            return folder.relative_to(root).as_posix()
        folder = folder.parent
    return None


_HIDDEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""", re.DOTALL
)


def _blank(match):
    text = match.group(0)
    if text[0] == "'" and match.start() > 0 and match.string[match.start() - 1].isdigit():
        return text  # a digit separator: 10'000
    return re.sub(r"[^\n]", " ", text)


def code_only(text):
    """The text with comments, strings and characters blanked out; every line keeps its number."""
    return _HIDDEN.sub(_blank, text)
