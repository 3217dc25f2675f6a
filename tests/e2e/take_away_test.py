#!/usr/bin/env python3
"""What is taken away: pictures that lead back to their run, films, curves, and commands on standard input."""

import os
import shutil
import struct
import unittest
import xml.etree.ElementTree

from lab import PATIENCE_S, WindowCase


def png_size(path):
    data = path.read_bytes()
    return struct.unpack(">II", data[16:24])


class TakeAwayTest(WindowCase):
    def send(self, *lines):
        os.write(self.commands, ("\n".join(lines) + "\n").encode())

    def listening_lab(self, **options):
        """A lab that takes commands from a pipe."""
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        self.commands = os.open(pipe, os.O_RDWR)
        self.addCleanup(os.close, self.commands)
        return self.lab("--script", "-", stdin=self.commands, **options)

    def test_commands_on_standard_input_take_pictures_films_and_curves_away(self):
        with self.listening_lab() as lab:
            self.send("fly away", "action step.epoch")
            lab.wait(lambda s: s["epochs"] >= 1 and s["state"] == "Paused", "an epoch")
            self.assertIn('line 1: there is no verb "fly"', lab.said())
            self.send("action view.filters", "export-picture one.png 1 panel.filters",
                      "export-picture three.png 3 panel.filters", "export-picture no.png 1 panel.none")
            lab.wait(lambda s: "panel.none" in s["message"], "a refusal that names the part")
            one, three = png_size(self.folder / "one.png"), png_size(self.folder / "three.png")
            self.assertGreater(one[0], 300)
            for a, b in zip(one, three):
                self.assertAlmostEqual(3 * a, b, delta=6)
            self.send("export-curves c.svg", "export-curves c.csv", "export-numbers n.txt")
            lab.wait(lambda s: "n.txt" in s["message"], "the numbers")
            root = xml.etree.ElementTree.parse(self.folder / "c.svg").getroot()
            self.assertTrue(root.tag.endswith("svg"))
            self.assertIn("hidden\t16\n", (self.folder / "n.txt").read_text(encoding="utf-8"))
            self.assertTrue((self.folder / "c.csv").read_text(encoding="utf-8").startswith("update,"))
            self.send("export-film f.gif 1 panel.filters", "wait seconds 1.5")
            said = lab.wait(lambda s: "Saved the film f.gif" in s["message"], "the film")["message"]
            self.assertGreater(int(said.split(",")[1].split()[0]), 1)
            gif = (self.folder / "f.gif").read_bytes()
            self.assertEqual(b"GIF89a", gif[:6])
            self.assertEqual(one, struct.unpack("<HH", gif[6:10]))
            if shutil.which("ffmpeg"):
                self.send("export-film f.mp4 1")
                lab.wait(lambda s: "Saved the film f.mp4" in s["message"], "the film")
                self.assertIn(b"ftyp", (self.folder / "f.mp4").read_bytes()[:16])
            else:
                self.send("export-film f.mp4 1")
                lab.wait(lambda s: "needs the program ffmpeg" in s["message"], "the sentence")
            self.send("quit")
            self.assertEqual(0, lab.process.wait(PATIENCE_S), lab.said())
            lab.quit = lambda: None  # it has

    def test_a_picture_opens_its_run_and_where_that_is_gone_begins_it_anew(self):
        keep = self.folder / "runs"
        with self.lab(keep=keep) as lab:
            lab.key("b", "b", "b")
            kept = lab.wait(lambda s: s["updates"] == 3, "three updates")["updates"]
            lab.show("filters")
            lab.key("F12")
            lab.wait(lambda s: "rbm-lab-1.png" in s["message"], "the picture")
        picture = self.folder / "rbm-lab-1.png"
        with self.lab(keep=keep, hidden=9) as lab:
            lab.key("ctrl+o")
            lab.choose_file(picture)
            lab.wait(lambda s: s["settings"]["hidden"] == 16 and s["updates"] == kept and s["view"] == "filters",
                     "the run of the picture")
        for path in keep.glob("run-*"):
            path.unlink()
        with self.lab(keep=keep, hidden=9) as lab:
            lab.key("ctrl+o")
            lab.choose_file(picture)
            lab.wait(lambda s: s["settings"]["hidden"] == 16 and s["updates"] == 0 and s["view"] == "filters",
                     "the run of the picture, anew")
            self.assertIn("begins anew", lab.state()["message"])

    def test_the_menu_saves_a_picture_of_a_panel(self):
        with self.lab() as lab:
            lab.key("b")
            lab.wait(lambda s: s["updates"] == 1, "an update")
            lab.key("F10")
            lab.click("take.size.2×")
            lab.click("take.picture")
            lab.choose_file(self.folder / "window.png")
            lab.wait(lambda s: "Saved the picture" in s["message"], "the picture")
            self.assertEqual((2560, 1600), png_size(self.folder / "window.png"))


if __name__ == "__main__":
    unittest.main()
