#!/usr/bin/env python3
"""Every lesson from its first step to its last, with the mouse and the keyboard and by what is on the screen alone: the
names of the controls that are lit. What a step does not want does not pass it."""

import unittest

from lab import WindowCase

# A 3 in two strokes, in parts of the canvas.
THREE = [[(8, 6), (12, 4.5), (17, 5), (19, 8), (17, 11), (13, 13)],
         [(13, 13), (17.5, 14.5), (19.5, 18), (17.5, 22), (13, 23.5), (8, 22)]]


class Learner:
    """Goes through one lesson."""

    def __init__(self, lab, name):
        self.lab = lab
        self.name = name
        self.at = 0
        self.step(0)

    def step(self, number):
        return self.lab.wait(lambda s: s["lesson"]["id"] == self.name and s["lesson"]["step"] == number,
                             f"step {number + 1} of {self.name}")

    def is_refused(self):
        """Next does nothing yet."""
        self.lab.click("lesson.next")
        state = self.lab.state()["lesson"]
        assert (state["step"], state["done"]) == (self.at, False), state

    def goes_on(self, by_keys=False):
        """The step is done: Next, or Enter, leads to the next one, or the lesson is over."""
        state = self.lab.wait(lambda s: s["lesson"]["done"], f"the end of step {self.at + 1}")
        if by_keys:
            self.lab.key("Return")
        else:
            self.lab.click("lesson.next")
        self.at += 1
        if self.at == state["lesson"]["steps"]:
            self.lab.wait(lambda s: s["lesson"]["id"] == "", "the end of the lesson")
        else:
            self.step(self.at)

    def clicks(self, *widgets):
        for widget in widgets:
            self.lab.click(widget)
        self.goes_on()

    def presses(self, *keys):
        self.lab.key(*keys)
        self.goes_on(by_keys=True)


class Lessons(WindowCase):
    def begin(self, name):
        lab = self.lab("--lesson", name, keep=self.folder / "kept")  # so that no preset asks
        self.addCleanup(lab.kill)
        return lab

    @staticmethod
    def mend(lab, button):
        """The list grows while one aims: a press that meets another line is repeated."""
        lab.wait(lambda s: button in s["widgets"], button)
        for _ in range(5):
            if button not in lab.state()["widgets"] or lab.state()["lesson"]["done"]:
                break
            lab.click(button)
            lab.key("shift")

    def test_why_hidden_units(self):
        with self.begin("hidden-units") as lab:
            learner = Learner(lab, "hidden-units")
            lab.key("F9", "b")
            lab.click("heights.units.3")
            learner.is_refused()
            learner.clicks("heights.units.1", "heights.play")
            lab.click("heights.units.2")
            learner.is_refused()
            lab.click("heights.units.1")
            lab.drag([lab.place("heights.hills", 0.58, 0.94), lab.place("heights.hills", 0.7, 0.94)])  # 179 to 189 cm
            learner.goes_on()
            learner.clicks("heights.units.2")
            learner.clicks("heights.units.3")
            learner.presses("2")

    def test_watching_filters_grow(self):
        with self.begin("filters") as lab:
            learner = Learner(lab, "filters")
            lab.wait(lambda s: s["settings"]["hidden"] == 100 and s["updates"] == 0, "the new model")
            lab.key("b", "b", "b", "b")
            learner.is_refused()
            learner.presses("b")
            learner.clicks("train.play")
            lab.click("filters.wall", 0.52, 0.52)
            learner.goes_on()
            learner.presses("7")

    def test_one_update_in_slow_motion(self):
        with self.begin("update") as lab:
            learner = Learner(lab, "update")
            learner.goes_on()
            lab.wait(lambda s: s["state"] == "Paused", "the pause")
            learner.is_refused()
            learner.clicks("update.next")
            learner.presses("u")
            lab.key("u")
            learner.is_refused()
            learner.presses("u")
            learner.presses("u")
            learner.clicks("update.next")
            lab.key("u")
            learner.is_refused()  # an update by the old method
            lab.click("train.method")
            learner.clicks("train.method.CD")
            learner.is_refused()
            lab.key(*["u"] * 7)  # the five other phases of that one, and the first two of the next
            learner.is_refused()  # before its chains have started
            learner.presses("u")

    def test_half_steps(self):
        with self.begin("half-steps") as lab:
            learner = Learner(lab, "half-steps")
            lab.wait(lambda s: s["updates"] >= 300 and s["state"] == "Paused", "some training, and the pause after it")
            learner.is_refused()
            learner.clicks("chains.half")
            lab.key("n")
            learner.is_refused()
            learner.clicks("chains.half")
            learner.presses("r")
            learner.clicks("chains.play")
            lab.key("5")
            lab.click("chains.start.data")
            learner.is_refused()
            learner.clicks("chains.start.painted")
            lab.click("chains.start.noise")  # from there an 8 is no crossing
            learner.is_refused()
            learner.clicks("chains.start.painted", "chains.fast")

    def test_paint_and_dream(self):
        with self.begin("paint") as lab:
            learner = Learner(lab, "paint")
            lab.wait(lambda s: s["updates"] >= 300, "some training")
            lab.drag([lab.place("paint.canvas", x, y) for x, y in [(0.5, 0.15), (0.5, 0.5), (0.5, 0.85)]])
            learner.is_refused()  # a 1 is no 3
            lab.key("Delete")
            for stroke in THREE:
                lab.drag([lab.place("paint.canvas", (x + 0.5) / 28, (y + 0.5) / 28) for x, y in stroke])
            learner.goes_on()
            learner.presses("m")
            learner.is_refused()  # what training changes is nobody's doing
            learner.clicks("paint.digit.dice")
            learner.clicks("paint.noise", "paint.noise")

    def test_ask_why(self):
        with self.begin("why") as lab:
            learner = Learner(lab, "why")
            lab.wait(lambda s: s["updates"] >= 500, "some training")
            learner.is_refused()
            learner.clicks("why.dice")
            lab.click("why.dice")
            learner.is_refused()
            learner.clicks("why.v")
            lab.click("why.pixel.for.1")
            learner.is_refused()
            learner.clicks("why.pixel.for.0")
            learner.clicks("why.list.choice.This surprise")

    def test_contrastive_divergence_against_the_truth(self):
        with self.begin("truth") as lab:
            learner = Learner(lab, "truth")
            learner.goes_on()
            learner.goes_on()
            learner.is_refused()
            lab.click("train.method")
            learner.clicks("train.method.Tempering")
            learner.goes_on()

    def test_six_runs_that_break(self):
        with self.begin("broken") as lab:
            learner = Learner(lab, "broken")
            learner.is_refused()
            learner.presses("8")
            learner.is_refused()
            for name in ("alike", "rate", "dead", "fit", "mixing", "dreams"):
                self.mend(lab, "health.mend." + name)
                learner.goes_on()

    def test_is_it_a_good_model(self):
        with self.begin("good") as lab:
            learner = Learner(lab, "good")
            lab.key("2")
            learner.is_refused()
            learner.presses("7")
            learner.presses("8")
            lab.key("5")
            lab.click("chains.start.data")
            lab.click("chains.play")
            lab.wait(lambda s: s["chains"]["half_steps"] >= 100, "a hundred half-steps")
            learner.is_refused()  # begun at the data
            lab.click("chains.start.noise")
            learner.goes_on()
            lab.key("6")
            learner.is_refused()
            learner.clicks("paint.digit.dice")

    def test_the_first_lesson_is_offered_once(self):
        with self.lab() as lab:
            lab.click("lesson.offer.no")
            lab.wait(lambda s: "lesson.offer.no" not in s["widgets"], "the line to go")
        with self.lab() as lab:
            self.assertNotIn("lesson.offer.no", lab.settled()["widgets"])

    def test_a_teacher_s_folder_goes_over_the_program_s_lessons_and_classroom_mode_hides_what_is_not_used(self):
        own = self.folder / "own"
        own.mkdir()
        (own / "paint.lesson").write_text("title Mine\nminutes 1\nabout Only paint.\nstep\nsay Draw.\nview paint\n"
                                          "point paint.canvas\nwant ink at least 5\n", encoding="utf-8")
        with self.lab("--lessons", own, "--lesson", "paint", "--classroom") as lab:
            learner = Learner(lab, "paint")
            shown = lab.settled()["widgets"]
            self.assertEqual([], [name for name in shown if name.startswith(("train.", "place.measure", "place.chains"))])
            lab.drag([lab.place("paint.canvas", 0.2, 0.2), lab.place("paint.canvas", 0.8, 0.8)])
            learner.goes_on()
            lab.wait(lambda s: "place.measure" in s["widgets"], "the rest of the window")


if __name__ == "__main__":
    unittest.main()
