"""The frames of a picture: the border of a window or a form, and boxes for digits."""

from __future__ import annotations

import numpy as np

from app.components import Mask, find_components, run_lengths
from app.preprocess import Picture

INK = 0.2
"""From here on a pixel may be part of a frame."""
SMALLEST = 16
"""A frame has so many pixels on a side at least."""
EDGE = 10
"""The ink of a frame is within one part in so many of its size from the edges of its box,"""
CLOSED = 0.7
"""along so much of each of them,"""
INSIDE = 0.1
"""but for this part of it."""
WALL = 0.8
"""Boxes in a row share walls: straight, level or upright, so long in parts of the shorter side."""


def without_frames(ink: Picture) -> Picture:
    """Take away frames with something in them.

    Args:
        ink: (height, width) float32, 0 = paper to 1 = ink.
    """
    labels, boxes, _ = find_components(ink >= INK)
    large = np.flatnonzero((boxes[:, 2:] - boxes[:, :2]).min(axis=1) >= SMALLEST)
    low, high = boxes[:, :2], boxes[:, 2:]
    frames = []
    for k in large.tolist():
        inside = (low > low[k]).all(axis=1) & (high < high[k]).all(axis=1)
        if inside.any():
            left, top, right, bottom = boxes[k]
            if _is_frame(labels[top:bottom, left:right] == k):
                frames.append(k)
    if not frames:
        return ink
    of_frame = np.isin(labels, frames)
    beside = np.pad(of_frame, 1)
    wide = beside[:-2] | beside[1:-1] | beside[2:]
    wide = wide[:, :-2] | wide[:, 1:-1] | wide[:, 2:]
    return np.where(of_frame | (wide & (labels < 0)), np.float32(0), ink)


def _is_frame(mask: Mask) -> bool:
    """Whether ink lies along all edges of its box, and nowhere else or in straight walls."""
    y, x = (max(2, length // EDGE) for length in mask.shape)
    level = (mask[:y].any(axis=0), mask[-y:].any(axis=0))
    upright = (mask[:, :x].any(axis=1), mask[:, -x:].any(axis=1))
    if any(side.mean() < CLOSED for side in (*level, *upright)):
        return False
    wall = WALL * min(mask.shape)
    straight = (run_lengths(mask) >= wall) | (wall <= run_lengths(mask.T).T)
    inside = mask[y:-y, x:-x]
    return bool(min(inside.sum(), (mask & ~straight).sum()) < INSIDE * mask.sum())
