"""Restricted Boltzmann Machines: train, evaluate, sample.

    import rbmlab
    run = rbmlab.Run(x, hidden=100, epochs=20)  # x: rows × columns, NumPy
    run.fit()
    model = run.model
    features = model.transform(x)
    z = model.log_z(data=x)                     # z.lower, z.upper: its bracket
    log_p = -model.free_energy(x) - z.value
    dreams = model.sample(25)
"""

from ._core import LogZ, Model, Run, __version__, defaults, set_threads

__all__ = ["RBM", "LogZ", "Model", "Run", "__version__", "defaults", "set_threads"]


def __getattr__(name):
    # The estimator alone needs scikit-learn.
    if name == "RBM":
        from .estimator import RBM

        return RBM
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
