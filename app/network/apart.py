"""A stranger's `.h5` file, read by a process of its own.

HDF5's library is written in C. A file that is damaged, or made to do harm, can crash it, keep it
busy for ever or have it take all memory, and nothing inside a process can stop that. So the program
starts itself once more; that process reads the file and sends what it holds as plain data: a line
of JSON and then the weights as float32.
"""

from __future__ import annotations

import faulthandler
import json
import math
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np

from app.network.contents import DAMAGED, Contents, NetworkError, Weight

CONTENTS_OF = "--contents-of"
"""The program's argument for the other process, before the file's name."""
SECONDS = 3
"""For the reading alone: a busy computer, slow to start a process, refuses no sound file."""
TIMED_OUT = 1
"""Exit status that `faulthandler` gives the other process then."""
PATIENCE = 20
"""Seconds for everything, should the other process not even start."""
MEMORY = 400 * 2**20
"""Bytes that the other process may take beyond what it has when it begins; only on Linux."""


def read_apart(path: str | os.PathLike[str]) -> Contents:
    """The same as `read`, and NetworkError where HDF5 crashes, hangs or takes all memory."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app"]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(sys.path),
        # Else a file may ask for a library to be loaded, to unpack its weights.
        "HDF5_PLUGIN_PRELOAD": "::",
        "OPENBLAS_NUM_THREADS": "1",  # their buffers would count as memory
    }
    try:
        done = subprocess.run(
            [*program, CONTENTS_OF, str(Path(path).absolute())],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise NetworkError(f"it could not be read within {PATIENCE} seconds; try again") from None
    except ValueError:
        raise NetworkError("no file can have this name") from None
    except OSError as error:
        raise NetworkError(f"it cannot be read in a process of its own ({error})") from None
    if done.returncode == TIMED_OUT:
        raise NetworkError(f"it takes longer than {SECONDS} seconds to read, so it may be damaged")
    if done.returncode:
        raise NetworkError(DAMAGED)
    return _received(done.stdout)


def _received(sent: bytes) -> Contents:
    head, _, values = sent.partition(b"\n")
    told = json.loads(head)
    if "error" in told:
        raise NetworkError(told["error"])
    place = 0
    weights: dict[str, list[Weight]] = {}
    for layer, shapes in told["weights"].items():
        weights[layer] = []
        for name, shape in shapes:
            array = np.frombuffer(values, np.float32, math.prod(shape), place).reshape(shape)
            weights[layer].append(Weight(name, array))
            place += array.nbytes
    return Contents(told["config"], weights, told["keras"])


def send(path: str) -> int:
    """What the other process does: write the contents of the file to stdout, or why not."""
    from app.network.file import read

    _limit_this_process()
    arrays: list[Weight] = []
    try:
        contents = read(path)
        faulthandler.cancel_dump_traceback_later()
        arrays = [weight for weights in contents.weights.values() for weight in weights]
        shapes = {
            layer: [(weight.name, weight.values.shape) for weight in weights]
            for layer, weights in contents.weights.items()
        }
        told = {"config": contents.config, "keras": contents.keras, "weights": shapes}
        head = json.dumps(told)
    except NetworkError as error:
        arrays, head = [], json.dumps({"error": str(error)})
    # Not sys.stdout, which is None in a program without a console.
    with os.fdopen(1, "wb", closefd=False) as out:
        out.write(head.encode() + b"\n")
        for weight in arrays:
            out.write(np.ascontiguousarray(weight.values).data)
    return 0


def _limit_this_process() -> None:
    # It ends even if the program that waits for it was closed meanwhile.
    nowhere = Path(os.devnull).open("w")  # noqa: SIM115
    faulthandler.dump_traceback_later(SECONDS, exit=True, file=nowhere)
    if sys.platform == "win32":
        import msvcrt

        # A crash is no business of the user's.
        msvcrt.SetErrorMode(msvcrt.SEM_FAILCRITICALERRORS | msvcrt.SEM_NOGPFAULTERRORBOX)
        return
    import resource

    with suppress(ValueError, OSError):  # a lower limit is in force
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform == "linux":
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            most = pages * resource.getpagesize() + MEMORY
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
