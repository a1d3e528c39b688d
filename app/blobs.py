"""The blobs of ink in a picture that may be digits or parts of digits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.components import find_components
from app.ink import Box
from app.preprocess import Picture, ink_box

FAINT, CLEAR = 0.2, 0.4
"""From the first on a pixel belongs to a stroke, if a pixel of the stroke reaches the second."""
LEAST = 8
"""Pixels; what is smaller cannot be read."""
SLIM, SOLID = 0.35, 2.5
"""What is so many times thinner or thicker than the usual stroke is a thing and no writing."""
# All other lengths are parts of the height of the digits on the page.
SPECK = 0.2
"""What is smaller is noise or a dot."""
FLAT, LONG = 0.2, 0.7
"""What is flatter than the first and longer than the second is a line and no digit."""
MOST = 1500
"""No page has so many digits: more blobs are the grain of a picture, of which none is read."""


class Blob(NamedTuple):
    """Ink with nothing round it.

    Attributes:
        ink: (height, width) float32, 0 = paper to 1 = ink.
        left, top: where on the page it lies.
    """

    ink: Picture
    left: int
    top: int

    @property
    def right(self) -> int:
        """The first column of the page that is right of it."""
        return self.left + int(self.ink.shape[1])

    @property
    def bottom(self) -> int:
        """The first row of the page that is below it."""
        return self.top + int(self.ink.shape[0])

    @property
    def low(self) -> tuple[int, int]:
        """Left and top."""
        return self.left, self.top

    @property
    def high(self) -> tuple[int, int]:
        """Right and bottom."""
        return self.right, self.bottom

    @property
    def box(self) -> Box:
        """Where it lies, in pixels of the page."""
        return Box(self.left, self.top, self.ink.shape[1], self.ink.shape[0])


def find_blobs(ink: Picture) -> tuple[list[Blob], float]:
    """The blobs of ink that may be digits, and the usual height of a digit in pixels.

    Args:
        ink: (height, width) float32, 0 = paper to 1 = ink.
    """
    labels, boxes, areas = find_components(ink >= FAINT)
    is_clear = np.zeros(len(areas), bool)
    is_clear[labels[ink >= CLEAR]] = True
    sizes = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    kept = np.flatnonzero(is_clear & (sizes >= LEAST))
    if not len(kept):
        return [], 0.0
    outlines = _outlines(labels, len(areas))
    pens = 2 * areas / outlines
    # What reaches the edge of the picture may be a desk or a dark corner.
    inside = (boxes[kept, :2] > 0).all(axis=1) & (boxes[kept, 2:] < ink.shape[::-1]).all(axis=1)
    usual = kept[inside] if inside.any() else kept
    thickness = pens / _weighted_median(pens[usual], outlines[usual])
    kept = kept[(thickness[kept] > SLIM) & (thickness[kept] < SOLID)]
    kept = kept[areas[kept] > 0.02 * areas[kept].max()]
    if len(kept) > MOST:
        return [], 0.0
    widths, heights = boxes[kept, 2] - boxes[kept, 0], boxes[kept, 3] - boxes[kept, 1]
    height = _weighted_median(np.maximum(heights, widths / 3), outlines[kept])
    is_dash = (heights < FLAT * height) & (widths > LONG * height)
    kept = kept[(sizes[kept] >= SPECK * height) & ~is_dash]
    return [_cut_out(ink, labels, int(k), boxes[k]) for k in kept], height


def _outlines(labels: NDArray[np.int32], count: int) -> NDArray[np.float64]:
    """The length of the outline of each component, for strokes of all directions."""
    sides = np.zeros(count + 1)
    for padded in (
        np.pad(labels, [(1, 1), (0, 0)], constant_values=-1),
        np.pad(labels.T, [(1, 1), (0, 0)], constant_values=-1),
    ):
        one, other = padded[:-1], padded[1:]
        differ = one != other
        sides += np.bincount(one[differ] + 1, minlength=count + 1)
        sides += np.bincount(other[differ] + 1, minlength=count + 1)
    outlines: NDArray[np.float64] = sides[1:] * np.pi / 4
    return outlines


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def _cut_out(ink: Picture, labels: NDArray[np.int32], label: int, box: NDArray[np.intp]) -> Blob:
    """A component with the pale pixels at its edge."""
    left, top = np.maximum(box[:2] - 1, 0)
    right, bottom = box[2:] + 1
    area = labels[top:bottom, left:right]
    mask = np.pad(area == label, 1)
    wide = mask[:, :-2] | mask[:, 1:-1] | mask[:, 2:]
    wide = wide[:-2] | wide[1:-1] | wide[2:]
    own = np.where(wide & ((area == label) | (area < 0)), ink[top:bottom, left:right], 0)
    # Every pen is as dark as the others to the network, whatever its colour.
    own = np.minimum(own / np.percentile(own[own >= FAINT], 75), 1)
    return trimmed(own.astype(np.float32), int(left), int(top))


def trimmed(ink: Picture, left: int = 0, top: int = 0) -> Blob:
    """A picture that has ink without the paper round it."""
    rows, columns = ink_box(ink)
    return Blob(ink[rows, columns], left + columns.start, top + rows.start)


def together(blobs: Sequence[Blob]) -> Blob:
    """Several blobs as one."""
    left, top = min(p.left for p in blobs), min(p.top for p in blobs)
    right, bottom = max(p.right for p in blobs), max(p.bottom for p in blobs)
    ink = np.zeros((bottom - top, right - left), np.float32)
    for blob in blobs:
        area = ink[blob.top - top : blob.bottom - top, blob.left - left : blob.right - left]
        np.maximum(area, blob.ink, out=area)
    return Blob(ink, left, top)
