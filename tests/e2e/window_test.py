#!/usr/bin/env python3
"""The window itself: sizes, scales, themes, scripts, and a start that cannot succeed."""

import struct
import subprocess
import unittest

from lab import PATIENCE_S, PLACE_OF, PLACES, PROGRAM, VIEWS, WindowCase, environment

ALWAYS = ["train.play", "train.batch", "train.epoch", "train.reset", "file.open", "file.save", "help"]


def run(*arguments, display=None):
    return subprocess.run([PROGRAM, *arguments], env=environment(display), capture_output=True, text=True, check=False,
                          timeout=PATIENCE_S)


class Sizes(WindowCase):
    def check_every_view(self, lab, width, height):
        for view in VIEWS:
            lab.show(view)
            state = lab.settled()
            for widget in ALWAYS + ["place." + name for name in PLACES]:
                self.assertIn(widget, state["widgets"], f"in the view {view}")
            for widget, (x, y, w, h) in state["widgets"].items():
                fits = x >= -1 and y >= -1 and x + w <= width + 1 and y + h <= height + 1 and w > 0 and h > 0
                self.assertTrue(fits, f"{widget} of the view {view} is at {x, y, w, h} in a window of {width} × {height}")

    def test_everything_fits_in_the_smallest_recommended_window(self):
        with self.lab(size="1280x800") as lab:
            self.check_every_view(lab, 1280, 800)

    def test_everything_fits_after_growing_to_2560_by_1440(self):
        with self.lab(size="1280x800") as lab:
            lab.resize(2560, 1440)
            self.check_every_view(lab, 2560, 1440)

    def test_everything_fits_at_twice_the_scale(self):
        with self.lab(size="2560x1440") as lab:
            for _ in range(4):
                lab.key("ctrl+equal")
            lab.wait(lambda s: abs(s["scale"] - 2) < 1e-6, "the scale 2")
            self.check_every_view(lab, 2560, 1440)

    def test_tabs_are_chosen_by_mouse_and_by_number(self):
        with self.lab() as lab:
            for view in reversed(VIEWS):
                lab.click("place." + PLACE_OF[view])
                lab.click("tab." + view)
                lab.wait(lambda s, view=view: s["view"] == view, f"the view {view}")
            for view in VIEWS:
                lab.show(view)

    def test_a_paused_window_at_rest_draws_nothing(self):
        with self.lab() as lab:
            still = lab.settled()["frame"]  # one second without a frame has been seen already
            self.assertEqual(still, lab.settled()["frame"])
            lab.key("F9")
            self.assertGreater(lab.state()["frame"], still)


class Comfort(WindowCase):
    def test_theme_and_scale_are_kept_for_the_next_start(self):
        with self.lab() as lab:
            self.assertEqual(("dark", 1), (lab.state()["theme"], lab.state()["scale"]))
            lab.click("theme.toggle")
            lab.click("scale.up")
            changed = lab.wait(lambda s: s["theme"] == "light" and s["scale"] > 1, "the light theme, larger")
        with self.lab() as lab:
            again = lab.state()
            self.assertEqual(("light", changed["scale"]), (again["theme"], again["scale"]))

    def test_what_was_chosen_is_kept_before_the_end(self):
        settings = self.folder / "settings.toml"
        lab = self.lab().__enter__()
        try:
            lab.click("theme.toggle")
            lab.wait(lambda s: settings.exists() and "light" in settings.read_text(encoding="utf-8"), "the settings on disk")
        finally:
            lab.kill()  # by SIGKILL
        with self.lab() as lab:
            self.assertEqual("light", lab.state()["theme"])

    def test_settings_that_cannot_be_written_are_said(self):
        settings = self.folder / "settings.toml"
        settings.write_text('theme = "da', encoding="utf-8")
        with self.lab() as lab:
            lab.click("theme.toggle")
            lab.wait(lambda s: "settings.toml" in s["message"], "the sentence")
        self.assertEqual('theme = "da', settings.read_text(encoding="utf-8"))

    def test_help_opens_with_f1_and_closes_with_escape(self):
        with self.lab() as lab:
            lab.key("F1")
            lab.wait(lambda s: s["help"], "the help")
            lab.key("Escape")
            lab.wait(lambda s: not s["help"], "the help to close")
            lab.click("help")
            lab.wait(lambda s: s["help"], "the help by mouse")
            lab.key("F1")
            lab.wait(lambda s: not s["help"], "the help to close by its own key")


class Starts(WindowCase):
    def assert_one_sentence(self, ended, status):
        self.assertEqual(status, ended.returncode, ended.stderr)
        lines = ended.stderr.strip().splitlines()
        self.assertEqual(1, len(lines), ended.stderr)
        self.assertTrue(lines[0].startswith("rbm-lab: "), lines[0])
        return lines[0]

    def test_without_a_display_it_says_so_and_ends_with_status_1(self):
        self.assertIn("display", self.assert_one_sentence(run(), 1))
        self.assertIn("display", self.assert_one_sentence(run(display=":7654"), 1))

    def test_an_unknown_option_ends_with_status_2(self):
        self.assertIn("--frobnicate", self.assert_one_sentence(run("--frobnicate"), 2))

    def test_wrong_values_end_with_status_2_and_name_the_option(self):
        self.assertIn("--size", self.assert_one_sentence(run("--size", "tiny"), 2))
        self.assertIn("hidden", self.assert_one_sentence(run("--hidden", "0"), 2).lower())

    def test_help_and_version_need_no_display(self):
        self.assertIn("--hidden", run("--help").stdout)
        self.assertRegex(run("--version").stdout, r"\d+\.\d+\.\d+")

    def test_a_script_with_a_mistake_is_refused_before_the_window_opens(self):
        script = self.folder / "bad.script"
        script.write_text("wait updates 3\nfly away\n", encoding="utf-8")
        said = self.assert_one_sentence(run("--script", str(script)), 1)
        self.assertIn("line 2", said)
        self.assertIn("fly", said)

    def test_a_script_steps_paints_takes_a_picture_and_quits(self):
        script, picture = self.folder / "good.script", self.folder / "shot.png"
        script.write_text("size 1280 800\nwait updates 30\naction play\naction view.paint\nstroke 4 4 24 24 24 4\n"
                          f"theme light\npicture {picture}\nquit\n", encoding="utf-8")
        lab = self.lab("--script", str(script), paused=False)
        self.addCleanup(lab.kill)
        self.assertEqual(0, lab.process.wait(PATIENCE_S), lab.said())
        last = lab.state()
        self.assertGreaterEqual(last["updates"], 30)
        self.assertEqual(("paint", "light"), (last["view"], last["theme"]))
        self.assertGreater(last["paint"]["ink"], 20)
        data = picture.read_bytes()
        self.assertEqual(b"\x89PNG\r\n\x1a\n", data[:8])
        self.assertEqual((1280, 800), struct.unpack(">II", data[16:24]))
        self.assertGreater(len(data), 20_000, "the picture is all but empty")


if __name__ == "__main__":
    unittest.main()
