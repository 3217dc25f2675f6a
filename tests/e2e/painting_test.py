#!/usr/bin/env python3
"""The canvas under a real mouse."""

import math
import unittest

from lab import WindowCase


def along(lab, steps):
    """Points of the canvas's diagonal, from 0.15 to 0.85."""
    return [lab.place("paint.canvas", 0.15 + 0.7 * i / steps, 0.15 + 0.7 * i / steps) for i in range(steps + 1)]


def between(corners, spacing):
    """Points on the lines from corner to corner, at most so far apart."""
    out = [corners[0]]
    for (x0, y0), (x1, y1) in zip(corners, corners[1:]):
        steps = math.ceil(math.hypot(x1 - x0, y1 - y0) / spacing)
        out += [(x0 + (x1 - x0) * n / steps, y0 + (y1 - y0) * n / steps) for n in range(1, steps + 1)]
    return out


class Painting(WindowCase):
    def test_a_fast_stroke_has_no_gaps(self):
        with self.lab() as lab:
            lab.show("paint")
            lab.drag(along(lab, 24))
            slow = lab.wait(lambda s: s["paint"]["ink"] > 0, "the slow stroke")["paint"]["ink"]
            lab.key("ctrl+z")
            lab.wait(lambda s: s["paint"]["ink"] == 0, "the undo: a stroke is one step")
            lab.drag(along(lab, 1))  # one jump from end to end
            fast = lab.wait(lambda s: s["paint"]["ink"] > 0, "the fast stroke")["paint"]["ink"]
            # Gaps would take ink away: two dots hold less than a quarter of the line's.
            self.assertAlmostEqual(1.0, fast / slow, delta=0.05)

    def test_a_key_right_behind_a_stroke_takes_all_of_it_along(self):
        with self.lab() as lab:
            lab.show("paint")
            (x, y), (to_x, to_y) = lab.place("paint.canvas", 0.1, 0.1), lab.place("paint.canvas", 0.4, 0.2)
            lab.move(x, y)
            lab.xdotool("mousedown", 1, "mousemove", "--window", lab.window, round(to_x), round(to_y), "mouseup", 1, "key", 5)
            lab.wait(lambda s: s["view"] == "chains", "the view of the key")
            behind = lab.settled()["paint"]
            lab.show("paint")
            seen = lab.settled()["paint"]
            self.assertNotEqual((0, 0), (seen["shift_x"], seen["shift_y"]))  # it is off the centre
            for key in ("ink", "shift_x", "shift_y"):
                self.assertEqual(seen[key], behind[key], key)

    def test_a_stroke_at_2000_pixels_a_second_has_no_gap_and_keeps_its_corners_while_the_model_trains(self):
        corners = [(0.15, 0.8), (0.32, 0.15), (0.5, 0.8), (0.68, 0.15), (0.85, 0.8)]
        speed, spacing = 2000, 10  # pixels a second, pixels between two places of the mouse
        with self.lab("--fast", "--threads", "2", paused=False, hidden=196) as lab:
            lab.show("paint")
            points = [lab.place("paint.canvas", x, y) for x, y in corners]
            lab.drag(points)  # with frames between all of its points
            slow = lab.wait(lambda s: s["paint"]["ink"] > 0, "the slow stroke")["paint"]["ink"]
            elsewhere = lab.place("paint.canvas", 0.5, 0.95)
            # Once as a hand of that speed does it, and once from corner to corner, with no frame in between.
            for path, pause in ((between(points, spacing), spacing / speed), (points, 0)):
                lab.key("ctrl+z")
                lab.wait(lambda s: s["paint"]["ink"] == 0, "the undo")
                lab.move(*points[0])
                words = ["mousedown", 1]
                for x, y in path[1:]:
                    words += ["mousemove", "--window", lab.window, round(x), round(y)]
                    words += ["sleep", pause] if pause else []
                lab.xdotool(*words, "mouseup", 1, "mousemove", "--window", lab.window, *map(round, elsewhere))
                lab.key("shift")  # frames that come after the whole stroke
                fast = lab.state()["paint"]["ink"]
                # Without one of its corners it would lack a fifth of that and more.
                self.assertAlmostEqual(1.0, fast / slow, delta=0.02)

    def test_undo_and_redo_and_clear_work_by_key_and_by_mouse(self):
        with self.lab() as lab:
            lab.show("paint")
            empty = lab.state()["paint"]
            self.assertEqual((0, 0, 0), (empty["ink"], empty["can_undo"], empty["can_redo"]))
            lab.drag(along(lab, 2))
            ink = lab.wait(lambda s: s["paint"]["ink"] > 0, "the stroke")["paint"]["ink"]
            lab.key("ctrl+z")
            lab.wait(lambda s: s["paint"]["ink"] == 0 and s["paint"]["can_redo"], "the undo by key")
            lab.click("paint.redo")
            lab.wait(lambda s: abs(s["paint"]["ink"] - ink) < 1e-3, "the redo by mouse")
            lab.click("paint.clear")
            lab.wait(lambda s: s["paint"]["ink"] == 0, "the clean canvas")
            lab.click("paint.undo")
            lab.wait(lambda s: abs(s["paint"]["ink"] - ink) < 1e-3, "the undo of the cleaning")

    def test_the_right_button_erases(self):
        with self.lab() as lab:
            lab.show("paint")
            lab.drag(along(lab, 2))
            ink = lab.wait(lambda s: s["paint"]["ink"] > 0, "the stroke")["paint"]["ink"]
            lab.drag(along(lab, 2), button=3)
            lab.wait(lambda s: s["paint"]["ink"] < 0.5 * ink, "the stroke to go")

    def test_the_model_answers_a_stroke(self):
        with self.lab() as lab:
            lab.key("e")
            lab.wait(lambda s: s["epochs"] >= 1 and s["state"] == "Paused", "an epoch")
            lab.show("paint")
            self.assertEqual(-1, lab.settled()["paint"]["top_unit"])
            lab.drag(along(lab, 2))
            first = lab.wait(lambda s: s["paint"]["top_unit"] >= 0 and s["paint"]["familiar_share"] >= 0, "an answer")["paint"]
            self.assertNotEqual(0, first["free_energy"])
            lab.drag([lab.place("paint.canvas", 0.8, 0.2), lab.place("paint.canvas", 0.2, 0.8)])
            lab.wait(lambda s: s["paint"]["free_energy"] != first["free_energy"], "another answer")

    def test_a_test_digit_can_be_put_on_the_canvas(self):
        with self.lab() as lab:
            lab.show("paint")
            lab.key("d")
            digit = lab.wait(lambda s: s["paint"]["ink"] > 10, "the digit")["paint"]
            lab.key("Delete")
            lab.wait(lambda s: s["paint"]["ink"] == 0, "the clean canvas")
            lab.key("ctrl+z")
            lab.wait(lambda s: abs(s["paint"]["ink"] - digit["ink"]) < 1e-3, "the digit again")

    def test_the_dream_goes_on_from_the_drawing(self):
        with self.lab() as lab:
            lab.show("paint")
            lab.drag(along(lab, 2))
            lab.wait(lambda s: s["paint"]["ink"] > 0, "the stroke")
            lab.key("m")
            lab.wait(lambda s: s["paint"]["dreaming"] and s["paint"]["dream_steps"] > 3, "the dream")
            lab.key("m")
            lab.wait(lambda s: not s["paint"]["dreaming"], "the dream to pause")


if __name__ == "__main__":
    unittest.main()
