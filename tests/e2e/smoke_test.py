#!/usr/bin/env python3
"""One session through the whole program, by mouse and keyboard. Runs in every build, the sanitized ones included."""

import unittest

from lab import VIEWS, WindowCase


class Smoke(WindowCase):
    def test_one_session_trains_paints_steps_saves_opens_and_ends_well(self):
        with self.lab() as lab:
            for view in VIEWS:
                lab.show(view)
            lab.key("space")
            lab.wait(lambda s: s["state"] == "Running" and s["updates"] > 20, "training")
            lab.key("space")
            lab.wait(lambda s: s["state"] == "Paused", "the pause")

            lab.show("paint")
            lab.drag([lab.place("paint.canvas", 0.2, 0.2), lab.place("paint.canvas", 0.8, 0.8)])
            ink = lab.wait(lambda s: s["paint"]["ink"] > 10, "the stroke")["paint"]["ink"]
            lab.key("ctrl+z")
            lab.wait(lambda s: s["paint"]["ink"] == 0, "the undo")
            lab.key("ctrl+y")
            lab.wait(lambda s: abs(s["paint"]["ink"] - ink) < 1e-3, "the redo")

            lab.show("chains")
            lab.wait(lambda s: s["chains"]["chains"] > 0, "the chains")
            steps = lab.state()["chains"]["half_steps"]
            lab.key("period")
            lab.wait(lambda s: s["chains"]["half_steps"] == steps + 1, "the half-step")

            path = self.folder / "model.safetensors"
            lab.key("ctrl+s")
            lab.choose_file(path)
            lab.wait(lambda s: s["notice"].startswith("Saved"), "the saved model")
            lab.key("ctrl+o")
            lab.choose_file(path)
            lab.wait(lambda s: s["notice"].startswith("Opened"), "the opened model")

            lab.resize(1600, 1000)
            lab.key("F9", "ctrl+equal", "F1", "Escape")
            lab.wait(lambda s: s["theme"] == "light" and not s["help"], "the light theme")


if __name__ == "__main__":
    unittest.main()
