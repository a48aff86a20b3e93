#!/usr/bin/env python3
"""Makes the two file trees of an image, root and initramfs, out of Debian's packages and our own files.

usage: tree.py --packages FOLDER --config FOLDER --programs FOLDER --readelf PROGRAM --out FOLDER

--packages holds unpacked packages with their `manifest` and `owners` (tools/shell/sysroot.sh). Programs come with
every library that they are linked to, by their own NEEDED entries; modules with all they need, by depmod. Whatever
is not found stops the build with a sentence. Writes OUT/root, OUT/early and OUT/used: the packages that gave a file.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

LIBRARY_FOLDERS = ("lib/arm-linux-gnueabihf", "usr/lib/arm-linux-gnueabihf", "lib", "usr/lib")
LIBRARIES = "usr/lib/arm-linux-gnueabihf"
LOADER = "ld-linux-armhf.so.3"
EARLY_APPLETS = ("sh", "cat", "mount", "umount", "modprobe", "sed", "tr", "usleep", "sleep", "reboot", "switch_root",
                 "dd", "grep")
EARLY_PROGRAMS = ("sbin/dmsetup",)  # the verified root
FOLDERS = ("data", "dev", "proc", "run", "sys", "tmp", "usr/bin", "usr/lib", "etc/holdfast", "var/lib")
LINKS = {"bin": "usr/bin", "sbin": "usr/bin", "lib": "usr/lib", "usr/sbin": "bin", "var/lib/holdfast": "../../data/holdfast",
         "var/run": "../run", "var/tmp": "../tmp", "etc/resolv.conf": "../run/resolv.conf",
         "etc/mtab": "../proc/mounts", "etc/holdfast/model-keys": "../../run/model-keys", "etc/dropbear": "../data/ssh"}


def fail(sentence):
    sys.exit(f"image: {sentence}")


def table(file):
    """The lines of a table in config/image, as lists of words; comments left out."""
    for line in file.read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split()


class Packages:
    """Debian's packages, unpacked into one folder."""

    def __init__(self, folder):
        self.folder = folder
        self.used = set()
        self.owners = {}
        for line in (folder / "owners").read_text().splitlines():
            package, path = line.split(" ", 1)
            self.owners[path.lstrip("/")] = package

    def take(self, path):
        """The file itself, links followed; its package is used from now on."""
        file = self.folder / path
        seen = 0
        while file.is_symlink():
            target = os.readlink(file)
            file = self.folder / target.lstrip("/") if target.startswith("/") else file.parent / target
            seen += 1
            if seen > 8:
                break
        if not file.is_file():
            fail(f"{path} is in no package: see config/image and tools/shell/packages.txt")
        real = os.path.normpath(file.relative_to(self.folder))
        self.used.add(self.owners[real])
        return file

    def library(self, name):
        for folder in LIBRARY_FOLDERS:
            if (self.folder / folder / name).exists():
                return self.take(f"{folder}/{name}")
        return fail(f"no package has the library {name}")


class Tree:
    """A tree under construction: every file with a mode that does not depend on who builds."""

    def __init__(self, folder, packages, readelf):
        self.folder, self.packages, self.readelf = folder, packages, readelf
        folder.mkdir(parents=True)
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        for name, target in LINKS.items():
            (folder / name).symlink_to(target)
        self.put_library(LOADER, "usr/lib")

    def put(self, source, path, mode=0o644):
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        target.chmod(mode)

    def put_program(self, source, path):
        self.put(source, path, 0o755)
        self.put_libraries_of(source)

    def put_libraries_of(self, file):
        text = subprocess.run([self.readelf, "-d", file], capture_output=True, text=True, check=True).stdout
        for name in re.findall(r"\(NEEDED\).*\[(.*)\]", text):
            if name != LOADER and not (self.folder / LIBRARIES / name).exists():
                self.put_library(name, LIBRARIES)

    def put_library(self, name, folder):
        source = self.packages.library(name)
        self.put(source, f"{folder}/{name}", 0o755)
        self.put_libraries_of(source)

    def put_busybox(self, applets):
        self.put_program(self.packages.take("bin/busybox"), "usr/bin/busybox")
        for applet in applets:
            link = self.folder / "usr/bin" / applet
            if not link.exists() and not link.is_symlink():
                link.symlink_to("busybox")


class Modules:
    """The kernel's modules, and what each needs."""

    def __init__(self, packages):
        self.packages = packages
        versions = sorted(p.name for p in (packages.folder / "lib/modules").iterdir())
        if len(versions) != 1:
            fail(f"one kernel was expected among the packages, not {versions}")
        self.version = versions[0]
        subprocess.run(["depmod", "--basedir", packages.folder, self.version], check=True)
        self.folder = packages.folder / "lib/modules" / self.version
        self.needs, self.paths = {}, {}
        for line in (self.folder / "modules.dep").read_text().splitlines():
            path, _, needed = line.partition(":")
            self.paths[self.name_of(path)] = path
            self.needs[self.name_of(path)] = [self.name_of(p) for p in needed.split()]

    @staticmethod
    def name_of(path):
        return Path(path).name.removesuffix(".ko").replace("-", "_")

    def with_needs(self, names):
        wanted = set()
        for name in names:
            plain = name.replace("-", "_")
            if plain not in self.paths:
                fail(f"the kernel {self.version} has no module {name}: see config/image/modules.txt")
            wanted |= {plain, *self.needs[plain]}
        return wanted

    def put_into(self, tree, names):
        for name in sorted(self.with_needs(names)):
            path = f"lib/modules/{self.version}/{self.paths[name]}"
            tree.put(self.packages.take(path), f"usr/{path}")
        for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
            shutil.copyfile(self.folder / name, tree.folder / "usr/lib/modules" / self.version / name)
        subprocess.run(["depmod", "--basedir", tree.folder / "usr", self.version], check=True)
        for file in (tree.folder / "usr/lib/modules" / self.version).glob("modules.*"):
            if file.name not in ("modules.dep", "modules.alias", "modules.symbols"):
                file.unlink()


def put_own_files(tree, overlay):
    for source in sorted(overlay.rglob("*")):
        if source.is_file():
            executable = os.access(source, os.X_OK)
            tree.put(source, source.relative_to(overlay), 0o755 if executable else 0o644)


def put_certificates(tree, packages):
    texts = []
    for path in sorted(packages.owners):
        if path.startswith("usr/share/ca-certificates/mozilla/") and path.endswith(".crt"):
            texts.append(packages.take(path).read_text())
    target = tree.folder / "etc/ssl/certs/ca-certificates.crt"
    target.parent.mkdir(parents=True)
    target.write_text("".join(texts))


def list_applets(packages):
    busybox = packages.take("bin/busybox")
    text = subprocess.run(["qemu-arm-static", "-L", packages.folder, busybox, "--list"],
                          capture_output=True, text=True, check=True).stdout
    return [name for name in text.split() if name != "busybox"]


def make_root(options, packages, modules, by_time, readelf):
    tree = Tree(options.out / "root", packages, readelf)
    for path, *_ in table(options.config / "programs.txt"):
        tree.put_program(packages.take(path), f"usr/bin/{Path(path).name}")
    tree.put_busybox(list_applets(packages))
    for program in sorted(options.programs.iterdir()):
        tree.put_program(program, f"usr/bin/{program.name}")
    modules.put_into(tree, by_time["boot"] + by_time["later"])
    (tree.folder / "etc/modules").write_text("".join(f"{name}\n" for name in by_time["boot"]))
    put_certificates(tree, packages)
    put_own_files(tree, options.config / "root")


def make_early(options, packages, modules, by_time, readelf):
    tree = Tree(options.out / "early", packages, readelf)
    (tree.folder / "root").mkdir()
    for path in EARLY_PROGRAMS:
        tree.put_program(packages.take(path), f"usr/bin/{Path(path).name}")
    tree.put_busybox(EARLY_APPLETS)
    modules.put_into(tree, by_time["early"])
    (tree.folder / "modules").write_text("".join(f"{name}\n" for name in by_time["early"]))
    put_own_files(tree, options.config / "early")


def main():
    parser = argparse.ArgumentParser()
    for name in ("packages", "config", "programs", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--readelf", required=True)
    options = parser.parse_args()
    os.umask(0o022)
    shutil.rmtree(options.out, ignore_errors=True)
    packages = Packages(options.packages)
    modules = Modules(packages)
    by_time = {"early": [], "boot": [], "later": []}
    for when, name, *_ in table(options.config / "modules.txt"):
        by_time[when].append(name)
    make_root(options, packages, modules, by_time, options.readelf)
    make_early(options, packages, modules, by_time, options.readelf)
    (kernel,) = (options.packages / "boot").glob("vmlinuz-*")
    packages.take(f"boot/{kernel.name}")
    shutil.copyfile(kernel, options.out / "vmlinuz")
    (options.out / "used").write_text("".join(f"{name}\n" for name in sorted(packages.used)))


if __name__ == "__main__":
    main()
