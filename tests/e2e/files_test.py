#!/usr/bin/env python3
"""Saving, opening, exporting, and files that are wrong."""

import json
import struct
import unittest
import zlib

from lab import PATIENCE_S, WindowCase


def header_of(path):
    """The JSON header of a .safetensors file."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8:8 + length])


def colour_png(side, values):
    """An RGB picture of side × side pixels."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    rows = b"".join(b"\0" + bytes(values[y * side * 3:(y + 1) * side * 3]) for y in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Files(WindowCase):
    def test_a_model_saved_with_ctrl_s_opens_in_another_window(self):
        path = self.folder / "mine.safetensors"
        with self.lab() as lab:
            lab.key("b", "b", "b")
            lab.wait(lambda s: s["updates"] == 3, "three updates")
            lab.key("ctrl+s")
            lab.choose_file(path)
            lab.wait(lambda s: "mine.safetensors" in s["notice"], "the notice")
        header = header_of(path)
        self.assertEqual([784, 16], header["weights"]["shape"])
        self.assertEqual([784], header["visible_bias"]["shape"])
        self.assertEqual([16], header["hidden_bias"]["shape"])
        with self.lab(hidden=9) as lab:
            self.assertEqual(9, lab.state()["settings"]["hidden"])
            lab.key("ctrl+o")
            lab.choose_file(path)
            state = lab.wait(lambda s: s["notice"].startswith("Opened"), "the opened model")
            self.assertEqual(16, state["settings"]["hidden"])
            self.assertEqual("", state["fault"])

    def test_a_checkpoint_remembers_its_updates(self):
        path = self.folder / "check.safetensors"
        with self.lab() as lab:
            lab.key("b", "b")
            lab.wait(lambda s: s["updates"] == 2, "two updates")
            lab.key("ctrl+shift+s")
            lab.choose_file(path)
            lab.wait(lambda s: s["notice"].startswith("Saved"), "the saved checkpoint")
        with self.lab(str(path)) as lab:  # as an argument this time
            state = lab.wait(lambda s: s["notice"].startswith("Opened"), "the opened checkpoint")
            self.assertEqual((2, 16), (state["updates"], state["settings"]["hidden"]))
            lab.key("b")
            lab.wait(lambda s: s["updates"] == 3, "training to go on")

    def test_an_existing_file_is_replaced_only_when_asked_again(self):
        path = self.folder / "there.safetensors"
        path.write_bytes(b"precious")
        with self.lab() as lab:
            lab.click("file.save")
            lab.wait(lambda s: "file.name" in s["widgets"], "the file dialog")
            lab.click_into("file.name")
            lab.type(str(path))
            lab.key("Return")
            lab.settled()
            self.assertEqual(b"precious", path.read_bytes())
            lab.key("Return")
            lab.wait(lambda s: s["notice"].startswith("Saved"), "the saved model")
            self.assertIn("weights", header_of(path))

    def test_a_wrong_file_gets_one_sentence_and_costs_nothing(self):
        wrong = self.folder / "wrong.safetensors"
        wrong.write_bytes(b"\x10\0\0\0\0\0\0\0{not json at all")
        with self.lab() as lab:
            lab.key("b", "b")
            lab.wait(lambda s: s["updates"] == 2, "two updates")
            lab.click("file.open")
            lab.choose_file(wrong)
            fault = lab.wait(lambda s: s["fault"], "the banner")["fault"]
            self.assertIn("wrong.safetensors", fault)
            self.assertNotIn("\n", fault)
            lab.key("b")
            state = lab.wait(lambda s: s["updates"] == 3, "training to go on with the model that was there")
            self.assertEqual(16, state["settings"]["hidden"])

    def test_a_folder_that_cannot_be_written_is_named(self):
        with self.lab() as lab:
            lab.key("b")
            lab.key("ctrl+s")
            lab.choose_file(self.folder / "nowhere" / "m.safetensors")
            fault = lab.wait(lambda s: s["fault"], "the banner")["fault"]
            self.assertIn("nowhere", fault)
            lab.click("fault.close")
            lab.wait(lambda s: "fault.close" not in s["widgets"], "the banner to go")

    def test_escape_leaves_the_file_dialog_without_a_file(self):
        with self.lab() as lab:
            lab.key("ctrl+s")
            lab.wait(lambda s: "file.name" in s["widgets"], "the file dialog")
            lab.key("Escape")
            lab.wait(lambda s: "file.name" not in s["widgets"], "the dialog to close")
            lab.settled()
            self.assertEqual([], list(self.folder.glob("*.safetensors")))

    def test_curves_are_exported_as_a_table(self):
        path = self.folder / "run.csv"
        with self.lab() as lab:
            lab.key("e")
            lab.wait(lambda s: s["epochs"] >= 1 and s["state"] == "Paused", "an epoch")
            points = lab.settled()["curves_points"]
            lab.key("ctrl+e")
            lab.choose_file(path)
            lab.wait(lambda s: path.exists(), "the file")
        rows = path.read_text(encoding="utf-8").splitlines()
        self.assertEqual(points + 1, len(rows))
        self.assertEqual(1, len({row.count(",") for row in rows}))

    def test_a_folder_of_pictures_is_shown_and_then_trained_on(self):
        pictures = self.folder / "pictures"
        pictures.mkdir()
        for number in range(40):
            png = colour_png(10, [(number * 6 + x * 9) % 256 for x in range(300)])
            (pictures / f"{number:02}.png").write_bytes(png)
        script = self.folder / "open.script"
        script.write_text(f"open {pictures}\nwait seconds 2\npicture {self.folder / 'preview.png'}\nconfirm\n"
                          "wait updates 20\nquit\n", encoding="utf-8")
        lab = self.lab("--script", str(script))
        self.addCleanup(lab.kill)
        self.assertEqual(0, lab.process.wait(PATIENCE_S), lab.said())
        last = lab.state()
        self.assertEqual(str(pictures), last["settings"]["data"])
        self.assertEqual("gaussian", last["settings"]["visible"])
        self.assertEqual("", last["fault"])
        self.assertGreaterEqual(last["updates"], 20)

    def test_a_folder_is_opened_by_its_name_and_a_name_that_is_not_there_is_told(self):
        pictures = self.folder / "pictures"
        pictures.mkdir()
        for number in range(12):
            (pictures / f"{number:02}.png").write_bytes(colour_png(6, [(number * 20 + x) % 256 for x in range(108)]))
        with self.lab() as lab:
            lab.key("ctrl+o")
            lab.wait(lambda s: "file.name" in s["widgets"], "the file dialog")
            lab.click_into("file.name")
            lab.type(str(self.folder / "nowhere"))
            self.assertNotIn("file.missing", lab.state()["widgets"])
            lab.key("Return")
            state = lab.wait(lambda s: "file.missing" in s["widgets"], "the message that there is no such file")
            self.assertIn("file.name", state["widgets"])
            lab.type(str(pictures))  # the box still has the keyboard, and the wrong name is selected
            lab.wait(lambda s: "file.missing" not in s["widgets"], "the message to go")
            lab.key("Return")
            lab.wait(lambda s: "data.train" in s["widgets"], "the preview")
            lab.key("Return")
            state = lab.wait(lambda s: s["updates"] > 0, "training")
            self.assertEqual((str(pictures), "gaussian"), (state["settings"]["data"], state["settings"]["visible"]))

    def test_data_given_at_the_start_are_shown_before_anything_is_trained(self):
        table = self.folder / "table.csv"
        table.write_text("".join(f"{n}.5,{2 * n},{-n}\n" for n in range(40)), encoding="utf-8")
        with self.lab("--data", str(table), paused=False) as lab:
            lab.wait(lambda s: "data.train" in s["widgets"], "the preview")
            self.assertEqual(("Paused", 0), (lab.state()["state"], lab.state()["updates"]))
            lab.click("data.train")
            state = lab.wait(lambda s: s["updates"] > 0, "training")
            self.assertEqual((str(table), "gaussian"), (state["settings"]["data"], state["settings"]["visible"]))
            self.assertEqual("", state["fault"])

    def test_a_code_for_missing_cells_is_given_in_the_preview(self):
        table = self.folder / "coded.csv"
        table.write_text("".join(f"{n % 2},{n // 2 % 2},{9 if n % 5 == 0 else 1}\n" for n in range(60)), encoding="utf-8")
        with self.lab() as lab:
            lab.key("ctrl+o")
            lab.choose_file(table)
            for typed in ("no number", "9"):  # the first one is told, and stays to be corrected
                lab.click_into("data.missing")
                lab.type(typed)
                lab.click("data.examples")
                self.assertIn("data.train", lab.settled()["widgets"])
            lab.click("data.train")
            state = lab.wait(lambda s: s["updates"] > 0, "training")
            self.assertEqual("missing=9", state["settings"]["data_options"])
            self.assertEqual("", state["fault"])

    def test_data_that_cannot_be_read_say_why_and_change_nothing(self):
        broken = self.folder / "broken.csv"
        broken.write_text("1,2,3\n4,five,6\n", encoding="utf-8")
        with self.lab() as lab:
            before = lab.state()["settings"]
            lab.key("ctrl+o")
            lab.choose_file(broken)
            lab.wait(lambda s: "data.cancel" in s["widgets"], "the dialog")
            lab.key("Escape")
            state = lab.wait(lambda s: "data.cancel" not in s["widgets"], "the end of the dialog")
            self.assertEqual(before, state["settings"])


if __name__ == "__main__":
    unittest.main()
