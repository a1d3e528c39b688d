"""A Keras `.h5` image classifier of the ten digits, run with NumPy.

    network = Network.load("digits.h5")
    probabilities = network(images)  # (N, 28, 28) -> (N, 10)

The way of the data: `file` reads HDF5 as plain data, which `contents` describes, `graph` makes
calls of layers of it, `layers` makes an operation of each, and `network` runs them. Nothing in a
file is ever executed. `apart` has strangers' files read by another process.
"""

from app.network.apart import read_apart
from app.network.contents import NetworkError
from app.network.network import Network

__all__ = ["Network", "NetworkError", "read_apart"]
