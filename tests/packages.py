#!/usr/bin/env python3
"""Installs the packages of a build into a bare Debian of its own, made by mmdebstrap from the sources of this machine: one
after the other, so that apt finds what each needs in what it declares and in nothing else. Uses each there, removes it,
and checks that nothing of it is left. Before that lintian looks at them, where it is installed. Run by hand, as root; it
loads some 200 MB of packages:

  tests/packages.py build/release

Ends with status 1 at the first failure. `--root DIR` makes the bare system in DIR and keeps it, or takes the one there."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent
sys.path += [str(SOURCE / "tests/app"), str(SOURCE / "tests/e2e")]

# What a programmer has who builds a program on the library, beside what its package names.
COMPILER = ("g++", "cmake", "make")
TINY_FIT = """import numpy as np, rbmlab
rows = np.eye(8)[np.arange(200) % 8]
run = rbmlab.Run(rows, hidden=4, updates=50)
run.fit()
assert run.model.transform(rows).shape == (200, 4) and np.isfinite(run.model.log_z().value)
"""
# Updates come once the window has found its digits.
WINDOW = "wait updates 20\nexport-picture w.png\nquit\n"


class Root:
    """A bare system in a folder. Commands run there with its own /proc and this machine's /dev and display."""

    def __init__(self, folder, display):
        self.folder, self.display = folder, display
        if not (folder / "etc").exists():
            sources = [str(path) for path in pathlib.Path("/etc/apt/sources.list.d").glob("debian.*")] or ["/etc/apt/sources.list"]
            installed.run("mmdebstrap", "--variant=minbase", "", folder, *sources)
        for name in ("resolv.conf", "hosts"):
            shutil.copy(f"/etc/{name}", folder / "etc" / name)
        self.work = folder / "tmp/rbm-packages"
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir()
        self.run("apt-get", "-q", "update")

    def run(self, *words):
        """In /tmp/rbm-packages there."""
        inside = 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" env -C /tmp/rbm-packages "$@"'
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive",
               "DISPLAY": self.display, "LIBGL_ALWAYS_SOFTWARE": "1"}
        return installed.run("unshare", "--mount", "sh", "-c", inside, self.folder, *words, env=env)

    def packages(self):
        return set(self.run("dpkg-query", "-W", "-f", "${Package}\n").split())

    def install(self, *what):
        self.run("apt-get", "install", "-q", "-y", "--no-install-recommends", *what)


def train(root):
    root.run("rbm", "train", "--preset", "tiny", "--updates", "3", "--out", "m.safetensors")


def use_lab(root):
    train(root)
    (root.work / "s.script").write_text(WINDOW, encoding="utf-8")
    root.run("rbm-lab", "--script", "s.script", "--settings", "s.toml", "--keep", "none")
    assert (root.work / "w.png").read_bytes().startswith(b"\x89PNG")


def use_python(root):
    root.run("python3", "-c", TINY_FIT)


def use_library(root):
    (root.work / "example.cpp").write_text(installed.block("cpp"), encoding="utf-8")
    (root.work / "CMakeLists.txt").write_text(installed.PROJECT, encoding="utf-8")
    root.run("cmake", "-S", ".", "-B", "build")
    root.run("cmake", "--build", "build")
    assert "nats a row" in root.run("build/example")


def use_mpi(root):
    root.run("mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "2", "rbm-mpi", "train", "--data", "bars-and-stripes:4", "--hidden", "4",
             "--updates", "5", "--out", "m.safetensors")


USES = {"rbm-lab": (use_lab, ()), "python3-rbmlab": (use_python, ()), "librbm-dev": (use_library, COMPILER), "rbm-mpi": (use_mpi, ())}


def check_package(root, name, file):
    """Installs it alone, uses it, and removes it with all that came with it."""
    use, tools = USES[name]
    bare = root.packages()
    shutil.copy(file, root.work)
    if tools:
        root.install(*tools)
    root.install(f"./{file.name}")
    owned = [root.folder / path.lstrip("/") for path in root.run("dpkg-query", "-L", name).split("\n") if "rbm" in path]
    assert owned and not root.run("dpkg", "--verify", name)
    needed = len(root.packages() - bare) - 1
    use(root)
    root.run("apt-get", "purge", "-q", "-y", name, *tools)
    root.run("apt-get", "autoremove", "-q", "-y", "--purge")
    left = [path for path in owned if os.path.lexists(path)]
    left += [path for path in root.folder.rglob("*rbm*") if root.work not in (path, *path.parents)]
    assert not left, f"{name} left {left[:10]}"
    assert root.packages() == bare, f"with {name} came for good: {root.packages() - bare}"
    print(f"{name}: installed with {needed} packages, used, removed; nothing is left", flush=True)


def check_lintian(packages):
    if not shutil.which("lintian"):
        print("lintian is not installed and was left out", flush=True)
        return
    print(installed.run("lintian", "--allow-root", "--fail-on", "error,warning", *packages) + "lintian: no error and no warning", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, help="where the bare system is made and kept; else in a folder that goes again")
    parser.add_argument("build", type=pathlib.Path, nargs="?", default=SOURCE / "build/release")
    options = parser.parse_args()
    if os.geteuid() != 0 or not shutil.which("mmdebstrap"):
        parser.error("this needs root and mmdebstrap: apt-get install mmdebstrap")

    os.environ["RBM_SOURCE"], os.environ["RBM_BUILD"] = str(SOURCE), str(options.build.resolve())
    global installed
    import install_test as installed
    import lab as harness

    display = harness.Display()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        packages = installed.package_files(folder)
        check_lintian(packages.values())
        root = Root((options.root or folder / "root").resolve(), display.name)
        for title, file in packages.items():
            check_package(root, title, file)
    display.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
