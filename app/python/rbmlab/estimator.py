"""RBM: the library behind scikit-learn's interface. Pure Python on rbmlab.Run and rbmlab.Model."""

import numbers

import numpy as np

try:
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
    from sklearn.utils import check_random_state
    from sklearn.utils.validation import check_is_fitted
except ImportError as missing:
    raise ImportError("rbmlab.RBM needs scikit-learn 1.2 or newer: apt-get install python3-sklearn.") from missing

from ._core import Run


class RBM(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """A Restricted Boltzmann Machine as a transformer: X becomes p(h = 1 | x).

    n_components   hidden units
    learning_rate  None: what suits the data; it falls to zero over the epochs of fit
    batch_size     rows of an update, or all where X has fewer
    n_iter         epochs of fit
    method, k      how the gradient is estimated (pcd, cd, fpcd, tempering), and Gibbs steps of an update
    visible        auto: binary for numbers within [0, 1], spins for −1 and +1, gaussian for others, which are standardized
    settings       a dict of any other settings of rbmlab.Run: {"l2": 1e-4}
    verbose        whether fit says how it gets on
    random_state   of everything that is drawn: the same one gives the same bits for any number of threads

    After fit: components_ [n_components, n_features], intercept_hidden_, intercept_visible_, model_ (an rbmlab.Model), and
    log_z_, an rbmlab.LogZ, which is found when it is first asked for.
    """

    def __init__(self, n_components=256, *, learning_rate=None, batch_size=10, n_iter=10, method="pcd", k=1,
                 visible="auto", settings=None, verbose=0, random_state=None):
        self.n_components = n_components
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.n_iter = n_iter
        self.method = method
        self.k = k
        self.visible = visible
        self.settings = settings
        self.verbose = verbose
        self.random_state = random_state

    def fit(self, X, y=None):
        """Learns X [rows, features]; y is not looked at."""
        X = self._validated(X, reset=True)
        self._begin(X, epochs=self.n_iter)
        callback, every = None, max(1, len(X) // self._run.settings["batch"])
        if self.verbose:
            def callback(run):
                print(f"[RBM] epoch {run.epochs:.1f}, {run.images_per_second:.0f} rows/s", flush=True)
        self._run.fit(callback=callback, every=every)
        return self._finish()

    def partial_fit(self, X, y=None):
        """Goes on with one pass over X, at a rate that does not fall."""
        begun = hasattr(self, "_run")
        X = self._validated(X, reset=not begun)
        if not begun:
            self._begin(X, decay_updates=0)
        else:
            # A batch has as many rows as the first one had: fewer rows are taken again.
            batch = self._batch
            X = np.resize(X, (max(len(X), batch), X.shape[1]))
            self._run = (Run.resume(self._run, X, other_data=True, decay_updates=0) if isinstance(self._run, bytes)
                         else self._run.with_data(X))
        self._run.step(max(1, len(X) // self._batch))
        return self._finish()

    def transform(self, X):
        """p(h = 1 | x) of every row [rows, n_components]."""
        check_is_fitted(self)
        X = self._validated(X, reset=False)
        return self.model_.hidden_probabilities(X).astype(X.dtype, copy=False)

    def score_samples(self, X):
        """log p(x) of every row, nats: exact where the model is small, else with log Z by annealing. ValueError where that
        cannot be trusted. Of real numbers, the density of the standardized ones."""
        check_is_fitted(self)
        X = self._validated(X, reset=False)
        z = self.log_z_
        if z.refused:
            raise ValueError(z.refused)
        return -self.model_.free_energy(X) - z.value

    def score(self, X, y=None):
        """The mean of score_samples(X)."""
        return float(np.mean(self.score_samples(X)))

    def gibbs(self, X):
        """X after one Gibbs step."""
        check_is_fitted(self)
        X = self._validated(X, reset=False)
        seed = check_random_state(self.random_state).randint(np.iinfo(np.int32).max)
        return self.model_.sample(start=X, steps=1, seed=seed)

    @property
    def log_z_(self):
        check_is_fitted(self)
        if self._log_z is None:
            self._log_z = self.model_.log_z(seed=self._seed)
        return self._log_z

    @property
    def _n_features_out(self):
        return self.components_.shape[0]

    def _validated(self, X, reset):
        how = {"dtype": [np.float64, np.float32], "reset": reset, "ensure_min_samples": 2 if reset else 1}
        if hasattr(self, "_validate_data"):
            return self._validate_data(X, **how)
        from sklearn.utils.validation import validate_data  # scikit-learn 1.6 and newer

        return validate_data(self, X, **how)

    def _begin(self, X, **length):
        for name in ("n_components", "batch_size", "n_iter"):
            value = getattr(self, name)
            if not isinstance(value, numbers.Integral) or value < 1:
                raise ValueError(f"{name} is {value!r}: give a whole number of at least 1.")
        self._seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        batch = min(self.batch_size, len(X))
        told = {"validation": 0, "average": 0, "chains": max(20, batch), **(self.settings or {}), **length}
        if self.learning_rate is not None:
            told["learning_rate"] = self.learning_rate
        if self.visible != "auto":
            told["visible"] = self.visible
        self._run = Run(X, hidden=self.n_components, batch=batch, method=self.method, k=self.k,
                        seed=self._seed, **told)
        self._batch = self._run.settings["batch"]

    def _finish(self):
        self.model_ = self._run.model
        self.components_ = self.model_.weights.T
        self.intercept_hidden_ = self.model_.hidden_bias
        self.intercept_visible_ = self.model_.visible_bias
        self._log_z = None
        return self

    def __getstate__(self):
        state = super().__getstate__().copy()
        if isinstance(state.get("_run"), Run):
            state["_run"] = state["_run"].checkpoint()
        state.pop("_log_z", None)
        return state

    def __setstate__(self, state):
        super().__setstate__(state)
        if hasattr(self, "model_"):
            self._log_z = None

    def _more_tags(self):
        return {"preserves_dtype": [np.float64, np.float32]}

    def __sklearn_tags__(self):  # scikit-learn 1.6 and newer
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
