#!/usr/bin/env python3
"""Gibbs sampling by hand: half-steps, full steps, running, and starting anew."""

import unittest

from lab import WindowCase


class Chains(WindowCase):
    def test_a_half_step_takes_the_other_layer_by_key_and_by_mouse(self):
        with self.lab() as lab:
            lab.show("chains")
            start = lab.wait(lambda s: s["chains"]["chains"] > 0, "the chains")["chains"]
            lab.key("period")
            half = lab.wait(lambda s: s["chains"]["half_steps"] == start["half_steps"] + 1, "the half-step")["chains"]
            self.assertNotEqual(start["phase"], half["phase"])
            lab.click("chains.half")
            whole = lab.wait(lambda s: s["chains"]["half_steps"] == start["half_steps"] + 2, "the other half")["chains"]
            self.assertEqual(start["phase"], whole["phase"])
            self.assertFalse(whole["playing"])

    def test_a_full_step_is_two_half_steps(self):
        with self.lab() as lab:
            lab.show("chains")
            start = lab.wait(lambda s: s["chains"]["chains"] > 0, "the chains")["chains"]
            lab.key("slash")
            once = lab.wait(lambda s: s["chains"]["half_steps"] == start["half_steps"] + 2, "the full step")["chains"]
            self.assertEqual(start["phase"], once["phase"])
            lab.click("chains.full")
            lab.wait(lambda s: s["chains"]["half_steps"] == start["half_steps"] + 4, "the second full step")

    def test_chains_run_until_they_are_stopped(self):
        with self.lab() as lab:
            lab.show("chains")
            lab.wait(lambda s: s["chains"]["chains"] > 0, "the chains")
            lab.key("g")
            lab.wait(lambda s: s["chains"]["playing"] and s["chains"]["half_steps"] > 6, "running chains")
            lab.click("chains.play")
            lab.wait(lambda s: not s["chains"]["playing"], "the chains to stop")
            stopped = lab.settled()["chains"]["half_steps"]
            lab.key("shift")
            self.assertEqual(stopped, lab.state()["chains"]["half_steps"])

    def test_a_new_start_begins_at_step_zero(self):
        with self.lab() as lab:
            lab.show("chains")
            lab.wait(lambda s: s["chains"]["chains"] > 0, "the chains")
            lab.key("slash", "period")
            lab.wait(lambda s: s["chains"]["half_steps"] == 3, "three half-steps")
            lab.key("n")
            lab.wait(lambda s: s["chains"]["half_steps"] == 0, "the new start")

    def test_a_click_on_a_start_chooses_it_and_starts_there(self):
        with self.lab() as lab:
            lab.show("chains")
            lab.wait(lambda s: s["chains"]["chains"] > 0, "the chains")
            starts = []
            for name in ("noise", "data", "training"):
                lab.key("period")
                lab.wait(lambda s: s["chains"]["half_steps"] == 1, "the half-step")
                lab.click("chains.start." + name)
                state = lab.wait(lambda s: s["chains"]["half_steps"] == 0, f"chains that start from {name}")
                starts.append(state["chains"]["start"])
            self.assertEqual(3, len(set(starts)), starts)

    def test_stepping_chains_leaves_training_alone(self):
        with self.lab() as lab:
            lab.key("b")
            lab.wait(lambda s: s["updates"] == 1, "one update")
            lab.show("chains")
            lab.wait(lambda s: s["chains"]["chains"] > 0, "the chains")
            lab.key("slash", "slash", "period")
            lab.wait(lambda s: s["chains"]["half_steps"] == 5, "five half-steps")
            state = lab.settled()
            self.assertEqual((1, "Paused"), (state["updates"], state["state"]))


if __name__ == "__main__":
    unittest.main()
