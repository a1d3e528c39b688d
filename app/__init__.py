"""Digit Pad: write a digit and have it read."""

import os

__version__ = "0.1.0"

# One digit is too little work to share: with two threads OpenBLAS needs 1 ms on a quiet machine
# and 100 ms on a busy one. NumPy reads this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
