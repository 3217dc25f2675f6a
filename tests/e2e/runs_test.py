#!/usr/bin/env python3
"""A walk through Runs: kept runs are starred, named, moved to the trash and put back, compared, and gone on with."""

import json
import os
import unittest
import unittest.mock

from lab import WindowCase


class RunsTest(WindowCase):
    def setUp(self):
        super().setUp()
        self.keep = self.folder / "runs"
        told = unittest.mock.patch.dict(os.environ, XDG_DATA_HOME=str(self.folder / "data"))
        told.start()
        self.addCleanup(told.stop)

    def train(self, hidden, updates):
        with self.lab(keep=self.keep, hidden=hidden) as lab:
            lab.key(*["b"] * updates)
            lab.wait(lambda s: s["updates"] == updates, "the updates")

    def notes(self):
        return json.loads((self.keep / "notes.json").read_text(encoding="utf-8"))["runs"]

    def files(self):
        return sorted(self.keep.glob("run-*.safetensors"), key=lambda path: path.stat().st_mtime_ns)

    def show_runs(self, lab, rows):
        lab.click("place.measure")
        lab.click("tab.runs")
        lab.wait(lambda s: s["view"] == "runs" and s["runs"]["rows"] == rows, f"{rows} runs in the list")

    def test_a_walk_through_runs(self):
        self.train(hidden=16, updates=3)
        self.train(hidden=9, updates=2)
        older, newer = self.files()
        with self.lab(keep=self.keep) as lab:
            self.show_runs(lab, 2)
            lab.click("runs.star.1")
            lab.wait(lambda s: s["runs"]["starred"] == 1, "a star")
            self.assertTrue(self.notes()[older.name]["star"])

            lab.click("runs.edit.1")
            lab.click_into("runs.name")
            lab.type("sixteen units")
            lab.key("Return")
            lab.wait(lambda _: self.notes()[older.name].get("name") == "sixteen units", "the name in the notes")
            lab.click("runs.edit.1")

            lab.click("runs.remove.0")
            lab.wait(lambda s: s["runs"]["rows"] == 1, "the run to go")
            self.assertEqual([older], self.files())
            self.assertTrue((self.folder / "data/Trash/files" / newer.name).exists())
            lab.click("runs.put_back")
            lab.wait(lambda s: s["runs"]["rows"] == 2, "the run to come back")
            self.assertEqual({older, newer}, set(self.files()))

            lab.click("runs.check.0")
            lab.click("runs.check.1")
            lab.wait(lambda s: s["runs"]["chosen"] == 2, "two chosen runs")
            lab.click("runs.compare")
            lab.wait(lambda s: s["view"] == "compare" and s["compare"]["runs"] == 2, "the comparison")
            lab.click("compare.mode.Filters")
            first = lab.wait(lambda s: s["compare"]["filters"] > 0, "the filters")["compare"]["filters"]
            lab.do("keydown", "x")
            lab.wait(lambda s: s["compare"]["swapped"] == 1 and s["compare"]["filters"] == 25 - first, "the other run")
            lab.do("keyup", "x")
            lab.wait(lambda s: s["compare"]["swapped"] == 0 and s["compare"]["filters"] == first, "the first run again")

            lab.click("tab.runs")
            lab.click("runs.open.1")
            lab.wait(lambda s: s["settings"]["hidden"] == 16 and s["updates"] > 3 and s["state"] == "Running",
                     "the run to go on")
            lab.key("space")
            lab.wait(lambda s: s["state"] == "Paused", "a pause")

    def test_a_window_that_keeps_nothing_says_so(self):
        with self.lab(keep="none") as lab:
            lab.click("place.measure")
            lab.click("tab.runs")
            lab.wait(lambda s: s["view"] == "runs", "the view")
            self.assertNotIn("runs.add", lab.settled()["widgets"])


if __name__ == "__main__":
    unittest.main()
