"""The strokes of a picture: lines along which a pen may have drawn its ink.

Ink is thinned to lines one pixel wide (Z. Guo, R. Hall, "Parallel thinning with two-subiteration
algorithms", 1989), which are put together to strokes where they cross or touch: a pen goes straight
on rather than round a corner (D. Doermann, A. Rosenfeld, "Recovery of temporal information from
static images of handwriting", 1995).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.components import Mask, find_components

Floats = NDArray[np.float64]
Pixel = tuple[int, int]
"""Row and column."""

RING = [(-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1)]
"""The neighbours of a pixel, clockwise from above."""
MOST = 20_000
"""No line of digits that touch has so many thinned pixels; a net or a grain has."""
# All lengths are in widths of the pen.
BRIDGE = 1.5
"""Crossings so near each other are one: thinning parts the crossing of two lines in two."""
PINHOLE = 0.25
"""A smaller hole, in squares of it, is a flaw."""
SPUR = 1.2
"""A branch so short is the outline's roughness or the tip of a corner."""
AHEAD, FAR_AHEAD = 1.5, 4.0
"""So far from a crossing it shows where a line leads, and whether it is straight."""
STRAIGHT_ON = -0.75
"""Cosine between the directions of two lines at a crossing up to which one is the other's rest."""
STRAIGHT = 0.35
"""And it is straight there but for so much, as two digits that touch are not."""
PREFERENCE = 0.15
"""How much straighter what leads to the left or up is taken to be, so that where two rings share a
stretch one of them gets both of its ends."""


class _Branch(NamedTuple):
    """A thinned line between two nodes: crossings, numbered from 0, or None for an end."""

    path: list[Pixel]
    first: int | None
    last: int | None

    @property
    def is_loop(self) -> bool:
        """Whether it leads back to the crossing that it comes from."""
        return self.first is not None and self.first == self.last

    @property
    def is_spur(self) -> bool:
        """Whether it ends at one side alone."""
        return (self.first is None) != (self.last is None)


_End = tuple[int, int]
"""A branch's number, and 0 for its first end or 1 for its last."""


def trace(mask: Mask) -> list[Floats]:
    """The strokes of ink that hangs together.

    Args:
        mask: (height, width), true where there is ink, at least at one pixel.

    Returns:
        (n, 2) points (x, y) of each stroke, n >= 1, in pixels, whose centres are whole numbers.
        Strokes begin and end where they meet others. More than a line of writing has is one stroke,
        of which the order of the points tells nothing.
    """
    skeleton = thinned(mask)
    pen = float(mask.sum() / skeleton.sum())
    filled = _filled(mask, PINHOLE * pen**2)
    if filled.sum() > mask.sum():
        skeleton = thinned(filled)
    if skeleton.sum() > MOST:
        return [np.argwhere(skeleton)[:, ::-1].astype(np.float64)]
    branches, crossings = _graph(skeleton)
    branches = _bridged(branches, crossings, pen)
    branches = _without_spurs(branches, pen)
    centres = [np.mean(pixels, axis=0) for pixels in crossings]
    lines = _strokes(branches, centres, pen)
    lines = lines or [np.mean(np.argwhere(skeleton), axis=0)[None]]  # a blot is all crossing
    return [_smooth(line[:, ::-1], pen) for line in lines]


def _filled(mask: Mask, least: float) -> Mask:
    """A mask without holes of fewer pixels, each of which would become a ring."""
    holes = find_components(~np.pad(mask, 1))
    small = holes.areas < least
    small[holes.labels[0, 0]] = False
    filled: Mask = mask | np.append(small, False)[holes.labels[1:-1, 1:-1]]
    return filled


def thinned(mask: Mask) -> Mask:
    """A (height, width) mask with lines one pixel wide in place of strokes."""
    padded = np.pad(mask, 1).astype(np.uint8)
    middle = padded[1:-1, 1:-1]
    height, width = mask.shape
    while True:
        before = int(middle.sum())
        for deletable in _DELETABLE:
            code = np.zeros(mask.shape, np.uint8)
            for bit, (down, right) in enumerate(RING):
                code |= padded[1 + down :, 1 + right :][:height, :width] << bit
            middle[deletable[code]] = 0
        if int(middle.sum()) == before:
            return middle.astype(bool)


def _deletable() -> NDArray[np.bool_]:
    """(2, 256) whether a pixel with these neighbours, a bit for each of `RING`, is taken away by
    the two halves of a step.
    """
    ring = np.array([[code >> bit & 1 for bit in range(8)] for code in range(256)], bool)
    n, ne, e, se, s, sw, w, nw = ring.T
    turns = [(~a & (b | c)) for a, b, c in [(n, ne, e), (e, se, s), (s, sw, w), (w, nw, n)]]
    pairs = [(nw, n, ne, e, se, s, sw, w), (n, ne, e, se, s, sw, w, nw)]
    counts = [sum((a | b).astype(int) for a, b in zip(p[::2], p[1::2], strict=True)) for p in pairs]
    neighbours = np.minimum(*counts)
    simple = (np.sum(turns, axis=0) == 1) & (neighbours >= 2) & (neighbours <= 3)
    return np.stack([simple & ~((s | sw | ~nw) & w), simple & ~((n | ne | ~se) & e)])


_DELETABLE = _deletable()


def _graph(skeleton: Mask) -> tuple[list[_Branch], list[list[Pixel]]]:
    """The branches of a thinned mask, and the pixels of each crossing."""
    pixels = {(row, column) for row, column in np.argwhere(skeleton).tolist()}
    is_crossing = np.zeros(skeleton.shape, bool)
    for pixel in pixels:
        if _turns(pixel, pixels) > 2:
            # With what is round it, so that lines which meet there do not touch past it.
            for other in (pixel, *_beside(pixel, pixels)):
                is_crossing[other] = True
    labels = find_components(is_crossing).labels
    crossings: list[list[Pixel]] = [[] for _ in range(labels.max(initial=-1) + 1)]
    for pixel in pixels:
        if is_crossing[pixel]:
            crossings[labels[pixel]].append(pixel)
    left = {pixel for pixel in pixels if not is_crossing[pixel]}
    # From the ends of lines on; of what then is left, rings, from anywhere.
    starts = sorted(left, key=lambda pixel: (len(_beside(pixel, left)) > 1, pixel))
    branches = []
    for start in starts:
        if start not in left:
            continue
        path = _walk(start, left)
        nodes = [
            sorted({int(labels[p]) for p in _beside(end, pixels) if is_crossing[p]})
            for end in (path[0], path[-1])
        ]
        if len(path) == 1:
            nodes[1] = nodes[0][1:]
        if path[0] in _beside(path[-1], pixels) and len(path) > 2:
            path.append(path[0])
        first, last = (node[0] if node else None for node in nodes)
        branches.append(_Branch(path, first, last))
    return branches, crossings


def _beside(pixel: Pixel, pixels: set[Pixel]) -> list[Pixel]:
    """Those of the pixels that touch one, the nearest first."""
    row, column = pixel
    around = ((row + down, column + right) for down, right in RING[::2] + RING[1::2])
    return [other for other in around if other in pixels]


def _turns(pixel: Pixel, pixels: set[Pixel]) -> int:
    """How many lines come together at a pixel."""
    row, column = pixel
    ring = [(row + down, column + right) in pixels for down, right in RING]
    return sum(not ring[k - 1] and ring[k] for k in range(8))


def _walk(start: Pixel, left: set[Pixel]) -> list[Pixel]:
    """A line from a pixel on to its end; its pixels are left no more."""
    path = [start]
    left.discard(start)
    while ahead := _beside(path[-1], left):
        path.append(ahead[0])
        left.discard(ahead[0])
    return path


def _bridged(
    branches: Sequence[_Branch], crossings: list[list[Pixel]], pen: float
) -> list[_Branch]:
    """The branches without those that join two crossings near each other, which become one."""
    same = list(range(len(crossings)))
    kept = []
    for branch in branches:
        nodes = [same[node] for node in (branch.first, branch.last) if node is not None]
        if len(set(nodes)) < 2 or len(branch.path) >= BRIDGE * pen:
            kept.append(branch)
            continue
        first, last = nodes
        crossings[first] += crossings[last] + branch.path
        same = [first if n == last else n for n in same]
    return [
        branch._replace(
            first=None if branch.first is None else same[branch.first],
            last=None if branch.last is None else same[branch.last],
        )
        for branch in kept
    ]


def _without_spurs(branches: list[_Branch], pen: float) -> list[_Branch]:
    """The branches without what is too short to be drawn, unless nothing else is there."""
    kept = [
        branch
        for branch in branches
        if len(branch.path) >= SPUR * pen or not (branch.is_spur or branch.is_loop)
    ]
    return kept or branches


def _strokes(branches: Sequence[_Branch], centres: Sequence[Floats], pen: float) -> list[Floats]:
    """Branches put together to strokes, (n, 2) rows and columns each."""
    ends: dict[int, list[_End]] = {}
    for number, branch in enumerate(branches):
        if not branch.is_loop:
            for side, node in enumerate((branch.first, branch.last)):
                if node is not None:
                    ends.setdefault(node, []).append((number, side))
    follows: dict[_End, _End] = {}
    for node, meeting in ends.items():
        for one, other in _pairs(branches, meeting, centres[node], pen):
            follows[one], follows[other] = other, one
    every = [(number, side) for number in range(len(branches)) for side in (0, 1)]
    strokes = []
    done: set[int] = set()
    # From where a stroke begins; of what then is left, rings, from anywhere.
    for end in sorted(every, key=lambda end: (end in follows, end)):
        line: list[Floats] = []
        ahead: _End | None = end
        while ahead and ahead[0] not in done:
            number, side = ahead
            done.add(number)
            line += _along(branches[number], centres)[:: 1 - 2 * side]
            ahead = follows.get((number, 1 - side))
        if line:
            strokes.append(np.array(line, np.float64))
    return strokes


def _along(branch: _Branch, centres: Sequence[Floats]) -> list[Floats]:
    """The points of a branch from the middle of one crossing to that of the other."""
    first, last = ([] if n is None else [centres[n]] for n in (branch.first, branch.last))
    return [*first, *map(np.array, branch.path), *last]


def _pairs(
    branches: Sequence[_Branch], meeting: Sequence[_End], centre: Floats, pen: float
) -> list[tuple[_End, _End]]:
    """Which ends at a crossing are of the same stroke: two alone, and what goes straight on."""
    if len(meeting) == 2:
        return [(meeting[0], meeting[1])]
    paths = {
        (number, side): np.array(branches[number].path[:: 1 - 2 * side], np.float64)
        for number, side in meeting
    }
    ways = {
        end: path[min(round(AHEAD * pen), len(path) - 1)] - centre for end, path in paths.items()
    }
    directions = {end: way / max(float(np.hypot(*way)), 1e-9) for end, way in ways.items()}
    bent = {(a, b): float(directions[a] @ directions[b]) for a, b in combinations(meeting, 2)}
    aside = {end: PREFERENCE * float(direction.sum()) for end, direction in directions.items()}
    pairs: list[tuple[_End, _End]] = []
    taken: set[_End] = set()
    for pair in sorted(bent, key=lambda pair: bent[pair] + sum(aside[end] for end in pair)):
        if bent[pair] < STRAIGHT_ON and not taken & set(pair):
            one, other = (paths[end][: round(FAR_AHEAD * pen)] for end in pair)
            if _bend(np.concatenate([one[::-1], other])) < STRAIGHT * pen:
                pairs.append(pair)
                taken |= set(pair)
    return pairs


def _bend(line: Floats) -> float:
    """How far a line is from its chord at most."""
    chord = line[-1] - line[0]
    across = (line - line[0]) @ np.array([chord[1], -chord[0]])
    return float(np.abs(across).max() / max(float(np.hypot(*chord)), 1e-9))


def _smooth(line: Floats, pen: float) -> Floats:
    """A line without the steps of its pixels; its ends stay where they are."""
    reach = min(max(round(pen / 2), 1), len(line) // 2 - 1)
    if reach < 1:
        return line
    padded = np.concatenate([np.repeat(line[:1], reach, 0), line, np.repeat(line[-1:], reach, 0)])
    window = np.ones(2 * reach + 1) / (2 * reach + 1)
    smooth = np.stack([np.convolve(column, window, "valid") for column in padded.T], axis=1)
    smooth[[0, -1]] = line[[0, -1]]
    return smooth
