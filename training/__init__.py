"""Training of the networks that the app runs."""

import os

import app  # noqa: F401  # limits the threads of OpenBLAS, which NumPy reads when it is imported

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
