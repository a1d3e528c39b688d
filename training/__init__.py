"""Training of the networks that the app runs."""

import os
import sys
from importlib.util import find_spec

import app  # noqa: F401  # limits the threads of OpenBLAS, which NumPy reads when it is imported

if find_spec("unlzw3") is None or find_spec("HersheyFonts") is None:
    sys.exit('Training needs packages that the app does not: pip install -e ".[training]"')

# Without a GPU TensorFlow calls its absence an error, at length.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
