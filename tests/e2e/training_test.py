#!/usr/bin/env python3
"""Training by mouse and keyboard: play, pause, one batch, one epoch, reset."""

import math
import unittest

from lab import WindowCase


class Training(WindowCase):
    def test_a_plain_start_learns_by_itself_and_space_pauses_it(self):
        with self.lab(paused=False, hidden=64) as lab:
            lab.wait(lambda s: s["state"] == "Running" and s["updates"] > 50, "learning")
            lab.wait(lambda s: s["curves_points"] > 0 and s["images_per_second"] > 0, "the first point of the curves")
            lab.key("space")
            lab.wait(lambda s: s["state"] == "Paused", "the pause")
            paused = lab.settled()["updates"]
            lab.key("shift")
            self.assertEqual(paused, lab.state()["updates"])
            lab.key("space")
            lab.wait(lambda s: s["updates"] > paused, "learning again")

    def test_a_click_on_play_starts_and_a_second_one_pauses(self):
        with self.lab() as lab:
            self.assertEqual("Paused", lab.state()["state"])
            self.assertEqual(0, lab.state()["updates"])
            lab.click("train.play")
            lab.wait(lambda s: s["state"] == "Running" and s["updates"] > 0, "training")
            lab.click("train.play")
            lab.wait(lambda s: s["state"] == "Paused", "the pause")

    def test_one_batch_is_one_update_by_key_and_by_mouse(self):
        with self.lab() as lab:
            lab.key("b")
            lab.wait(lambda s: s["updates"] == 1 and s["state"] == "Paused", "one update")
            lab.click("train.batch")
            lab.wait(lambda s: s["updates"] == 2 and s["state"] == "Paused", "the second update")
            self.assertEqual(2, lab.settled()["updates"])

    def test_one_epoch_ends_exactly_at_the_epoch(self):
        with self.lab() as lab:
            lab.key("b")
            lab.wait(lambda s: s["updates"] == 1, "one update")
            lab.key("e")
            done = lab.wait(lambda s: s["state"] == "Paused" and s["epochs"] >= 1, "the end of the epoch")
            self.assertAlmostEqual(1.0, done["epochs"], delta=1e-6)
            lab.click("train.epoch")
            twice = lab.wait(lambda s: s["state"] == "Paused" and s["epochs"] >= 2, "the second epoch")
            self.assertEqual(2 * done["updates"], twice["updates"])

    def test_a_reset_asks_only_when_work_would_be_lost(self):
        with self.lab() as lab:
            lab.key("b", "b")
            lab.wait(lambda s: s["updates"] == 2, "two updates")
            lab.key("ctrl+r")  # two mini-batches are no work
            lab.wait(lambda s: s["updates"] == 0, "the model to start over without a question")
            self.assertNotIn("reset.confirm", lab.state()["widgets"])

            lab.key("e")
            epoch = lab.wait(lambda s: s["epochs"] >= 1 and s["state"] == "Paused", "an epoch")["updates"]
            lab.key("ctrl+r")
            lab.wait(lambda s: "reset.confirm" in s["widgets"], "the question")
            lab.key("Escape")
            lab.wait(lambda s: "reset.confirm" not in s["widgets"], "the question to go")
            self.assertEqual(epoch, lab.settled()["updates"])

            lab.click("train.reset")
            lab.wait(lambda s: "reset.confirm" in s["widgets"], "the question again")
            lab.click("reset.confirm")
            lab.wait(lambda s: s["updates"] == 0, "the model to start over")

    def choose_preset(self, lab, preset):
        lab.click("train.preset")
        lab.wait(lambda s: "preset.classifier" in s["widgets"], "the cards of the presets")
        lab.scroll_to("preset." + preset, "preset.classifier")
        lab.click("preset." + preset)

    def test_choosing_a_preset_asks_and_keeping_the_model_keeps_its_settings(self):
        with self.lab() as lab:
            lab.key("e")
            lab.wait(lambda s: s["epochs"] >= 1 and s["state"] == "Paused", "an epoch")
            before = lab.settled()
            self.choose_preset(lab, "classifier")
            lab.wait(lambda s: "reset.confirm" in s["widgets"], "the question")
            lab.key("Escape")
            kept = lab.wait(lambda s: "reset.confirm" not in s["widgets"], "the question to go")
            for told in ("updates", "settings", "wanted"):
                self.assertEqual(before[told], kept[told])
            self.choose_preset(lab, "classifier")
            lab.wait(lambda s: "reset.confirm" in s["widgets"], "the question again")
            lab.click("reset.confirm")
            lab.wait(lambda s: s["settings"]["hidden"] == 500 and s["updates"] == 0, "the classifier")
            # Settings that the run at hand cannot take, and back.
            for preset, hidden in (("exact", 10), ("quick", 196), ("exact", 10), ("classifier", 500)):
                self.choose_preset(lab, preset)
                lab.wait(lambda s: s["settings"]["hidden"] == hidden and s["settings"] == s["wanted"], preset)

    def test_a_saved_model_is_reset_without_a_question(self):
        with self.lab() as lab:
            lab.key("e")
            lab.wait(lambda s: s["epochs"] >= 1 and s["state"] == "Paused", "an epoch")
            lab.key("ctrl+s")
            lab.choose_file(self.folder / "kept.safetensors")
            lab.wait(lambda s: s["notice"].startswith("Saved"), "the saved model")
            lab.settled()
            lab.key("ctrl+r")
            lab.wait(lambda s: s["updates"] == 0, "the model to start over")

    def test_a_setting_that_waits_for_a_reset_changes_nothing_before_it(self):
        with self.lab() as lab:
            lab.scroll_to("train.dice", "train.learning_rate")
            lab.click("train.dice")
            state = lab.wait(lambda s: s["wanted"]["seed"] != 1, "another seed")
            self.assertEqual(1, state["settings"]["seed"])
            lab.key("ctrl+r")
            lab.wait(lambda s: s["settings"]["seed"] == state["wanted"]["seed"], "the seed after the reset")

    def test_a_change_that_waits_can_be_taken_back(self):
        with self.lab() as lab:
            lab.scroll_to("train.dice", "train.learning_rate")
            lab.click("train.dice")
            lab.wait(lambda s: s["wanted"]["seed"] != 1, "another seed")
            lab.click("waiting.seed")
            state = lab.wait(lambda s: s["wanted"]["seed"] == 1, "the seed as it was")
            self.assertNotIn("waiting.seed", lab.settled()["widgets"])
            self.assertEqual(state["settings"], state["wanted"])

    def test_the_exact_world_starts_from_its_view_and_every_report_is_below_the_best(self):
        with self.lab(hidden=64) as lab:
            lab.show("exact")
            lab.click("exact.start")
            first = lab.wait(lambda s: s["settings"]["hidden"] == 10 and "divergence" in s["exact"], "the exact world")
            self.assertGreater(first["exact"]["divergence"], 1)
            lab.key("space")
            lab.wait(lambda s: s["exact"]["divergence"] < 0.5, "a better model")
            lab.key("space")
            last = lab.wait(lambda s: s["state"] == "Paused" and s["exact"]["update"] == s["updates"], "the last report")
            self.assertGreater(last["exact"]["divergence"], 0)
            self.assertAlmostEqual(-math.log(30), last["exact"]["divergence"] + last["exact"]["log_likelihood"], delta=1e-9)
            self.assertGreater(last["exact"]["cosine3"], last["exact"]["cosine0"])


class SlowMotion(WindowCase):
    def test_a_key_is_a_phase_of_one_update(self):
        with self.lab() as lab:
            lab.key("u")
            lab.wait(lambda s: s["view"] == "update", "the view of one update")
            for update in (1, 2):
                lab.key("u")
                lab.wait(lambda s: s["updates"] == update and s["update"]["phase"] == 0, "the images")
                for phase in range(1, 6):
                    lab.key("u")
                    lab.wait(lambda s: s["update"]["phase"] == phase, f"phase {phase}")
                self.assertEqual((update, "Paused"), (lab.state()["updates"], lab.state()["state"]))
            lab.key("shift+u")
            lab.wait(lambda s: s["update"]["phase"] == 4, "the phase before")

    def test_the_speed_holds_training_back_and_shows_slow_updates_by_themselves(self):
        with self.lab() as lab:
            lab.click("speed", 0.02)
            lab.wait(lambda s: s["view"] == "update", "slow motion")
            lab.key("space")
            lab.wait(lambda s: s["updates"] == 1 and s["update"]["plays"], "the first update")
            lab.click("speed", 0.98)
            lab.wait(lambda s: s["updates"] > 50, "full speed")


if __name__ == "__main__":
    unittest.main()
