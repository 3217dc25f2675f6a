#!/usr/bin/env python3
"""What `cmake --install` and the packages leave: the library for other programs, the programs, the Python module.

RBM_REBUILD=1 builds all of librbm and rbm twice, where else a few of its files are: some fifteen minutes of one core.
"""

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
REBUILDS = os.environ.get("RBM_REBUILD", "") not in ("", "0")
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


def cached(name):
    """A variable of the build, as CMake keeps it; empty where there is none."""
    found = re.search(rf"^{name}:\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(encoding="utf-8"), re.MULTILINE)
    return found.group(1) if found else ""


def configure(source, folder, *options):
    """As the present build is, without what is not the library."""
    same = [f"-D{name}={cached(name)}" for name in ("CMAKE_BUILD_TYPE", "CMAKE_CXX_COMPILER", "RBM_UNITY", "RBM_WERROR")]
    run("cmake", "-G", "Ninja", "-S", source, "-B", folder, *same, "-DRBM_LAB=OFF", "-DRBM_TESTS=OFF", "-DRBM_PYTHON_MODULE=OFF", *options)


def check_example(test, prefix, folder):
    """The program of the manual, built against what is installed there, learns and draws."""
    (folder / "example.cpp").write_text(block("cpp"), encoding="utf-8")
    (folder / "CMakeLists.txt").write_text(PROJECT, encoding="utf-8")
    run("cmake", "-S", folder, "-B", folder / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", folder / "build")
    told = run(folder / "build/example", cwd=folder)
    mean, lower, upper = map(float, re.search(r"(-\d\S*) nats a row, between (-\S+) and (-\d+\.\d+)", told).groups())
    test.assertTrue(lower <= mean <= upper)
    test.assertGreater(mean, -8)  # independent bits: −9; four patterns without noise: −1.4
    test.assertEqual(5, len(re.findall(r"^[01]{16}$", told, re.MULTILINE)))


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
        self.assertLessEqual(len(block("cpp").splitlines()), 36)
        check_example(self, self.prefix, self.folder)
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


class Shared(unittest.TestCase):
    # Its objects are those of the static library, which ccache has; without it they would take minutes.
    @unittest.skipUnless("ccache" in cached("CMAKE_CXX_COMPILER_LAUNCHER") or shutil.which("ccache") or REBUILDS, "needs ccache, or RBM_REBUILD=1")
    def test_a_shared_library_is_built_installed_and_used_by_the_program_of_the_manual(self):
        # Beside the present build, where the same paths lead to the sources.
        with tempfile.TemporaryDirectory(dir=BUILD.parent) as build, tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            configure(SOURCE, build, "-DBUILD_SHARED_LIBS=ON", "-DRBM_CLI=OFF")
            run("cmake", "--build", build)
            run("cmake", "--install", build, "--prefix", folder / "first")
            (folder / "first").rename(folder / "moved")
            library = next((folder / "moved").glob("lib/**/librbm.so.*.*.*"))
            self.assertFalse(list((folder / "moved").rglob("*.a")))
            self.assertFalse([path for path in (SOURCE, build, folder) if str(path).encode() in library.read_bytes()])
            check_example(self, folder / "moved", folder)
            self.assertIn("librbm.so.1", run("readelf", "-d", folder / "build/example"))


class Reproducible(unittest.TestCase):
    def test_two_builds_in_different_folders_give_the_same_files(self):
        with tempfile.TemporaryDirectory() as name:
            built = []
            for place in ("one", "another/place of other length"):
                source = pathlib.Path(name) / place / "source"
                for part in ("core", "app/cli", "app/options"):
                    shutil.copytree(SOURCE / part, source / part)
                for part in ("assets", "shaders"):
                    (source / part).mkdir()
                shutil.copy(SOURCE / "CMakeLists.txt", source)
                build = source.parent / "build"
                # Of the second place a cache, which is empty, gives the compiler paths relative to the build.
                cache = {"CCACHE_BASEDIR": str(source.parent), "CCACHE_NOHASHDIR": "1", "CCACHE_DIR": f"{name}/cache"}
                how = {"env": {**os.environ, **(cache if built else {"CCACHE_DISABLE": "1"})}}
                configure(source, build, "-DRBM_INSTALL=OFF", "-DRBM_UNITY=OFF", f"-DRBM_CLI={'ON' if REBUILDS else 'OFF'}")
                few = [f"CMakeFiles/rbm_core.dir/core/{file}.cpp.o" for file in ("files/text", "sampling/resampling", "data/numbers", "math/simd_target")]
                run("cmake", "--build", build, "--target", *(["rbm"] if REBUILDS else few), **how)
                built.append({file: (build / file).read_bytes() for file in (["librbm.a", "rbm"] if REBUILDS else few)})
            for file, content in built[0].items():
                self.assertEqual(content, built[1][file], file)
                self.assertNotIn(name.encode(), content, file)

    def test_the_archive_has_neither_times_nor_owners(self):
        for line in run("ar", "tv", BUILD / "librbm.a").splitlines():
            self.assertRegex(line, r"^rw-r--r-- 0/0 .*1970 ")


def package_files(folder):
    """Makes the packages; the files by the name of the package."""
    run("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", folder, "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip")
    return {package.name.split("_")[0]: package for package in folder.glob("*.deb")}


def check_programs(test, prefix, folder):
    """What was installed there trains, shows itself where a display can be had, and is imported."""
    run(prefix / "bin/rbm", "train", "--preset", "tiny", "--updates", "3", "--out", folder / "m.npz", env=environment())
    if HAS_LAB and shutil.which("xvfb-run"):
        (folder / "s.script").write_text(f"wait updates 20\npicture {folder}/w.png\nquit\n", encoding="utf-8")
        run("xvfb-run", "-a", prefix / "bin/rbm-lab", "--script", folder / "s.script", "--settings", folder / "s.toml", "--keep", "none",
            env=environment(LIBGL_ALWAYS_SOFTWARE="1", HOME=str(folder)), cwd="/")
        test.assertTrue((folder / "w.png").exists())
    library = prefix / "lib/python3/dist-packages"
    if library.exists():
        run(sys.executable, "-B", "-c", "import rbmlab; rbmlab.Model.open('m.npz')", cwd=folder, env=environment(PYTHONPATH=str(library)))


@unittest.skipUnless(shutil.which("dpkg-shlibdeps"), "needs dpkg-shlibdeps: apt-get install dpkg-dev")
class Packages(unittest.TestCase):
    @unittest.skipUnless(os.geteuid() == 0, "needs root, as dpkg does")
    def test_packages_install_into_a_root_of_their_own_work_there_and_leave_nothing(self):
        with tempfile.TemporaryDirectory() as name:
            folder, root = pathlib.Path(name), pathlib.Path(name) / "root"
            packages = package_files(folder)
            # With the data base of this system: what the packages need, and whether a file is another package's, is looked up there.
            data = root / "var/lib/dpkg"
            for part in ("info", "updates", "triggers"):
                (data / part).mkdir(parents=True)
            shutil.copy("/var/lib/dpkg/status", data)
            shutil.copy("/var/lib/dpkg/info/format", data / "info")
            for file in pathlib.Path("/var/lib/dpkg/info").glob("*.list"):
                (data / "info" / file.name).symlink_to(file)
            # There is no shell in it: scripts of packages run outside, and know it by DPKG_ROOT.
            dpkg = ("dpkg", f"--root={root}", "--force-script-chrootless")
            run(*dpkg, "--install", *packages.values())
            check_programs(self, root / "usr", folder)
            run(*dpkg, "--purge", *packages)
            left = [path for path in root.rglob("*") if data not in path.parents and ("rbm" in path.name or path.is_file())]
            self.assertFalse([path for path in left if path.parent != root / "var/log"])
            self.assertFalse([path for path in (data / "info").iterdir() if "rbm" in path.name])

    def test_packages_name_what_they_need_share_no_file_and_work_where_they_are_unpacked(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            needs, files = {}, []
            for title, package in package_files(folder).items():
                needs[title] = run("dpkg-deb", "-f", package, "Depends")
                files += [line.split()[-1] for line in run("dpkg-deb", "-c", package).splitlines() if not line.endswith("/")]
                run("dpkg-deb", "-x", package, folder / "root")
            self.assertIn("libfmt-dev", needs["librbm-dev"])
            self.assertRegex(needs["rbm-lab"], r"libc6 \(>=")
            if subprocess.run(["pkg-config", "--exists", "jemalloc"], check=False).returncode == 0:
                self.assertIn("libjemalloc2", needs["rbm-lab"])
            self.assertEqual(len(files), len(set(files)))
            root = folder / "root/usr"
            run(root / "bin/rbm", "--version", env=environment())
            if "python3-rbmlab" in needs:
                self.assertRegex(needs["python3-rbmlab"], r"python3-numpy.*|.*python3 \(>= 3")


class Subproject(unittest.TestCase):
    def test_as_a_subproject_only_the_library_is_configured(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "CMakeLists.txt").write_text(SUBPROJECT % SOURCE, encoding="utf-8")
            run("cmake", "-S", folder, "-B", folder / "build")


if __name__ == "__main__":
    unittest.main()
