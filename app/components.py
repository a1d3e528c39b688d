"""Connected components of a picture: pieces of ink that hang together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Indices = NDArray[np.intp]


class Runs(NamedTuple):
    """Horizontal runs of set pixels in reading order: rows, first columns, columns behind."""

    rows: Indices
    starts: Indices
    ends: Indices


class Components(NamedTuple):
    """The components of a mask, numbered from 0.

    Attributes:
        labels: (height, width), the component of each pixel, -1 where there is none.
        boxes: (n, 4) left, top, right, bottom; right and bottom are outside.
        areas: (n,) in pixels.
    """

    labels: NDArray[np.int32]
    boxes: Indices
    areas: Indices


def find_runs(mask: Mask) -> Runs:
    """The runs of a (height, width) mask."""
    edges = np.diff(np.pad(mask, [(0, 0), (1, 1)]).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    return Runs(rows, starts, ends)


def find_components(mask: Mask) -> Components:
    """Label the components of a (height, width) mask; pixels that share a corner are connected.

    Labels the runs instead of the pixels (L. He, Y. Chao, K. Suzuki, "A run-based two-scan
    labeling algorithm", 2008).
    """
    runs = find_runs(mask)
    of_run = connected(len(runs.rows), *_touching(runs, mask.shape[1] + 2))
    numbers, of_run = np.unique(of_run, return_inverse=True)
    labels = np.full(mask.shape, -1, np.int32)
    lengths = runs.ends - runs.starts
    labels[mask] = np.repeat(of_run, lengths)
    boxes = np.zeros((len(numbers), 4), np.intp)
    boxes[:, :2] = max(mask.shape)
    np.minimum.at(boxes[:, 0], of_run, runs.starts)
    np.minimum.at(boxes[:, 1], of_run, runs.rows)
    np.maximum.at(boxes[:, 2], of_run, runs.ends)
    np.maximum.at(boxes[:, 3], of_run, runs.rows + 1)
    areas = np.bincount(of_run, lengths, len(numbers)).astype(np.intp)
    return Components(labels, boxes, areas)


def run_lengths(mask: Mask) -> Indices:
    """The length of the level run that each pixel is in, 0 where the mask is not set."""
    runs = find_runs(mask)
    lengths = np.zeros(mask.shape, np.intp)
    lengths[mask] = np.repeat(runs.ends - runs.starts, runs.ends - runs.starts)
    return lengths


def _touching(runs: Runs, stride: int) -> tuple[Indices, Indices]:
    """All pairs of runs in neighbouring rows that share a side or a corner."""
    below = (runs.rows + 1) * stride
    # The runs of a row lie in order, so that those that touch one run are consecutive.
    first = np.searchsorted(runs.rows * stride + runs.ends, below + runs.starts, "left")
    behind = np.searchsorted(runs.rows * stride + runs.starts, below + runs.ends, "right")
    counts = np.maximum(behind - first, 0)
    upper = np.repeat(np.arange(len(counts)), counts)
    offsets = np.arange(len(upper)) - np.repeat(np.cumsum(counts) - counts, counts)
    return upper, np.repeat(first, counts) + offsets


def connected(count: int, one: Indices, other: Indices) -> Indices:
    """The smallest member of the set of each of `count` things, of which pairs belong together."""
    roots = np.arange(count)
    while True:
        low = np.minimum(roots[one], roots[other])
        joined = roots.copy()
        np.minimum.at(joined, roots[one], low)
        np.minimum.at(joined, roots[other], low)
        while not np.array_equal(joined, shorter := joined[joined]):
            joined = shorter
        if np.array_equal(joined, roots):
            return roots
        roots = joined
