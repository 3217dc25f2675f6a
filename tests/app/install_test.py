#!/usr/bin/env python3
"""What `cmake --install` leaves, moved elsewhere: the library for other programs, the programs, the Python module."""

import gzip
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE, BUILD = (pathlib.Path(os.environ[name]) for name in ("RBM_SOURCE", "RBM_BUILD"))
HAS_LAB = "RBM_LAB" in os.environ
PROJECT = """cmake_minimum_required(VERSION 3.25)
project(example LANGUAGES CXX)
find_package(rbm 1 CONFIG REQUIRED)
add_executable(example example.cpp)
target_compile_options(example PRIVATE -O0 -Wall -Wextra -Werror)
target_link_libraries(example PRIVATE rbm::core)
"""
SUBPROJECT = """cmake_minimum_required(VERSION 3.25)
project(outer LANGUAGES CXX)
add_subdirectory("%s" rbm)
foreach(target rbm rbm-lab rbm_lab_ui rbm_python core_tests)
  if(TARGET ${target})
    message(FATAL_ERROR "a subproject has the target ${target}")
  endif()
endforeach()
if(NOT TARGET rbm::core OR CMAKE_BUILD_TYPE)
  message(FATAL_ERROR "rbm::core is missing, or the build type of the outer project was chosen")
endif()
"""


def run(*words, **options):
    ended = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **options)
    assert ended.returncode == 0, f"{words}: {ended.stdout}{ended.stderr}"
    return ended.stdout


def block(language):
    """The first block of README.md in this language."""
    text = (SOURCE / "README.md").read_text(encoding="utf-8")
    return re.search(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE).group(1)


def environment(**more):
    """Without any word on where files are."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RBM_", "XDG_", "PYTHON"))}
    return kept | {"XDG_DATA_DIRS": "/none"} | more


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        run("cmake", "--install", BUILD, "--prefix", cls.folder / "first")
        cls.prefix = cls.folder / "moved elsewhere"
        (cls.folder / "first").rename(cls.prefix)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def test_the_program_of_the_manual_builds_against_the_moved_library(self):
        (self.folder / "example.cpp").write_text(block("cpp"), encoding="utf-8")
        (self.folder / "CMakeLists.txt").write_text(PROJECT, encoding="utf-8")
        self.assertLessEqual(len(block("cpp").splitlines()), 36)
        run("cmake", "-S", self.folder, "-B", self.folder / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}")
        run("cmake", "--build", self.folder / "build")
        told = run(self.folder / "build/example", cwd=self.folder)
        mean, lower, upper = map(float, re.search(r"(-\d\S*) nats a row, between (-\S+) and (-\d+\.\d+)", told).groups())
        self.assertTrue(lower <= mean <= upper)
        self.assertGreater(mean, -8)  # independent bits: −9; four patterns without noise: −1.4
        self.assertEqual(5, len(re.findall(r"^[01]{16}$", told, re.MULTILINE)))
        self.assertIn("16 × 1", run(self.prefix / "bin/rbm", "info", "model.safetensors", cwd=self.folder, env=environment()).replace("1 × 16", "16 × 1"))

    def test_public_headers_are_those_that_the_umbrella_leads_to_and_need_eigen_alone(self):
        root = self.prefix / "include/rbm"
        wanted, todo = set(), ["core/rbm.hpp"]
        while todo:
            header = todo.pop()
            if header in wanted:
                continue
            wanted.add(header)
            for mark, name in re.findall(r'^#include (["<])([^">]+)', (root / header).read_text(encoding="utf-8"), re.MULTILINE):
                if mark == '"':
                    todo.append(name)
                else:
                    self.assertRegex(name, r"^(Eigen/\w+|[a-z_]+|sys/types\.h)$", header)
        found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
        self.assertEqual(wanted, found)
        self.assertFalse([header for header in found if "-inl" in header])
        version = re.search(r"project\(rbm VERSION (\S+)", (SOURCE / "CMakeLists.txt").read_text(encoding="utf-8")).group(1)
        self.assertIn(f'"{version}"', (root / "core/version.hpp").read_text(encoding="utf-8"))
        self.assertIn(version, run(self.prefix / "bin/rbm", "--version"))

    def test_the_moved_program_finds_its_files(self):
        run(self.prefix / "bin/rbm", "train", "--preset", "tiny", "--updates", "3", "--out", self.folder / "m.npz", env=environment(), cwd="/")
        self.assertTrue((self.folder / "m.npz").exists())

    @unittest.skipUnless(HAS_LAB and shutil.which("xvfb-run"), "needs the window and xvfb-run")
    def test_the_moved_window_finds_its_files(self):
        # Updates come once its digits are found.
        (self.folder / "s.script").write_text(f"wait updates 20\npicture {self.folder}/w.png\nquit\n", encoding="utf-8")
        run("xvfb-run", "-a", self.prefix / "bin/rbm-lab", "--script", self.folder / "s.script", "--settings", self.folder / "s.toml",
            "--keep", "none", env=environment(LIBGL_ALWAYS_SOFTWARE="1", HOME=str(self.folder)), cwd="/")
        self.assertTrue((self.folder / "w.png").exists())
        self.assertTrue((self.prefix / "share/rbm-lab/shaders/colour_map.frag").exists())

    def test_the_moved_module_computes_what_the_manual_says(self):
        found = list(self.prefix.glob("lib/python3*/dist-packages/rbmlab/_core*.so"))
        if not found:
            self.skipTest("the Python module is not built")
        script = "import numpy as np; np.save('rows.npy', np.eye(8)[np.arange(200) % 8])\n" + block("python")
        told = run(sys.executable, "-B", "-c", script, cwd=self.folder, env=environment(PYTHONPATH=str(found[0].parent.parent)))
        self.assertIn("nats a row", told)
        self.assertTrue((self.folder / "samples.npy").exists())
        run(sys.executable, "-B", "-c", "import rbmlab; rbmlab.Run('mnist', validation=59000, batch=10).step()", cwd="/",
            env=environment(PYTHONPATH=str(found[0].parent.parent)))

    def test_nothing_installed_names_the_folders_that_it_was_made_in(self):
        names = [str(path).encode() for path in (SOURCE, BUILD, self.folder)]
        files = [path for path in self.prefix.rglob("*") if path.is_file() and path.suffix not in (".gz", ".jpg")]
        self.assertGreater(len(files), 30)
        for path in files:
            content = path.read_bytes()
            self.assertFalse([name for name in names if name in content], path)

    def test_the_manual_and_the_completion_know_every_subcommand(self):
        names = re.findall(r"^  (\w+)  ", run(self.prefix / "bin/rbm", "--help").split("Subcommands:")[1], re.MULTILINE)
        self.assertIn("transform", names)
        page = gzip.decompress((self.prefix / "share/man/man1/rbm.1.gz").read_bytes()).decode()
        for name in names:
            self.assertIn(f".SH RBM {name.upper()}\n", page)
        self.assertNotIn("\n  ", page)
        script = self.prefix / "share/bash-completion/completions/rbm"
        ask = "source '%s'; COMP_WORDS=(%s); COMP_CWORD=%d; _rbm; echo ${COMPREPLY[@]}"
        self.assertEqual("train transform\n", run("bash", "-c", ask % (script, "rbm tra", 1)))
        self.assertIn("--per-case", run("bash", "-c", ask % (script, "rbm eval --p", 2)))

    def test_pictures_of_the_manual_are_not_installed(self):
        self.assertTrue((self.prefix / "share/rbm-lab/assets/presets/tiny.toml").exists())
        self.assertFalse((self.prefix / "share/rbm-lab/assets/pictures").exists())


@unittest.skipUnless(shutil.which("dpkg-shlibdeps"), "needs dpkg-shlibdeps: apt-get install dpkg-dev")
class Packages(unittest.TestCase):
    def test_packages_name_what_they_need_share_no_file_and_work_where_they_are_unpacked(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            run("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", folder, "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip")
            needs, files = {}, []
            for package in folder.glob("*.deb"):
                title = package.name.split("_")[0]
                needs[title] = run("dpkg-deb", "-f", package, "Depends")
                files += [line.split()[-1] for line in run("dpkg-deb", "-c", package).splitlines() if not line.endswith("/")]
                run("dpkg-deb", "-x", package, folder / "root")
            self.assertIn("libfmt-dev", needs["librbm-dev"])
            self.assertRegex(needs["rbm-lab"], r"libc6 \(>=")
            self.assertEqual(len(files), len(set(files)))
            root = folder / "root/usr"
            run(root / "bin/rbm", "train", "--preset", "tiny", "--updates", "3", "--out", folder / "m.npz", env=environment())
            if "python3-rbmlab" in needs:
                self.assertRegex(needs["python3-rbmlab"], r"python3-numpy.*|.*python3 \(>= 3")
                run(sys.executable, "-B", "-c", "import rbmlab; rbmlab.Model.open('m.npz')", cwd=folder,
                    env=environment(PYTHONPATH=str(root / "lib/python3/dist-packages")))


class Subproject(unittest.TestCase):
    def test_as_a_subproject_only_the_library_is_configured(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "CMakeLists.txt").write_text(SUBPROJECT % SOURCE, encoding="utf-8")
            run("cmake", "-S", folder, "-B", folder / "build")


if __name__ == "__main__":
    unittest.main()
