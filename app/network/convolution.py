"""Convolution and pooling in NumPy: images are (N, height, width, channels), all float32."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided

from app.network.config import Pair
from app.network.contents import Floats


@dataclass(frozen=True)
class Window:
    """How a kernel or a pool moves over an image; each pair is (height, width)."""

    size: Pair
    strides: Pair
    dilation: Pair
    before: Pair  # padding above and on the left
    after: Pair  # padding below and on the right
    out: Pair  # how many places it takes

    @classmethod
    def over(cls, image: Pair, size: Pair, strides: Pair, dilation: Pair, same: bool) -> Window:
        """The window over `image`, padded as TensorFlow does it for `same`: an odd pixel goes
        behind the image."""
        before, after, out = [], [], []
        for length, extent, stride, step in zip(image, size, strides, dilation, strict=True):
            span = (extent - 1) * step + 1
            places = -(-length // stride) if same else (length - span) // stride + 1
            missing = max((places - 1) * stride + span - length, 0) if same else 0
            before.append(missing // 2)
            after.append(missing - missing // 2)
            out.append(places)
        pairs = [(height, width) for height, width in (before, after, out)]
        return cls(size, strides, dilation, *pairs)

    @property
    def span(self) -> Pair:
        """The pixels from the first to the last that the window sees, holes included."""
        (height, width), (down, right) = self.size, self.dilation
        return (height - 1) * down + 1, (width - 1) * right + 1

    @property
    def memory(self) -> int:
        """Numbers that one channel of one image takes, padded or cut into patches."""
        padded = (
            (places - 1) * stride + span
            for places, stride, span in zip(self.out, self.strides, self.span, strict=True)
        )
        return max(math.prod(padded), math.prod(self.size) * math.prod(self.out))

    def taps(self, x: Floats) -> Iterator[Floats]:
        """What each pixel of the window sees as it moves: (N, *out, channels) views of `x`."""
        for i in range(self.size[0]):
            for j in range(self.size[1]):
                top, left = i * self.dilation[0], j * self.dilation[1]
                bottom = top + (self.out[0] - 1) * self.strides[0] + 1
                right = left + (self.out[1] - 1) * self.strides[1] + 1
                yield x[:, top : bottom : self.strides[0], left : right : self.strides[1]]

    def patches(self, x: Floats) -> Floats:
        """What the whole window sees in each place: (N * places, pixels * channels), a copy."""
        if self.size == (1, 1):
            return next(self.taps(x)).reshape(-1, x.shape[-1])
        n, _, _, channels = x.shape
        image, row, column, channel = x.strides
        (down, right), (hole_down, hole_right) = self.strides, self.dilation
        steps = row * down, column * right, row * hole_down, column * hole_right
        # The checks of sliding_window_view would take a third of a small convolution's time.
        seen = as_strided(
            x,
            (n, *self.out, *self.size, channels),
            (image, *steps, channel),
            writeable=False,
        )
        return seen.reshape(-1, math.prod(self.size) * channels)


def pad(x: Floats, before: Pair, after: Pair, value: float = 0.0) -> Floats:
    """(N, height, width, channels) float32 with rows and columns of a value round each image.

    `before` are the rows above and the columns on the left, `after` those below and on the right.
    """
    if before == after == (0, 0):
        return x
    n, height, width, channels = x.shape
    (top, left), (bottom, right) = before, after
    padded = np.full((n, top + height + bottom, left + width + right, channels), value, np.float32)
    padded[:, top : top + height, left : left + width] = x
    return padded


def convolve(x: Floats, kernel: Floats, window: Window) -> Floats:
    """A kernel (height, width, C, F) over C channels: (N, *out, F), by one matrix product."""
    rows = window.patches(pad(x, window.before, window.after))
    filters = kernel.shape[-1]
    return (rows @ kernel.reshape(-1, filters)).reshape(len(x), *window.out, filters)


def convolve_groups(x: Floats, kernel: Floats, window: Window, groups: int) -> Floats:
    """The channels in `groups` equal parts, each with its own part of the filters."""
    parts = zip(np.split(x, groups, -1), np.split(kernel, groups, -1), strict=True)
    return np.concatenate([convolve(*part, window) for part in parts], axis=-1)


def convolve_each(x: Floats, kernel: Floats, window: Window) -> Floats:
    """Each channel by itself, with a kernel (height, width, C * M): (N, *out, C * M)."""
    x = pad(x, window.before, window.after)
    if kernel.shape[-1] != x.shape[-1]:
        x = x.repeat(kernel.shape[-1] // x.shape[-1], axis=-1)
    weights = kernel.reshape(-1, kernel.shape[-1])
    return _accumulate(np.add, map(np.multiply, window.taps(x), weights))


def largest(x: Floats, window: Window) -> Floats:
    """The maximum under the window: (N, *out, channels)."""
    return _accumulate(np.maximum, window.taps(pad(x, window.before, window.after, -np.inf)))


def total(x: Floats, window: Window) -> Floats:
    """The sum under the window: (N, *out, channels)."""
    return _accumulate(np.add, window.taps(pad(x, window.before, window.after)))


def _accumulate(function: np.ufunc, views: Iterator[Floats]) -> Floats:
    result = next(views).copy()
    for view in views:
        function(result, view, out=result)
    return result
