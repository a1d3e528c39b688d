"""Candidates: small sets of strokes near each other, and what speaks for each.

Each may be a digit, or a mark that is none, such as a dash or a slash. What speaks for it is what
the network says and the geometry, all lengths in line heights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.pieces import Piece, boxes, distances, line_height, quantile

Floats = NDArray[np.float64]
Pieces = tuple[Piece, ...]
Score = Callable[[Sequence[Pieces]], NDArray[np.float32]]
"""n groups of pieces to (n, 10) probabilities, all low for what is no digit."""

MOST_STROKES = 4
REACH = 0.3
"""Strokes of a digit are at most so far from the next of them, in line heights."""
WIDEST, HIGHEST = 2.2, 2.5
"""Digits of several strokes are at most so wide and so high, in line heights."""
MOST_CANDIDATES = 8
"""Of the candidates with several strokes that a drawn stroke is in, so many are scored."""
NEIGHBOURS, GROWING = 12, 24
"""Of the strokes near one, and of the sets of as many strokes that it is in, so many are tried to
make larger sets of: more than writing has, so that scribbles do not take forever."""
TOUCH = 0.08
"""Strokes closer than that touch, in line heights."""

UPRIGHT = 0.6
"""Slashes and brackets are higher than that,"""
DASH, DOT = 0.6, 0.2
"""dashes and dots less long, in line heights."""
FLAT = 0.3
"""What is less high for its width is flat."""
BENT = 0.08
"""What bends farther from its chord, in lengths of it, is not straight."""

STROKES = np.log(
    np.array(
        [
            [0.95, 0.86, 0.96, 0.96, 0.35, 0.2, 0.96, 0.2, 0.92, 0.93],
            [0.04, 0.13, 0.03, 0.03, 0.63, 0.78, 0.03, 0.78, 0.07, 0.06],
            [0.005, 0.01, 0.005, 0.005, 0.015, 0.015, 0.005, 0.015, 0.005, 0.005],
            [0.002, 0.002, 0.002, 0.002, 0.004, 0.004, 0.002, 0.004, 0.002, 0.002],
        ]
    )
)
"""How likely it is that a digit (column) has 1 to 4 strokes (row), as pen digits tell."""

FEATURES = (
    "overlap",
    "digit: log p",
    "digit: doubt",
    "digit: strokes",
    "digit: wide",
    "digit: low",
    "digit: height",
    "digit: below",
    "digit: beside",
    "digit: bar beside",
    "mark: log 1 - p",
    "mark: no 1",
    "mark: height",
    "mark: tall",
    "mark: width",
    "mark: flat",
    "mark: off the middle",
    "mark: dot",
    "mark: lean",
    "mark: oblique",
    "mark: bow",
    "mark: straight at an end",
    "mark: below",
    "mark: crossing",
    "mark: strokes",
    "mark: apart",
    "mark: near",
    "mark: touch",
    "first",
    "last",
    "pieces",
    "others: oblique",
    "others: bow",
    "others: small",
    *(f"{count} strokes" for count in range(1, MOST_STROKES + 1)),
    *(f"looks like {label}" for label in range(10)),
    *(f"log p of {label}" for label in range(10)),
)
"""What is known of a candidate; see `_features`. What speaks for a digit or for a mark before all
is named after it, but a network weighs everything for both."""
FEW, MARKS = 10, 3
"""A line of so many pieces, or with so many dots and dashes, has 1 of them: about as much as other
features."""
LEAST = 1e-4
"""Probability that is taken in place of less."""


class Candidates(NamedTuple):
    """The candidates of one line.

    Attributes:
        members: (c, n) bool, which of the n pieces each candidate has; pieces go from left to
            right.
        probabilities: (c, 10), what the network says.
        features: (c, f), what is known of each; `FEATURES` are their names.
    """

    members: NDArray[np.bool_]
    probabilities: NDArray[np.float32]
    features: Floats


def candidates(pieces: Sequence[Piece], score: Score, most: int = MOST_CANDIDATES) -> Candidates:
    """The candidates of a line, whose pieces go from left to right; of those with several pieces
    that a piece is in, at `most` so many.
    """
    height = line_height(pieces)
    apart = distances(pieces, height)
    members = _members(pieces, apart, height, most)
    groups = [tuple(pieces[i] for i in np.flatnonzero(row).tolist()) for row in members]
    probabilities = score(groups)
    return Candidates(
        members, probabilities, _features(pieces, members, probabilities, apart, height)
    )


def _members(pieces: Sequence[Piece], apart: Floats, height: float, most: int) -> NDArray[np.bool_]:
    """(c, n): every piece alone, and the closest sets of up to `MOST_STROKES` near each other."""
    count = len(pieces)
    low, high = boxes(pieces)
    nearest = np.argsort(apart, axis=1, kind="stable")[:, :NEIGHBOURS]
    near = [[int(j) for j in row if apart[i, j] < REACH] for i, row in enumerate(nearest)]
    sets = {frozenset([i]): 0.0 for i in range(count)}
    last = dict(sets)
    for _ in range(MOST_STROKES - 1):
        grown: dict[frozenset[int], float] = {}
        for members, cost in last.items():
            inside = list(members)
            for j in sorted({j for i in inside for j in near[i]} - members):
                wider = members | {j}
                if wider in grown:
                    continue
                all_of = list(wider)
                size = high[all_of].max(axis=0) - low[all_of].min(axis=0)
                if size[0] < WIDEST * height and size[1] < HIGHEST * height:
                    # What lies above or within each other belongs together rather.
                    beside = size[0] - (high[all_of, 0] - low[all_of, 0]).max()
                    way = float(apart[inside, j].min())
                    grown[wider] = cost + way + beside / height + 0.2
        last = _cheapest(grown, GROWING)
        sets.update(last)
    several = {members: cost for members, cost in sets.items() if len(members) > 1}
    kept = [*({i} for i in range(count)), *_cheapest(several, most)]
    rows = np.zeros((len(kept), count), bool)
    for row, group in zip(rows, sorted(kept, key=sorted), strict=True):
        row[list(group)] = True
    return rows


def _cheapest(costs: dict[frozenset[int], float], most: int) -> dict[frozenset[int], float]:
    """The sets that are among the so many cheapest of each of their members."""
    seen: Counter[int] = Counter()
    left_out = set()
    for members in sorted(costs, key=lambda members: (costs[members], sorted(members))):
        seen.update(members)
        if any(seen[i] > most for i in members):
            left_out.add(members)
    return {members: cost for members, cost in costs.items() if members not in left_out}


def _features(
    pieces: Sequence[Piece],
    members: NDArray[np.bool_],
    probabilities: NDArray[np.float32],
    apart: Floats,
    height: float,
) -> Floats:
    """(c, f) of candidates: `FEATURES`."""
    low, high = boxes(pieces)
    inside = members[:, :, None]
    group_low = np.where(inside, low, np.inf).min(axis=1)
    group_high = np.where(inside, high, -np.inf).max(axis=1)
    width, tall = ((group_high - group_low) / height).T
    counts = members.sum(axis=1)
    widest = np.where(members, high[:, 0] - low[:, 0], 0).max(axis=1) / height
    way = np.array([_way(apart, np.flatnonzero(row)) for row in members])
    shared = np.minimum(group_high[:, None, 0], high[:, 0]) - np.maximum(
        group_low[:, None, 0], low[:, 0]
    )
    narrower = np.minimum(width[:, None], (high[:, 0] - low[:, 0]) / height)
    overlap = np.maximum(shared / height / np.maximum(narrower, 0.15), 0)
    overlap = np.where(members, 0, overlap).sum(axis=1)
    touch = (members.astype(float) @ (apart < TOUCH) * ~members).sum(axis=1)
    outside = np.array([apart[row][:, ~row].min(initial=REACH) for row in members])
    near = REACH - outside
    best = np.clip(probabilities.max(axis=1).astype(np.float64), 0.1, 1 - 1e-4)
    beside = width - widest
    labels = probabilities.argmax(axis=1)
    ratio = np.log(np.maximum(tall, 0.05))
    shapes = _shapes(pieces, height)
    alone = inside & (counts == 1)[:, None, None]
    straight, lean, steep, bow = np.where(alone, shapes, 0).sum(axis=1).T
    other = np.delete(probabilities, 1, axis=1).max(axis=1)
    crossing = np.array([_is_cross(pieces, np.flatnonzero(row)) for row in members])
    flat, upright = tall < FLAT * width, tall > UPRIGHT
    stems = (high - low)[:, 1] > 0.5 * height
    if not stems.any():  # dots and dashes alone
        stems[:] = True
    foot = quantile(high[stems, 1])
    below = np.maximum((group_high[:, 1] - foot) / height, 0)
    middle = (foot + quantile(low[stems, 1])) / 2
    off_middle = np.abs((group_low + group_high)[:, 1] / 2 - middle) / height
    logs = np.log(np.maximum(probabilities, LEAST))
    known = {
        "overlap": overlap,
        "digit: log p": np.log(best),
        "digit: doubt": np.maximum(np.log(0.5 / best), 0),
        "digit: strokes": STROKES[counts - 1, labels] * (counts > 1),
        "digit: wide": np.maximum(width - 0.9, 0),
        "digit: low": np.maximum(0.7 - tall, 0),
        "digit: height": ratio**2,
        "digit: below": below,
        "digit: beside": beside,
        "digit: bar beside": beside * ((labels == 5) | (labels == 7)),
        "mark: log 1 - p": np.log(1 - best),
        "mark: no 1": other,
        "mark: height": ratio**2 * (tall < 1),
        "mark: tall": np.maximum(tall - 1, 0),
        "mark: width": width,
        "mark: flat": flat,
        "mark: off the middle": flat * np.maximum(off_middle - 0.2, 0),
        "mark: dot": np.maximum(width, tall) < DOT,
        "mark: lean": lean * upright,
        "mark: oblique": steep * upright,
        "mark: bow": bow * upright,
        "mark: straight at an end": straight * upright * (members[:, 0] | members[:, -1]),
        "mark: below": below * ~upright,
        "mark: crossing": crossing,
        "mark: strokes": counts - 1,
        "mark: apart": way,
        "mark: near": near,
        "mark: touch": touch,
        "first": members[:, 0],
        "last": members[:, -1],
        "pieces": np.full(len(members), len(pieces) / FEW),
        **_company(members, (high - low) / height, shapes),
        **{f"{count} strokes": counts == count for count in range(1, MOST_STROKES + 1)},
        **{f"looks like {label}": labels == label for label in range(10)},
        **{f"log p of {label}": row / 5 for label, row in enumerate(logs.T)},
    }
    return np.stack([known[name] for name in FEATURES], axis=1).astype(np.float64)


def _company(members: NDArray[np.bool_], sizes: Floats, shapes: Floats) -> dict[str, Floats]:
    """(c,) how oblique and how bowed what else is tall on the line is at most, and how many dots
    and dashes there are: slashes and brackets come in pairs, and marks where there are others.

    `sizes` are (n, 2) of the pieces, in line heights.
    """
    width, tall = sizes.T
    _, _, steep, bow = np.where(tall > UPRIGHT, shapes.T, 0)
    small = np.maximum(width, tall) < np.where(tall < FLAT * width, DASH, DOT)
    others = ~members
    return {
        "others: oblique": np.where(others, steep, 0).max(axis=1),
        "others: bow": np.where(others, bow, 0).max(axis=1),
        "others: small": others @ small.astype(float) / MARKS,
    }


def _way(apart: Floats, members: NDArray[np.intp]) -> float:
    """The ways from each piece of a group to the nearest other one of it, together."""
    if len(members) < 2:
        return 0.0
    return float(apart[np.ix_(members, members)].min(axis=1).sum())


def _is_cross(pieces: Sequence[Piece], members: NDArray[np.intp]) -> bool:
    """Whether a group is two strokes that cross in the middle of both."""
    if len(members) != 2:
        return False
    a, b = (pieces[i].points for i in members)
    at = np.unravel_index(np.square(a[:, None] - b).sum(axis=2).argmin(), (len(a), len(b)))
    return all(0.25 < index / len(a) < 0.75 for index in at)


def _shapes(pieces: Sequence[Piece], height: float) -> Floats:
    """(n, 4) which pieces are straight, how far these lean to the right, in radians, and how much
    farther than what is tall on the line does; of others how much they are a bow.
    """
    straight, leans, bows, slants = np.zeros((4, len(pieces)))
    for i, piece in enumerate(pieces):
        x, y = (piece.points - piece.points.mean(axis=0)).T
        slants[i] = -(x @ y) / max(y @ y, 1e-9)
        a, b = piece.points[0], piece.points[-1]
        chord = float(np.hypot(*(a - b)))
        if chord < 0.75 * piece.length or not chord:
            continue
        across = (piece.points - a) @ np.array([b[1] - a[1], a[0] - b[0]]) / chord**2
        bend = float(np.abs(across).max())
        if bend < BENT:
            right, down = (b - a) * np.sign(b[1] - a[1] or 1)
            straight[i], leans[i] = 1, np.arctan2(-right, down)
        elif min(-across.min(), across.max()) < 0.03:
            middle = np.abs(across).argmax() / len(across)
            bows[i] = min(bend - BENT, BENT) / BENT * (0.3 < middle < 0.7)
    tall = [piece.size[1] > 0.5 * height for piece in pieces]
    usual = float(np.arctan(quantile(slants[tall]))) if any(tall) else 0.0
    return np.stack([straight, leans, np.maximum(leans - usual, 0) * straight, bows], axis=1)
