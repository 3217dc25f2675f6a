#!/usr/bin/env python3
"""Small valid files for the fuzz targets to start from: a checksum, a signature or a directory of a zip is not found by
chance. seeds.py FOLDER RBM writes FOLDER/csv, FOLDER/npz and so on; needs NumPy, and the program `rbm` for checkpoints."""

import io
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

import numpy as np


def png(colour_type, side=4, interlaced=0):
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour_type]

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    rows = b"".join(b"\0" + bytes((y * 40 + x) % 4 for x in range(side * channels)) for y in range(side))
    palette = chunk(b"PLTE", bytes(range(12))) + chunk(b"tRNS", b"\0\x80") if colour_type == 3 else b""
    header = struct.pack(">IIBBBBB", side, side, 8, colour_type, 0, 0, interlaced)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + palette + chunk(b"IDAT", zlib.compress(rows)) +
            chunk(b"IEND", b""))


def npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def npz(save=np.savez, **arrays):
    out = io.BytesIO()
    save(out, **arrays)
    return out.getvalue()


def safetensors(**arrays):
    header, body = {}, b""
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": [len(body), len(body) + array.nbytes]}
        body += array.tobytes()
    text = json.dumps(header | {"__metadata__": {"visible_units": "gaussian", "image_shape": "2x2x1"}}).encode()
    return struct.pack("<Q", len(text)) + text + body


def checkpoints(rbm):
    """Of tiny runs, without their checksums: with them a fuzzer would see one sentence and nothing behind it."""
    out = []
    for words in ((), ("--method", "tempering"), ("--optimizer", "adam"), ("--method", "cd", "--fast-rate", "0")):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "c.safetensors"
            subprocess.run([pathlib.Path(rbm).resolve(), "train", "--data", "bars-and-stripes:2", "--hidden", "2", "--batch", "2", "--chains", "2",
                            "--validation", "0", "--threads", "1", "--updates", "4", "--constant", *words, "--checkpoint", path],
                           cwd=folder, check=True, capture_output=True)
            content = path.read_bytes()
        (length,) = struct.unpack("<Q", content[:8])
        header = json.loads(content[8:8 + length])
        header["__metadata__"].pop("checksum", None)
        text = json.dumps(header).encode()
        out.append(struct.pack("<Q", len(text)) + text + content[8 + length:])
    return out


def main(folder, rbm):
    source = pathlib.Path(__file__).resolve().parents[2]
    kept = checkpoints(rbm)
    (length,) = struct.unpack("<Q", kept[0][:8])
    about = json.loads(kept[0][8:8 + length])["__metadata__"]
    settings, journal = about["training_settings"].encode(), about["run_journal"].encode()
    r = np.random.default_rng(1)
    bytes_, floats = r.integers(0, 256, (3, 2, 2), dtype=np.uint8), r.random((3, 4)).astype(np.float32)
    model = {"weights": floats.T.copy(), "visible_bias": floats[0].copy(), "hidden_bias": floats[:, 0].copy(),
             "log_variance": floats[1].copy()}
    theirs = {"components_": floats.astype(np.float64), "intercept_visible_": np.zeros(4), "intercept_hidden_": np.zeros(3)}
    seeds = {
        "csv": [b"x,y,label\n1.5,2,a\n3,4,b\n", b"1;2;3\n4;5;6\n", b"0 1\n1 0\n", b'"a","b"\n"1","2"\n',
                b"#a,1\n# x,y\n#b,2\nc,3\n", b"| a | b |\n|--|--|\n| 1 | 0 |\n", b"sep=;\na;b\nkg;m\n1;0,5\n0;1\n1;1\n",
                b",0,1\n0,1,0\n1,0,1\n"],
        "fasta": [b">a\nACG-\n>b\nacGT\n", b"1 1:1 3:0.5\n-1 2:1\n"],
        "idx": [b"\0\0\x08\x03" + struct.pack(">III", 2, 2, 2) + bytes(8), b"\0\0\x08\x01" + struct.pack(">I", 2) + b"\1\2"],
        "cifar": [bytes([3]) + bytes(i % 251 for i in range(3072)), (bytes([9]) + bytes(3072)) * 2],
        "npy": [npy(bytes_), npy(floats), npy(np.asfortranarray(floats)), npy(np.ones((2, 2, 2, 3))), npy(np.eye(3, dtype=np.int64))],
        "npz": [npz(images=bytes_, labels=np.array([0, 1, 2])), npz(np.savez_compressed, x=floats), npz(**model), npz(**theirs)],
        "picture": [*(png(kind) for kind in (0, 2, 3, 4, 6)), png(2, 1, 1)],
        "safetensors": [safetensors(**model), safetensors(weights=floats)],
        "checkpoint": kept,
        "preset": [path.read_bytes() for path in sorted((source / "assets/presets").glob("*.toml"))],
        "settings": [settings, b'{"hidden": 4, "method": "cd", "learning_rate": 0.5}',
                     b'theme = "light"\nscale = 1.5\nwidth = 1280\nheight = 800\nleft_ratio = 0.2\nsides = false\nfolder = "/tmp"\n'],
        "journal": [journal + b'{"update":1,"set":{"k":2}}\n{"update":2,"clock":{"learning_rate":0.5}}\n',
                    journal + b'{"update":0,"diverged_at":3}\n{"update":2,"resumed":"8 rows, 4 columns, 0"}\n'],
        "lesson": [b"title A\nminutes 2\nabout B.\nstep\nsay C.\nview watch\npoint a b.*\ndo play\ndo set k 3\nwant updates grows 5\nthen D.\n",
                   b"title A\nminutes 1\nabout B.\nstep\nsay C.\ndo stroke 1 2 3 4\nwant updates between 1 and 2\nwant updates is 3\n"],
        "script": [b"wait updates 5\naction play\nstroke 1 2 3 4\ntheme dark\nscale 1.5\nsize 960 600\n# note\n",
                   b"wait seconds 0.5\nunit 3\npicture a.png\nopen a b.npz\npreset density\nconfirm\nquit\n"],
    }
    for kind, files in seeds.items():
        (pathlib.Path(folder) / kind).mkdir(parents=True, exist_ok=True)
        for number, content in enumerate(files):
            (pathlib.Path(folder) / kind / f"seed{number}").write_bytes(content)


if __name__ == "__main__":
    main(*sys.argv[1:])
