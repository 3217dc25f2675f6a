#!/usr/bin/env python3
"""Reads every #include line of core/ and app/ and fails where one points up: the layers table of the design, enforced."""

import os
import pathlib
import re
import unittest

SOURCE = pathlib.Path(os.environ.get("RBM_SOURCE", pathlib.Path(__file__).resolve().parent.parent))

CORE = ["core/files", "core/parallel", "core/math", "core/model", "core/data", "core/sampling", "core/learning",
        "core/evaluation", "core/run", "core/session"]

# room → the rooms it may include beside itself. Within a row of the design's table an include points left only:
# a data set knows an image's shape from the model, learning runs chains of sampling.
MAY_INCLUDE = {
    "core/files": [],
    "core/parallel": [],
    "core/math": ["core/parallel"],
    "core/model": ["core/files", "core/parallel", "core/math"],
    "core/data": ["core/files", "core/math", "core/model"],
    "core/sampling": ["core/files", "core/parallel", "core/math", "core/model", "core/data"],
    "core/learning": ["core/files", "core/parallel", "core/math", "core/model", "core/data", "core/sampling"],
    "core/evaluation": ["core/files", "core/parallel", "core/math", "core/model", "core/data", "core/sampling"],
    "core/run": ["core/files", "core/parallel", "core/math", "core/model", "core/data", "core/sampling", "core/learning",
                 "core/evaluation"],
    "core/session": CORE,
    "core/api": CORE,
    "core/rbm.hpp": [*CORE, "core/api"],
    "app/gl": [],
    "app/ui": ["app/gl"],
    "app/panels": ["app/ui", "core/math", "core/model", "core/data", "core/sampling", "core/evaluation"],
    "app/options": [],
    "app/cli": [*CORE, "core/api", "app/options"],
    "app/python": ["core/rbm.hpp", *CORE, "core/api"],
    "app/lab": CORE + ["app/options", "app/gl", "app/ui", "app/panels"],
}

# Single files that a room may include although their room is closed to it: values without behaviour.
MAY_INCLUDE_FILES = {
    "app/gl": ["core/files/resources.hpp"],
    "app/panels": ["core/session/snapshot.hpp", "core/session/commands.hpp", "core/learning/settings.hpp",
                   "core/learning/preset.hpp"],
}

# core/result.hpp is the vocabulary of errors: all of core, and of app what may know core at all.
RESULT = "core/result.hpp"
VERSION = "core/version.hpp"  # made from core/version.hpp.in
NEVER_CORE = ["app/gl", "app/ui", "app/options"]

GUI = r"^(GL|GLFW|EGL|X11)/|^imgui"
THREADS = r"^(thread|mutex|shared_mutex|condition_variable|future|stop_token|semaphore|latch|barrier)$"

# room → patterns of outside headers that it must not include.
NEVER = {room: [GUI] for room in CORE}
NEVER["core/model"] += [THREADS]
NEVER["core/data"] += [THREADS]
NEVER["app/gl"] = [r"^imgui", r"^GLFW/"]
NEVER["app/ui"] = [r"^GLFW/"]
NEVER["app/panels"] = [GUI, THREADS.replace("future|", "")]
NEVER["app/cli"] = NEVER["app/options"] = [GUI]

# Other processes are met through core/parallel alone.
for room in MAY_INCLUDE:
    if room != "core/parallel":
        NEVER.setdefault(room, []).append(r"^mpi\.h$")

# The maths room stands on std, Eigen and Highway alone.
MATHS_OUTSIDE = r"^(Eigen/.+|hwy/.+|[a-z_]+)$"

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def room_of(path):
    return "/".join(path.split("/")[:2])


def includes(text):
    """(line number, header, is_ours) of each include of a source text."""
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            header = found.group(2)
            yield number, header, header.startswith(("core/", "app/"))


def breaches(path, text):
    """What is wrong with the includes of one file, as sentences."""
    room = room_of(path)
    for number, header, ours in includes(text):
        where = f"{path}:{number} includes {header}: "
        if ours:
            if header in (RESULT, VERSION) and room not in NEVER_CORE:
                continue
            target = room_of(header)
            if target == room or header in MAY_INCLUDE_FILES.get(room, []):
                continue
            if target not in MAY_INCLUDE.get(room, []):
                yield where + f"{room} may not include {target}"
            continue
        if header == "imgui_internal.h":
            yield where + "its contents change from version to version"
        if header == "imgui.h" and path != "app/ui/imgui.hpp":
            yield where + "Dear ImGui is reached through app/ui/imgui.hpp only"
        for pattern in NEVER.get(room, []):
            if re.search(pattern, header):
                yield where + f"{room} stays free of it"
        if room == "core/math" and not re.match(MATHS_OUTSIDE, header):
            yield where + "core/math stands on std, Eigen and Highway alone"


def sources():
    for folder in ("core", "app"):
        for path in sorted((SOURCE / folder).rglob("*")):
            if path.suffix in (".cpp", ".hpp", ".h"):
                yield path.relative_to(SOURCE).as_posix(), path.read_text(encoding="utf-8")


class Layering(unittest.TestCase):
    def test_every_include_points_down(self):
        found = [breach for path, text in sources() for breach in breaches(path, text)]
        self.assertEqual([], found, "\n" + "\n".join(found))

    def test_every_room_of_the_tree_is_in_the_table(self):
        rooms = {room_of(path) for path, _ in sources() if path != RESULT}
        self.assertGreater(len(rooms), 5)
        self.assertEqual(set(), rooms - set(MAY_INCLUDE))

    def test_only_the_ui_room_asks_for_the_version_of_imgui(self):
        found = [path for path, text in sources() if "IMGUI_VERSION_NUM" in text and room_of(path) != "app/ui"]
        self.assertEqual([], found)

    def test_planted_breaches_are_found(self):
        planted = [
            ("core/math/a.cpp", '#include "core/model/model.hpp"'),
            ("core/math/a.cpp", "#include <zlib.h>"),
            ("core/model/a.cpp", "# include <thread>"),
            ("core/run/a.cpp", "#include <mpi.h>"),
            ("core/data/a.cpp", '#include "core/learning/trainer.hpp"'),
            ("core/sampling/a.cpp", '#include "core/session/session.hpp"'),
            ("core/session/a.cpp", "#include <GLFW/glfw3.h>"),
            ("core/session/a.cpp", '#include "app/ui/theme.hpp"'),
            ("app/gl/a.cpp", '#include "core/result.hpp"'),
            ("app/gl/a.cpp", '#include "app/ui/imgui.hpp"'),
            ("app/ui/a.cpp", '#include "core/math/matrix.hpp"'),
            ("app/ui/a.cpp", "#include <imgui.h>"),
            ("app/panels/a.cpp", '#include "core/session/session.hpp"'),
            ("app/panels/a.cpp", '#include "core/learning/trainer.hpp"'),
            ("app/panels/a.cpp", "#include <imgui.h>"),
            ("app/panels/a.cpp", "#include <GLFW/glfw3.h>"),
            ("app/lab/a.cpp", "#include <imgui_internal.h>"),
        ]
        for path, line in planted:
            with self.subTest(path=path, line=line):
                self.assertEqual(1, len({b.split(":")[0] for b in breaches(path, line)}))
        allowed = [
            ("core/data/a.cpp", '#include "core/result.hpp"'),
            ("core/math/a.cpp", "#include <Eigen/Core>"),
            ("app/ui/imgui.hpp", "#include <imgui.h>"),
            ("app/panels/a.cpp", '#include "core/session/snapshot.hpp"'),
            ("app/lab/a.cpp", '#include "core/session/session.hpp"'),
        ]
        for path, line in allowed:
            with self.subTest(path=path, line=line):
                self.assertEqual([], list(breaches(path, line)))


if __name__ == "__main__":
    unittest.main()
