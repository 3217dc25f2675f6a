#!/usr/bin/env python3
"""rbmlab.RBM beside scikit-learn's BernoulliRBM on its digits, in turn, each with logistic regression on its features:
middles, and in brackets the ends over the splits. Prints the table of README.md. PYTHONPATH names the folder of the
module: build/release/python."""

import argparse
import time

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neural_network import BernoulliRBM

import rbmlab

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--seeds", type=int, default=5)
options.add_argument("--iterations", type=int, default=20)
o = options.parse_args()


def softplus(x):
    return np.logaddexp(0, x)


def log_likelihood(model, x):
    """Of binary rows, in nats, with log Z annealed by rbmlab for both."""
    whole = rbmlab.Model(model.components_.T, model.intercept_visible_, model.intercept_hidden_)
    z = whole.log_z("ais", data=x, chains=200, steps=3000)
    return -whole.free_energy(x).mean() - z.value


def told(values, digits, unit, middle=np.mean):
    """The middle of some values and in brackets their ends."""
    if not values:
        return ""
    return f"{middle(values):.{digits}f}{unit} ({min(values):.{digits}f} to {max(values):.{digits}f})".replace("-", "−")


x, y = load_digits(return_X_y=True)
x = x / 16
kinds = {
    "BernoulliRBM": lambda seed: BernoulliRBM(100, learning_rate=0.06, n_iter=o.iterations, random_state=seed),
    "rbmlab.RBM": lambda seed: rbmlab.RBM(100, learning_rate=0.06, n_iter=o.iterations, random_state=seed),
}
found = {name: ([], [], []) for name in [*kinds, "the pixels themselves"]}
for seed in range(o.seeds):  # in turn, so that what else the machine does meets them alike
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=seed)
    for name, (seconds, shares, likelihoods) in found.items():
        train, test = x_train, x_test
        if name in kinds:
            rbm = kinds[name](seed)
            began = time.perf_counter()
            rbm.fit(x_train)
            seconds.append(time.perf_counter() - began)
            likelihoods.append(log_likelihood(rbm, (x_test > 0.5).astype(np.float32)))
            train, test = rbm.transform(x_train), rbm.transform(x_test)
        shares.append(100 * LogisticRegression(C=100, max_iter=2000).fit(train, y_train).score(test, y_test))
print("| features | time of fit | test digits named | log-likelihood of test digits |\n| --- | ---: | ---: | ---: |")
for name, (seconds, shares, likelihoods) in found.items():
    print(f"| {name} | {told(seconds, 2, ' s', np.median)} | {told(shares, 1, ' %')} | {told(likelihoods, 1, '')} |")
