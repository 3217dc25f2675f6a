#!/usr/bin/env python3
"""What is taken away: pictures that lead back to their run, films, curves, and commands on standard input."""

import json
import os
import shutil
import struct
import subprocess
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
            # Ten hundredths a frame, however many the window missed.
            self.assertEqual(100, sum(int.from_bytes(gif[at + 4:at + 6], "little") for at in range(len(gif))
                                      if gif[at:at + 4] == b"\x21\xf9\x04\x04" and gif[at + 6:at + 9] == b"\0\0\x2c"))
            self.send("quit")
            self.assertEqual(0, lab.process.wait(PATIENCE_S), lab.said())
            lab.quit = lambda: None  # it has

    @unittest.skipUnless(shutil.which("ffmpeg") and shutil.which("ffprobe"), "needs ffmpeg: apt-get install ffmpeg")
    def test_films_of_filters_and_chains_are_mp4_that_play_as_long_as_they_were_recorded(self):
        with self.listening_lab(size="961x601", paused=False) as lab:
            for name, view, more, seconds in (("filters.mp4", "view.filters", "panel.filters", 2), ("chains.mp4", "view.chains", "", 1.5)):
                self.send(f"action {view}", *(["action gibbs.play"] if "chains" in view else []))
                lab.wait(lambda s: s["view"] in view, "the view")
                self.send(f"export-film {name} {seconds} {more}")
                lab.wait(lambda s: f"Saved the film {name}" in s["message"], "the film")
                told = subprocess.run(
                    ["ffprobe", "-v", "error", "-count_frames", "-of", "json", "-show_entries", "stream", str(self.folder / name)],
                    capture_output=True, text=True, check=True)
                self.assertEqual("", told.stderr)
                stream = json.loads(told.stdout)["streams"][0]
                self.assertEqual(("h264", "yuv420p", "10/1", str(round(10 * seconds))),
                                 tuple(stream[key] for key in ("codec_name", "pix_fmt", "r_frame_rate", "nb_read_frames")))
                sides = stream["width"], stream["height"]
                self.assertEqual((0, 0), tuple(side % 2 for side in sides))
                if not more:
                    self.assertEqual((962, 602), sides)

    def test_without_ffmpeg_an_mp4_says_what_to_do(self):
        with self.listening_lab(env={"PATH": str(self.folder)}) as lab:
            self.send("export-film f.mp4 1")
            said = lab.wait(lambda s: "ffmpeg" in s["message"], "the sentence")["message"]
            self.assertRegex(said, "not installed: install it .* or take a GIF")
            self.assertIn(said, lab.said())
            self.assertFalse((self.folder / "f.mp4").exists())

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
