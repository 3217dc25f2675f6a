#!/usr/bin/env python3
"""Files that NumPy and Python's own library write, and what `rbm data` says of them."""

import csv
import json
import os
import pathlib
import random
import resource
import struct
import subprocess
import tempfile
import unittest
import zipfile
import zlib

RBM = os.environ["RBM_BIN"]
# Under a sanitizer the address space says nothing.
MEMORY = None if os.environ.get("RBM_SANITIZE") else 600 << 20

try:
    import numpy as np
except ImportError:
    np = None


def png(width, height, pixels):
    """An RGB PNG by the standard, row filter 0."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + pixels[y * width * 3 : (y + 1) * width * 3] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def bounded():
    if MEMORY:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


class Data(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_rbm(self, source, *options):
        return subprocess.run([RBM, "data", str(source), "--json", *map(str, options)], capture_output=True, text=True,
                              preexec_fn=bounded, check=False)

    def read(self, source, *options):
        done = self.run_rbm(source, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def refused(self, source, *parts):
        """The one sentence that names the source and holds every part."""
        done = self.run_rbm(source)
        self.assertIn(done.returncode, (1, 2), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.endswith(".\n"), done.stderr)
        for part in (str(source), *parts):
            self.assertIn(part, done.stderr)

    @unittest.skipIf(np is None, "NumPy is missing")
    def test_every_numpy_array_has_the_same_numbers_here(self):
        generator = np.random.default_rng(1)
        for dtype in ("uint8", "uint16", "int16", "int32", ">i4", "int64", "uint64", ">f4", "float32", "float64"):
            for shape in ((5, 12), (4, 3, 5), (3, 4, 5, 3), (3, 4, 5, 1)):
                for order in "CF":
                    with self.subTest(dtype=dtype, shape=shape, order=order):
                        array = (generator.random(shape) * 250 + 2).astype(dtype)
                        np.save(self.folder / "a.npy", np.asarray(array, order=order))
                        found = self.read(self.folder / "a.npy", "--row", 2)
                        self.assertEqual(found["rows"], shape[0])
                        self.assertEqual(found["channels"], shape[3] if len(shape) == 4 else 1)
                        self.assertEqual(found["numbers"], "real" if "f" in dtype else "bytes")
                        np.testing.assert_allclose(found["row"], array[2].ravel(), rtol=1e-6)
                        self.assertAlmostEqual(found["mean"], float(array.mean()), delta=1e-3)

    @unittest.skipIf(np is None, "NumPy is missing")
    def test_an_npz_archive_keeps_its_labels(self):
        x = 200 + np.arange(3 * 2 * 2, dtype="uint8").reshape(3, 2, 2)
        for save in (np.savez, np.savez_compressed):
            save(self.folder / "d.npz", x=x, y=np.array([2, 0, 2]), names=np.array(["a", "b"]))
            found = self.read(self.folder / "d.npz", "--row", 1)
            self.assertEqual((found["row"], found["row_label"], found["labels"]), ([204, 205, 206, 207], "0", {"0": 1, "2": 2}))

    @unittest.skipIf(np is None, "NumPy is missing")
    def test_numpy_files_that_are_no_data_are_refused(self):
        path = self.folder / "a.npy"
        np.save(path, np.array([[0.0, 1.0], [np.inf, 1.0]]))
        self.refused(path, "not finite in row 1")
        np.save(path, np.zeros((2, 2), dtype="complex64"))
        self.refused(path, "<c8")
        np.save(path, np.zeros((2, 5, 4, 6)))
        self.refused(path, "2 × 5 × 4 × 6")
        np.save(path, np.array([["a"]]))
        self.refused(path, "<U1")
        np.save(path, np.array([{}], dtype=object))
        self.refused(path, "|O")

    @unittest.skipIf(np is None, "NumPy is missing")
    def test_labels_of_words_and_rows_for_testing_are_found(self):
        x = np.full((4, 2), 200, dtype="uint8")
        np.savez(self.folder / "d.npz", x_train=x, y_train=np.array(["zwei", "eins", "zwei", "ünf"]), x_test=x[:2] + 1,
                 y_test=np.array(["eins", "eins"]))
        found = self.read(self.folder / "d.npz")
        self.assertEqual(found["labels"], {"eins": 1, "zwei": 2, "ünf": 1})
        self.assertTrue(any("--part test" in note for note in found["notes"]), found["notes"])
        found = self.read(self.folder / "d.npz", "--part", "test", "--row", 0)
        self.assertEqual((found["rows"], found["row"], found["labels"]), (2, [201, 201], {"eins": 2}))

    def test_a_model_is_evaluated_by_the_names_of_classes(self):
        rows = [f"{a},{b},{'pear' if a else 'fig'}" for a in (0, 255) for b in (0, 255)] * 10
        train, test, model = (self.folder / name for name in ("train.csv", "test.csv", "m.safetensors"))
        train.write_text("\n".join(["a,b,class", *rows]) + "\n", encoding="utf-8")
        # One class alone has the number 0 in its own file, and 1 in the model.
        test.write_text("\n".join(["a,b,class", *(row for row in rows if "pear" in row), "0,0,kiwi"]) + "\n", encoding="utf-8")
        subprocess.run([RBM, "train", "--data", str(train), "--labels", "--hidden", "4", "--updates", "2000", "--threads", "1",
                        "--out", str(model)], capture_output=True, check=True)
        done = subprocess.run([RBM, "eval", str(model), "--data", str(test), "--json"], capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
        self.assertIn("(kiwi)", done.stderr)
        self.assertEqual(found["images_of_unknown_classes"], 1)
        self.assertLess(found["label_error"], 0.1)

    def test_a_zip_bomb_is_refused_in_bounded_memory(self):
        path = self.folder / "bomb.npz"
        header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (1500, 1000, 1000), }"
        header += b" " * (63 - (10 + len(header)) % 64) + b"\n"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            with archive.open("x.npy", "w", force_zip64=True) as member:
                member.write(b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header)
                for _ in range(1500):
                    member.write(bytes(1_000_000))
        self.assertLess(path.stat().st_size, 3_000_000)
        self.refused(path, "implausible size")

    def test_a_picture_that_python_wrote_has_the_same_pixels_here(self):
        pixels = random.Random(1).randbytes(9 * 7 * 3)
        for name in ("one.png", "two.png"):
            (self.folder / name).write_bytes(png(9, 7, pixels))
        found = self.read(self.folder, "--row", 1)
        self.assertEqual((found["rows"], found["width"], found["height"], found["channels"]), (2, 9, 7, 3))
        self.assertEqual(found["row"], list(pixels))

    def test_a_huge_png_is_refused_by_its_header(self):
        path = self.folder / "huge.png"
        path.write_bytes(png(8, 8, bytes(192)).replace(struct.pack(">II", 8, 8), struct.pack(">II", 40000, 40000)))
        self.refused(path, "40000 × 40000")

    def test_csv_tables_have_the_same_numbers_here(self):
        rows = [[0.5, -3e-7, 1e8, "b"], [7, 8, 9, "a"]]
        for delimiter in ",;\t":
            for header in (None, ["x", "y y", "z", "class"]):
                with self.subTest(delimiter=delimiter, header=header):
                    with open(self.folder / "t", "w", newline="", encoding="utf-8") as out:
                        writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_NONNUMERIC)
                        if header:
                            writer.writerow(header)
                        writer.writerows(rows)
                    found = self.read(self.folder / "t", "--row", 0, *([] if header else ["--label", 4]))
                    for have, want in zip(found["row"], rows[0]):
                        self.assertAlmostEqual(have, want, delta=abs(want) * 1e-6)
                    self.assertEqual((found["row_label"], found["labels"]), ("b", {"a": 1, "b": 1}))

    def test_samples_of_a_table_have_its_names_and_all_digits_of_its_times(self):
        draw = random.Random(5)
        near = [(draw.gauss(0, 10), draw.gauss(3, 2)) for _ in range(500)]
        model, samples = self.folder / "m.safetensors", {}
        for name, shift in (("far", 1.7e9), ("near", 0)):
            rows = "".join(f"{shift + t:.6f},{b:.6f}\n" for t, b in near)
            (self.folder / f"{name}.csv").write_text("time,b\n" + rows, encoding="utf-8")
            for words in (["train", "--data", self.folder / f"{name}.csv", "--hidden", "2", "--updates", "200", "--out", model],
                          ["sample", model, "--count", "20", "--steps", "20", "--out", self.folder / f"{name}-drawn.csv"]):
                subprocess.run([RBM, *map(str, words)], capture_output=True, check=True)
            lines = (self.folder / f"{name}-drawn.csv").read_text(encoding="utf-8").splitlines()
            self.assertEqual((21, "time,b"), (len(lines), lines[0]))
            samples[name] = [tuple(map(float, line.split(","))) for line in lines[1:]]
        for (far, b), (time, same_b) in zip(samples["far"], samples["near"]):
            self.assertAlmostEqual(far - 1.7e9, time, delta=1e-3)
            self.assertAlmostEqual(b, same_b, delta=1e-4)

    def test_missing_cells_are_counted_left_out_of_every_number_and_learned_around(self):
        table, model = self.folder / "t.csv", self.folder / "m.safetensors"
        rows = [[f"{i % 3}.5", str(-1 if i % 4 == 0 else i % 5), "" if i % 6 == 0 else f"{i % 7}"] for i in range(60)]
        table.write_text("a,b,c\n" + "".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
        found = self.read(table, "--missing", -1, "--row", 0)
        self.assertEqual((25, [0.5, None, None], 0), (found["missing_cells"], found["row"], found["lowest"]))
        self.assertIn('25 of 180 cells', found["notes"][0])
        self.assertIn('"b": 15, "c": 10', found["notes"][0])
        again = self.folder / "again.csv"
        self.run_rbm(table, "--missing", -1, "--out", again)
        self.assertEqual(25, self.read(again)["missing_cells"])
        self.assertEqual(40, self.read(table, "--missing", -1, "--complete")["rows"])
        for method in ("cd", "pcd", "exact"):
            train = [RBM, "train", "--data", str(table), "--missing", "-1", "--method", method, "--hidden", "4", "--updates",
                     "200", "--out", str(model)]
            done = subprocess.run(train, capture_output=True, text=True, check=False)
            self.assertEqual(0, done.returncode, done.stderr)
            self.assertIn("25 of 180 cells", done.stderr)
            done = subprocess.run([RBM, "eval", str(model), "--exact", "--json"], capture_output=True, text=True, check=False)
            self.assertEqual(0, done.returncode, done.stderr)
            told = json.loads(done.stdout)
            self.assertEqual(("the cells that are not missing", 25), (told["measured_of"], told["missing_cells"]))
            self.assertEqual("standardized rows", told["density_of"])
            self.assertLess(told["mean_log_likelihood"], 0)

    def test_an_empty_folder_is_refused(self):
        self.refused(self.folder, "is empty")

    def test_a_small_set_trains_without_further_options(self):
        model = self.folder / "m.safetensors"
        done = subprocess.run([RBM, "train", "--data", "bars-and-stripes:3", "--hidden", "4", "--updates", "5", "--out",
                               str(model)], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        (self.folder / "p.png").write_bytes(png(40, 30, random.Random(1).randbytes(3600)))
        done = subprocess.run([RBM, "train", "--data", str(self.folder / "p.png"), "--patch", "4", "--patches", "500",
                               "--hidden", "4", "--updates", "5", "--out", str(model)], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        # The model remembers how its data were read.
        done = subprocess.run([RBM, "sample", str(model), "--start", "data", "--count", "4", "--steps", "2", "--out",
                               str(self.folder / "s.png")], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.folder / "s.png").read_bytes()[25], 2, "the samples are in colour")
        done = subprocess.run([RBM, "eval", str(model), "--json"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        told = json.loads(done.stdout)
        self.assertEqual(("p.png", "whitened pictures"), (told["data"], told["density_of"]))

    def test_colour_pictures_are_learned_by_gaussian_units_unless_told_otherwise(self):
        model, source = self.folder / "m.safetensors", self.folder / "p.png"
        source.write_bytes(png(40, 30, random.Random(2).randbytes(3600)))
        train = [RBM, "train", "--data", str(source), "--patch", "4", "--patches", "400", "--hidden", "4", "--updates", "5",
                 "--out", str(model)]

        def units(*words):
            done = subprocess.run([*train, *words], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            info = subprocess.run([RBM, "info", str(model)], capture_output=True, text=True, check=False).stdout
            return done.stderr, "gaussian" in info
        note, gaussian = units()
        self.assertTrue(gaussian)
        self.assertIn("--whitening standardize --lr 0.01 --variance-rate 0", note)
        self.assertEqual(("", False), units("--visible", "binary"))


if __name__ == "__main__":
    unittest.main()
