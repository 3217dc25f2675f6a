#!/usr/bin/env python3
"""The keyboard alone: Tab and Shift+Tab reach canvas, plots, splitters and the menu of a picture; F8 hides the columns."""

import unittest

from lab import WindowCase


class Keyboard(WindowCase):
    @staticmethod
    def press(lab, key):
        """The control that the key leads to."""
        before = lab.state()["focused"]
        lab.key(key)
        return lab.wait(lambda s: s["focused"] != before, f"the focus to leave {before}")["focused"]

    def tab_to(self, lab, control, most=150, by="Tab"):
        for _ in range(most):
            if self.press(lab, by) == control:
                return
        raise AssertionError(f"{by} never reaches {control}")

    def test_tab_goes_through_everything_that_shows_and_back(self):
        with self.lab() as lab:
            lab.show("curves")
            seen = []
            while len(seen) < 150:
                now = self.press(lab, "Tab")
                if seen and now == seen[0]:
                    break
                self.assertNotIn(now, seen, "the way goes round before it was everywhere")
                seen.append(now)
            for control in ("train.play", "split.left", "place.paint", "help"):
                self.assertIn(control, seen)
            self.assertTrue([name for name in seen if name.startswith("curves.")], seen)
            self.assertEqual(seen[-1], self.press(lab, "shift+Tab"))
            self.assertEqual("", self.press(lab, "Escape"))

    def way_round(self, lab):
        seen = [self.press(lab, "Tab")]
        while True:
            now = self.press(lab, "Tab")
            if now == seen[0]:
                return seen
            self.assertNotIn(now, seen, "the way goes round before it was everywhere")
            seen.append(now)

    def test_tab_reaches_the_numbers_and_the_units_of_every_place(self):
        with self.lab(hidden=36) as lab:
            lab.show("paint")
            seen = self.way_round(lab)
            for control in ("speed", "paint.size", "paint.digit"):
                self.assertIn(control, seen)
            lab.show("chains")
            seen = self.way_round(lab)
            for control in ("chains.speed", "chains.temperature", "chains.steps", "chains.large.h", "chains.large.v"):
                self.assertIn(control, seen)
            self.tab_to(lab, "chains.temperature")
            lab.key("Right")
            lab.wait(lambda s: 1.05 < s["chains"]["temperature"] < 1.2, "a little warmer")
            lab.key("Left")
            lab.wait(lambda s: s["chains"]["temperature"] == 1, "the model's own temperature")
            lab.press("Return")
            lab.wait(lambda s: s["focused"] == "chains.temperature", "the box")
            lab.type("2,5")
            lab.key("Return")
            lab.wait(lambda s: abs(s["chains"]["temperature"] - 2.5) < 1e-6, "the typed temperature")
            self.tab_to(lab, "chains.large.h")
            lab.key("Right", "Return")
            lab.wait(lambda s: s["selected_unit"] == 1, "the second hidden unit")
            lab.click("place.explain")
            lab.click("tab.why")
            self.tab_to(lab, "why.wall")
            lab.key("Right", "Right", "Return")
            lab.wait(lambda s: s["selected_unit"] == 2, "the third one")
            lab.click("tab.graph")
            self.tab_to(lab, "graph.nodes")
            lab.key("Return")
            lab.wait(lambda s: s["selected_unit"] == 0, "the first one")
            lab.click("tab.map")
            lab.wait(lambda s: "map.points" in s["widgets"], "the map")
            self.tab_to(lab, "map.points")
            lab.key("Right", "shift+Return")
            lab.wait(lambda s: "send.paint" in s["widgets"], "the menu of the image")

    def test_escape_closes_the_presets_that_were_opened(self):
        with self.lab() as lab:
            self.assertNotIn("preset.classifier", lab.state()["widgets"])
            lab.click("train.preset")
            lab.wait(lambda s: "preset.classifier" in s["widgets"], "the presets")
            lab.key("Escape")
            lab.wait(lambda s: "preset.classifier" not in s["widgets"], "the presets to go")

    def test_tab_begins_in_the_view_that_a_key_has_opened(self):
        with self.lab() as lab:
            lab.key("F2")
            lab.wait(lambda s: s["view"] == "lessons", "the lessons")
            self.assertEqual("lessons.hidden-units", self.press(lab, "Tab"))

    def test_a_lesson_by_the_keyboard_alone(self):
        with self.lab() as lab:
            lab.key("F2")
            self.tab_to(lab, "lessons.hidden-units", most=1)
            lab.key("Return")
            for control, keys in (("heights.play", ["space"]), ("heights.shift1", ["Right"]),
                                  ("heights.units", ["Right"]), ("heights.units", ["Right"])):
                at = lab.wait(lambda s: s["lesson"]["id"] and not s["lesson"]["done"], "the step")["lesson"]["step"]
                self.tab_to(lab, control, most=16)
                lab.key(*keys)
                lab.wait(lambda s: s["lesson"]["done"], f"the end of step {at + 1}")
                lab.key("Return")  # the next step, though the focus is where it was
                lab.wait(lambda s, n=at: s["lesson"]["step"] == n + 1, f"step {at + 2}")
            lab.key("2")
            lab.wait(lambda s: s["lesson"]["done"], "the end of the last step")
            self.tab_to(lab, "theme.toggle", by="shift+Tab")
            lab.key("Return")  # the button that Tab has just reached
            lab.wait(lambda s: s["theme"] == "light", "the light theme")
            self.assertTrue(lab.state()["lesson"]["id"])
            lab.key("Escape", "Return")
            lab.wait(lambda s: s["lesson"]["id"] == "", "the end of the lesson")

    def test_a_splitter_moves_by_arrow_keys(self):
        with self.lab() as lab:
            self.tab_to(lab, "split.left")
            before = lab.state()["widgets"]["split.left"][0]
            lab.key("Right", "Right")
            lab.wait(lambda s: s["widgets"]["split.left"][0] > before + 20, "the wider column")
            lab.key("Return")
            lab.wait(lambda s: abs(s["widgets"]["split.left"][0] - before) < 1.5, "the column as it was")

    def test_painting_keeping_and_comparing_without_a_mouse(self):
        with self.lab() as lab:
            lab.key("e")
            lab.wait(lambda s: s["epochs"] >= 1 and s["state"] == "Paused", "an epoch")
            lab.show("paint")
            self.tab_to(lab, "paint.canvas")
            lab.key("Return", *["Down"] * 6, "Return")
            lab.wait(lambda s: s["paint"]["ink"] > 5 and s["paint"]["can_undo"], "the stroke")
            self.tab_to(lab, "paint.seen")
            lab.key("shift+Return")
            lab.wait(lambda s: "send.corner" in s["widgets"], "the menu")
            self.tab_to(lab, "send.corner", most=8)
            lab.key("Return")
            lab.wait(lambda s: "corner.0" in s["widgets"], "the kept picture")
            self.tab_to(lab, "corner.0.remove")
            lab.key("Return")
            lab.wait(lambda s: "corner.0" not in s["widgets"], "the corner to go")

    def test_f8_hides_the_side_columns_and_brings_them_back(self):
        with self.lab() as lab:
            self.assertIn("train.method", lab.state()["widgets"])
            lab.key("F8")
            lab.wait(lambda s: "train.method" not in s["widgets"], "the columns to go")
            lab.key("F8")
            lab.wait(lambda s: "train.method" in s["widgets"], "the columns")


class Corner(WindowCase):
    def test_the_corner_goes_with_the_kept_run(self):
        kept = self.folder / "kept"
        with self.lab(keep=kept) as lab:
            lab.key("e")
            lab.wait(lambda s: s["epochs"] >= 1 and s["state"] == "Paused", "an epoch")
            lab.show("paint")
            lab.drag([lab.place("paint.canvas", 0.3, 0.3), lab.place("paint.canvas", 0.7, 0.7)])
            lab.wait(lambda s: "paint.seen" in s["widgets"], "the answer")
            lab.move(*lab.place("paint.seen"))
            lab.do("mousedown", 3)
            lab.do("mouseup", 3)
            lab.click("send.corner")
            lab.wait(lambda s: "corner.0" in s["widgets"], "the kept picture")
        with self.lab(keep=kept) as lab:
            lab.click("kept.go_on")
            lab.wait(lambda s: "corner.0" in s["widgets"], "the corner of last time")


if __name__ == "__main__":
    unittest.main()
