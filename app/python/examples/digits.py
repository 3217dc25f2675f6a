#!/usr/bin/env python3
"""From a matrix to features, likelihood with bracket, samples and a figure: read it from top to bottom, as a notebook."""

import argparse
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import rbmlab

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--epochs", type=float, default=200)
options.add_argument("--hidden", type=int, default=100)
options.add_argument("--out", default="digits.png")
o = options.parse_args()

# 1. Any matrix will do: here 1,797 digits of 8 × 8 grey values, as pictures, so that they can be shown.
digits = load_digits()
x = digits.images / 16

# 2. A run: settings by their names, the rest suits the data. The callback watches the likelihood, whose log Z is annealed.
likelihood = []


def watch(run):
    z = run.model.log_z(data=x, steps=300)
    held = -run.model.free_energy(x > 0.5).mean()
    likelihood.append((run.updates, held - z.value, held - z.upper, held - z.lower))


began = time.time()
run = rbmlab.Run(x, hidden=o.hidden, epochs=o.epochs, learning_rate=0.1, binarization="threshold", validation=200, seed=1)
length = max(1, int(o.epochs * len(x) / run.settings["batch"] / 15))
run.fit(callback=watch, every=length)
print(f"{run.updates} updates in {time.time() - began:.1f} s, likelihoods included")

# 3. The model: arrays, features, samples.
model = run.model
features = model.transform(x)
samples = model.sample(64, steps=2000, probabilities=True)
curves = run.metrics()

# 4. One figure.
figure, axes = plt.subplots(2, 2, figsize=(9, 8), constrained_layout=True)


def mosaic(axis, pictures, title, **how):
    side = int(len(pictures) ** 0.5)
    tiles = np.pad(pictures[: side * side].reshape(side, side, 8, 8), ((0, 0), (0, 0), (1, 0), (1, 0)), constant_values=np.nan)
    axis.imshow(tiles.transpose(0, 2, 1, 3).reshape(9 * side, 9 * side), **how)
    axis.set_title(title)
    axis.axis("off")


largest = np.abs(model.weights).max()
mosaic(axes[0, 0], model.weights.T, "Weights of the hidden units", cmap="PuOr", vmin=-largest, vmax=largest)
mosaic(axes[0, 1], samples, "Samples", cmap="gray")
update, value, lower, upper = np.array(likelihood or [(0, np.nan, np.nan, np.nan)]).T
axes[1, 0].fill_between(update, lower, upper, alpha=0.3, label="bracket")
axes[1, 0].plot(update, value, label="log-likelihood")
axes[1, 0].set(title="Log-likelihood of the digits, nats", xlabel="update")
axes[1, 0].legend()
axes[1, 1].plot(curves["update"], curves["reconstruction_train"], label="training")
axes[1, 1].plot(curves["update"], curves["reconstruction_validation"], label="validation")
axes[1, 1].set(title="Reconstruction error", xlabel="update")
axes[1, 1].legend()
figure.savefig(o.out, dpi=120)
print(f"{features.shape[0]} rows of {features.shape[1]} features; the figure is {o.out}")
