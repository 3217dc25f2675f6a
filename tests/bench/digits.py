#!/usr/bin/env python3
"""rbmlab.RBM beside scikit-learn's BernoulliRBM on its digits, each in a pipeline with logistic regression. Prints the table
of README.md. PYTHONPATH names the folder of the module: build/release/python."""

import argparse
import time

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neural_network import BernoulliRBM
from sklearn.pipeline import make_pipeline

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


x, y = load_digits(return_X_y=True)
x = x / 16
kinds = {
    "BernoulliRBM": lambda seed: BernoulliRBM(100, learning_rate=0.06, n_iter=o.iterations, random_state=seed),
    "rbmlab.RBM": lambda seed: rbmlab.RBM(100, learning_rate=0.06, n_iter=o.iterations, random_state=seed),
}
print("| features | time of fit | test digits named | log-likelihood of test digits |\n| --- | ---: | ---: | ---: |")
for name, make in {**kinds, "the pixels themselves": None}.items():
    seconds, shares, likelihoods = [], [], []
    for seed in range(o.seeds):
        x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=seed)
        steps = [LogisticRegression(C=100, max_iter=2000)]
        if make:
            rbm = make(seed)
            began = time.perf_counter()
            rbm.fit(x_train)
            seconds.append(time.perf_counter() - began)
            likelihoods.append(log_likelihood(rbm, (x_test > 0.5).astype(np.float32)))
            x_train, x_test = rbm.transform(x_train), rbm.transform(x_test)
        shares.append(make_pipeline(*steps).fit(x_train, y_train).score(x_test, y_test))
    row = [f"{np.median(seconds):.2f} s" if seconds else "", f"{100 * np.mean(shares):.1f} %", f"{np.mean(likelihoods):.1f}" if likelihoods else ""]
    print(f"| {name} | {' | '.join(row)} |", flush=True)
