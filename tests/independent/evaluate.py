#!/usr/bin/env python3
"""Judge a trained model without any code of this project: NumPy only.

Reads a .safetensors model by itself, computes log Z exactly (smaller layer of at most 20 units) or by annealed importance
sampling in both directions joined by Bennett's acceptance ratio, and prints the mean log-likelihood of a file of pictures as
JSON. Everything is in nats and double precision. The forward direction flatters a model on average, the reverse one is
pessimistic provided that its start, Gibbs chains from the pictures, has forgotten them; believe neither where they disagree.

  evaluate.py model.safetensors t10k-images-idx3-ubyte.gz
  evaluate.py model.safetensors binarized_mnist_test.bits.gz --steps 10000

Pictures: IDX (magic 0x00000803), or rows of 784 bits (98 bytes, most significant bit first); gzip is recognized.
"""

import argparse
import gzip
import json
import struct
import sys

try:
    import numpy as np
except ImportError:
    sys.exit("evaluate.py: NumPy is missing for this Python (Debian: apt-get install python3-numpy, and run it with /usr/bin/python3)")

MOST_ENUMERATED = 20


def read_bytes(path):
    with open(path, "rb") as file:
        content = file.read()
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def read_safetensors(path):
    """Returns {name: float64 array} of the floating-point tensors."""
    content = read_bytes(path)
    if len(content) < 8:
        raise ValueError(f"{path}: too short for a safetensors file")
    (length,) = struct.unpack("<Q", content[:8])
    if length > len(content) - 8:
        raise ValueError(f"{path}: not a safetensors file")
    header = json.loads(content[8 : 8 + length])
    body = content[8 + length :]
    kinds = {"F32": "<f4", "F64": "<f8"}
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] not in kinds:
            continue
        begin, end = entry["data_offsets"]
        values = np.frombuffer(body[begin:end], dtype=kinds[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"]).astype(np.float64)
    return tensors


def read_pictures(path, binarize, rng):
    """Returns [rows, pixels] of 0.0 and 1.0."""
    content = read_bytes(path)
    if content[:4] == b"\x00\x00\x08\x03":
        count, height, width = struct.unpack(">III", content[4:16])
        grey = np.frombuffer(content, dtype=np.uint8, count=count * height * width, offset=16)
        grey = grey.reshape(count, height * width)
        if binarize == "sample":
            return (rng.random(grey.shape) * 255 < grey).astype(np.float64)
        return (grey >= 128).astype(np.float64)
    if len(content) % 98 == 0:
        packed = np.frombuffer(content, dtype=np.uint8).reshape(-1, 98)
        return np.unpackbits(packed, axis=1).astype(np.float64)
    raise ValueError(f"{path}: neither an IDX file of pictures nor rows of 784 bits")


def softplus(x):
    return np.logaddexp(0.0, x)


def log_sum_exp(x):
    top = np.max(x)
    return top + np.log(np.sum(np.exp(x - top)))


def sigma(x):
    return np.exp(-np.logaddexp(0.0, -x))


class Rbm:
    """p(v, h) = exp(a.v + b.h + v.W.h) / Z with binary v and h."""

    def __init__(self, tensors):
        self.w = tensors["weights"]
        self.a = tensors["visible_bias"].ravel()
        self.b = tensors["hidden_bias"].ravel()
        if self.w.shape != (self.a.size, self.b.size):
            raise ValueError("the shapes of weights and biases do not fit together")

    def log_unnormalized(self, v):
        """log of the sum over h of exp(-E(v, h)), for every row."""
        return v @ self.a + softplus(v @ self.w + self.b).sum(axis=1)

    def exact_log_z(self):
        w, outer, inner = self.w.T, self.b, self.a
        if self.a.size < self.b.size:
            w, outer, inner = self.w, self.a, self.b
        units = outer.size
        parts = []
        for first in range(0, 1 << units, 4096):
            numbers = np.arange(first, min(first + 4096, 1 << units))
            states = ((numbers[:, None] >> np.arange(units)) & 1).astype(np.float64)
            parts.append(log_sum_exp(states @ outer + softplus(states @ w + inner).sum(axis=1)))
        return float(log_sum_exp(np.array(parts)))


class Path:
    """The models between independent pixels (t = 0) and the machine (t = 1): energies are mixed linearly."""

    def __init__(self, machine, base, rng):
        self.machine, self.base, self.rng = machine, base, rng
        self.log_z_of_base = machine.b.size * np.log(2.0) + softplus(base).sum()

    def log_density(self, v, fields, t):
        return v @ ((1 - t) * self.base + t * self.machine.a) + softplus(t * fields).sum(axis=1)

    def fields(self, v):
        return v @ self.machine.w + self.machine.b

    def gibbs(self, fields, t):
        h = (self.rng.random(fields.shape) < sigma(t * fields)).astype(np.float64)
        x = (1 - t) * self.base + t * (self.machine.a + h @ self.machine.w.T)
        return (self.rng.random(x.shape) < sigma(x)).astype(np.float64)

    def up(self, chains, times):
        """Log weights whose exponentials have mean Z."""
        v = (self.rng.random((chains, self.base.size)) < sigma(self.base)).astype(np.float64)
        work = np.full(chains, self.log_z_of_base)
        for before, after in zip(times[:-1], times[1:]):
            fields = self.fields(v)
            work += self.log_density(v, fields, after) - self.log_density(v, fields, before)
            if after < 1:
                v = self.gibbs(fields, after)
        return work

    def down(self, v, times):
        """Log weights of the reverse direction: exp(-weight) has mean 1 / Z."""
        work = np.full(v.shape[0], self.log_z_of_base)
        for after, before in zip(times[:0:-1], times[-2::-1]):
            fields = self.fields(v)
            work += self.log_density(v, fields, after) - self.log_density(v, fields, before)
            if before > 0:
                v = self.gibbs(fields, before)
        return work


def summary(work, sign):
    """log Z, its three-sigma range and the effective sample size of one direction."""
    n = work.size
    center = log_sum_exp(sign * work) - np.log(n)
    ratio = np.exp(sign * work - center)
    spread = 3 * ratio.std(ddof=1) / np.sqrt(n) if n > 1 else np.inf
    ends = [sign * (center + np.log1p(spread)), sign * (center + np.log1p(-spread)) if spread < 1 else -sign * np.inf]
    finite = [float(e) if np.isfinite(e) else None for e in sorted(ends)]
    return {
        "log_z": float(sign * center),
        "lower_3sigma": finite[0],
        "upper_3sigma": finite[1],
        "effective_sample_size": float(ratio.sum() ** 2 / (ratio**2).sum()),
    }


def bennett(up, down):
    """The z at which as many paths of either direction pass for the other's."""
    shift = np.log(down.size / up.size)
    low, high = min(up.min(), down.min()) - 100, max(up.max(), down.max()) + 100
    while high - low > 1e-10 * max(1.0, abs(low)):
        z = (low + high) / 2
        if sigma(up - z + shift).sum() > sigma(z - down - shift).sum():
            low = z
        else:
            high = z
    z = (low + high) / 2
    passed = [sigma(up - z + shift), sigma(z - down - shift)]
    variance = sum((np.mean(p**2) / np.mean(p) ** 2 - 1) / p.size for p in passed)
    return {"log_z": float(z), "standard_error": float(np.sqrt(max(variance, 0.0)))}


def annealed(machine, pictures, options, rng):
    counts = pictures.sum(axis=0)
    mean = (counts + 1) / (pictures.shape[0] + 2)
    path = Path(machine, np.log(mean) - np.log1p(-mean), rng)
    times = np.linspace(0.0, 1.0, options.steps + 1)
    up = path.up(options.chains, times)
    v = pictures[rng.choice(pictures.shape[0], options.chains, replace=pictures.shape[0] < options.chains)]
    for _ in range(options.gibbs):
        v = path.gibbs(path.fields(v), 1.0)
    down = path.down(v, times)
    return {"forward": summary(up, 1), "reverse": summary(down, -1), "bennett": bennett(up, down)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("pictures")
    parser.add_argument("--method", choices=["auto", "exact", "ais"], default="auto")
    parser.add_argument("--chains", type=int, default=100, help="runs of each direction")
    parser.add_argument("--steps", type=int, default=2000, help="inverse temperatures after 0")
    parser.add_argument("--gibbs", type=int, default=1000, help="Gibbs steps from pictures to the reverse start")
    parser.add_argument("--binarize", choices=["threshold", "sample"], default="threshold", help="of grey pictures")
    parser.add_argument("--rows", type=int, default=0, help="use the first so many pictures; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    rng = np.random.default_rng(options.seed)
    machine = Rbm(read_safetensors(options.model))
    pictures = read_pictures(options.pictures, options.binarize, rng)
    if options.rows > 0:
        pictures = pictures[: options.rows]
    if pictures.shape[1] != machine.a.size:
        raise ValueError(f"the pictures have {pictures.shape[1]} pixels, the model has {machine.a.size} visible units")

    smaller = min(machine.a.size, machine.b.size)
    method = options.method
    if method == "auto":
        method = "exact" if smaller <= MOST_ENUMERATED else "ais"
    if method == "exact" and smaller > MOST_ENUMERATED:
        raise ValueError(f"the smaller layer has {smaller} units; at most {MOST_ENUMERATED} can be enumerated here")

    result = {"visible": machine.a.size, "hidden": machine.b.size, "rows": pictures.shape[0], "method": method}
    if method == "exact":
        result["log_z"] = machine.exact_log_z()
        log_z_of = {"mean": result["log_z"]}
    else:
        estimates = annealed(machine, pictures, options, rng)
        result.update({"chains": options.chains, "steps": options.steps, **estimates})
        result["log_z"] = estimates["bennett"]["log_z"]
        log_z_of = {"mean": result["log_z"], "by_forward": estimates["forward"]["log_z"], "by_reverse": estimates["reverse"]["log_z"]}

    unnormalized = machine.log_unnormalized(pictures)
    likelihood = {name: float(unnormalized.mean() - log_z) for name, log_z in log_z_of.items()}
    likelihood["standard_error"] = float(unnormalized.std(ddof=1) / np.sqrt(pictures.shape[0])) if pictures.shape[0] > 1 else None
    result["mean_free_energy"] = float(-unnormalized.mean())
    result["log_likelihood"] = likelihood
    # Distinct pictures cannot have more than all the probability: above 0, log Z is too small.
    _, first = np.unique(np.packbits(pictures.astype(bool), axis=1), axis=0, return_index=True)
    result["log_mass_of_distinct_pictures"] = float(log_sum_exp(unnormalized[first]) - result["log_z"])
    json.dump(result, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    try:
        main()
    except (OSError, EOFError, ValueError, KeyError, struct.error) as error:
        sys.exit(f"evaluate.py: {error}")
