"""Ink and pictures that are no digit: what a network is trained to doubt.

Training on it follows D. Hendrycks, M. Mazeika, T. Dietterich, "Deep anomaly detection with outlier
exposure" (2019): the target of all ten classes is the same. Strokes come in canvas pixels, about
100 of them on the longer side.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from functools import cache
from typing import TypeVar

import numpy as np
from HersheyFonts import HersheyFonts

from app.ink import transform
from app.preprocess import Picture
from training.augment_ink import INK_VARIATIONS, Line, Lines, to_unit_size
from training.datasets import Sample

LOOK_ALIKES = frozenset("OoDQIilZzyYSsbGBgqa")
"""Letters that some hands write like a digit: 0, 1, 2, 4, 5, 6, 8 and 9."""

SIZE = 100
SHAKEN_BY = [
    "proportions", "bend", "slant and turn", "tremor", "few points", "moved ends", "round corners",
]  # fmt: skip
"""The variations of digits that go for everything else too."""

PAIRS_OF_SCANS = 0.15
"""The share of what is no digit that is two of MNIST's digits as one picture; the rest is ink."""

T = TypeVar("T")
Draw = Callable[[np.random.Generator], Lines]


class Outliers(dict[str, tuple[float, Draw]]):
    """Kinds of outliers by name, each with its share of all."""

    def choose(self, count: int, rng: np.random.Generator) -> list[Draw]:
        """What draws so many of them, by their shares."""
        shares = np.array([share for share, _ in self.values()])
        draws = [draw for _, draw in self.values()]
        return [draws[kind] for kind in rng.choice(len(draws), count, p=shares / shares.sum())]


def outliers(
    letters: Sequence[Sample], digits: Sequence[Sample], without: Container[str] = ()
) -> Outliers:
    """All kinds of outliers but those `without`.

    `letters` and `digits` of some writers serve as material.
    """
    letters = [sample for sample in letters if not _is_upright_line(sample.lines)]

    def letter(rng: np.random.Generator) -> Lines:
        """A letter that looks like no digit."""
        return shake(_pick(letters, rng).lines, rng)

    def pair(rng: np.random.Generator) -> Lines:
        """Two or three digits side by side, as one."""
        count = 2 + int(rng.random() < 0.2)
        return shake(side_by_side([_pick(digits, rng).lines for _ in range(count)], rng), rng)

    def struck_digit(rng: np.random.Generator) -> Lines:
        """A digit that was scratched out."""
        scratch = [point * rng.uniform(0.6, 1.3) for point in zigzag(rng)]
        return shake([*to_unit_size(_pick(digits, rng).lines), *scratch], rng)

    kinds = {
        "letter": (0.27, letter),
        "symbol": (0.22, symbol),
        "several digits": (0.2, pair),
        "scribble": (0.08, scribble),
        "zigzag": (0.03, hatching),
        "figure": (0.1, figure),
        "line": (0.04, flat_lines),
        "dots": (0.03, dots),
        "struck digit": (0.03, struck_digit),
    }
    return Outliers({name: kind for name, kind in kinds.items() if name not in without})


def shake(lines: Sequence[Line], rng: np.random.Generator) -> Lines:
    """Strokes of any unit as a hand draws them, in canvas pixels."""
    shaken = to_unit_size(lines)
    for name in SHAKEN_BY:
        share, vary = INK_VARIATIONS[name]
        if rng.random() < share:
            shaken = vary(shaken, "", rng)
    return [line * SIZE for line in shaken]


def side_by_side(characters: Sequence[Lines], rng: np.random.Generator) -> Lines:
    """Characters in a row, with gaps from wide to none, of differing sizes."""
    lines: Lines = []
    edge = 0.0
    for character in characters:
        unit = [line * rng.uniform(0.7, 1.2) for line in to_unit_size(character)]
        points = np.concatenate(unit)
        offset = np.array([edge - points[:, 0].min() + rng.uniform(0, 0.5), rng.normal(0, 0.1)])
        lines += [line + offset for line in unit]
        edge = float((points[:, 0] + offset[0]).max())
    return lines


def pair_of_scans(digits: Picture, rng: np.random.Generator) -> Picture:
    """Two digits, (2, 28, 28), as one picture, (28, 28), at half their size.

    They may touch or overlap a little, and keep more or less of the darkness of their strokes.
    """
    both = digits.reshape(2, 14, 2, 14, 2).mean(axis=(2, 4))
    both = np.clip(both * rng.uniform(1, 1.8), 0, 1).astype(np.float32)
    nearer = int(rng.integers(4))
    picture = np.zeros((28, 28), np.float32)
    for digit, column in zip(both, (nearer, 14 - nearer), strict=True):
        place = picture[7:21, column : column + 14]
        np.maximum(place, digit, out=place)
    return picture


def scribble(rng: np.random.Generator) -> Lines:
    """A pen that wanders, turning smoothly, for at least four sizes of a digit."""
    lines = []
    for _ in range(1 + int(rng.random() < 0.3)):
        steps = int(rng.integers(100, 500))
        turning = np.convolve(rng.normal(0, 1, steps), np.ones(25) / 5, mode="same")
        heading = np.cumsum(turning * rng.uniform(0.05, 0.25) + rng.normal(0, 0.08))
        lines.append(np.cumsum(np.stack([np.cos(heading), np.sin(heading)], axis=1), axis=0))
    return [line * SIZE for line in to_unit_size(lines)]


def zigzag(rng: np.random.Generator) -> Lines:
    """One stroke to and fro, in a square of size 1 round the middle."""
    teeth = int(rng.integers(6, 16))
    along = np.linspace(-0.5, 0.5, teeth) + rng.normal(0, 0.02, teeth)
    across = np.where(np.arange(teeth) % 2, 0.5, -0.5) * rng.uniform(0.4, 1)
    across += rng.normal(0, 0.05, teeth)
    line = np.stack([along, across], axis=1)
    return transform([line], float(rng.uniform(0, 2 * np.pi)))


def hatching(rng: np.random.Generator) -> Lines:
    """To and fro over a surface, as one who blackens it."""
    return shake(zigzag(rng), rng)


def flat_lines(rng: np.random.Generator) -> Lines:
    """One to three lines, rather level than upright, straight or a little curved."""
    count = 1 + int(rng.random() < 0.3) * int(rng.integers(1, 3))
    x = np.linspace(-0.5, 0.5, 20)
    sag = rng.normal(0, 0.05) * np.cos(np.pi * x)
    line = np.stack([x, sag], axis=1)
    turned = transform([line], rng.uniform(-0.45, 0.45))[0] * SIZE * rng.uniform(0.5, 8)
    return [turned + np.array([rng.normal(0, 5), 30 * index]) for index in range(count)]


def dots(rng: np.random.Generator) -> Lines:
    """One dot, or a few that lie apart."""
    count = 1 + int(rng.random() < 0.5) * int(rng.integers(1, 6))
    places = rng.uniform(0, 100, (count, 2))
    return [place + rng.normal(0, 0.15, (int(rng.integers(1, 5)), 2)) for place in places]


def figure(rng: np.random.Generator) -> Lines:
    """A polygon, star, flower, heart, spiral, wave, face, house, grid, cross or arrow."""
    drawn = FIGURES[int(rng.integers(len(FIGURES)))](rng)
    return shake(transform(drawn, stretch=float(np.exp(rng.normal(0, 0.2)))), rng)


TURN = np.linspace(0, 1, 80)
CROSS = [np.array([[-1.0, -1], [1, 1]]), np.array([[1.0, -1], [-1, 1]])]


def _circle(turns: Line, radius: Line | float = 1) -> Line:
    """Points of a circle round 0 at (n,) turns from its top, clockwise: (n, 2)."""
    directions = [np.sin(2 * np.pi * turns), -np.cos(2 * np.pi * turns)]
    return np.stack([radius * directions[0], radius * directions[1]], axis=1)


def _polygon(rng: np.random.Generator) -> Lines:
    corners = int(rng.integers(3, 5))  # with more it is a round 0
    return [_circle(np.arange(corners + 1) / corners)]


def _star(rng: np.random.Generator) -> Lines:
    corners = int(rng.choice([5, 7, 8]))
    return [_circle(np.arange(corners + 1) * (3 if corners > 5 else 2) / corners)]


def _flower(rng: np.random.Generator) -> Lines:
    turns = np.linspace(0, 1, 160)
    waves = np.cos(2 * np.pi * rng.integers(4, 10) * turns)
    return [_circle(turns, 1 + rng.uniform(0.3, 0.9) * waves)]


def _heart(rng: np.random.Generator) -> Lines:
    angle = 2 * np.pi * TURN
    height = 13 * np.cos(angle) - 5 * np.cos(2 * angle) - 2 * np.cos(3 * angle)
    return [np.stack([np.sin(angle) ** 3, -height / 16], axis=1)]


def _spiral(rng: np.random.Generator) -> Lines:
    turns = np.linspace(0, rng.uniform(2.2, 5), 200)
    return [_circle(turns, 0.1 + turns / turns[-1])]


def _wave(rng: np.random.Generator) -> Lines:
    height = rng.uniform(0.2, 1) * np.sin(2 * np.pi * rng.integers(2, 6) * TURN)
    return [np.stack([4 * TURN, height], axis=1)]


def _lying_eight(rng: np.random.Generator) -> Lines:
    return [np.stack([np.sin(2 * np.pi * TURN), 0.45 * np.sin(4 * np.pi * TURN)], axis=1)]


def _face(rng: np.random.Generator) -> Lines:
    eyes = [np.array([[side, -0.35], [side, -0.2]]) for side in (-0.35, 0.35)]
    return [_circle(TURN), _circle(np.linspace(0.32, 0.68, 20), 0.6), *eyes]


def _house(rng: np.random.Generator) -> Lines:
    return [np.array([[-1.0, 0], [0, -1], [1, 0], [1, 1.3], [-1, 1.3], [-1, 0], [1, 0]])]


def _grid(rng: np.random.Generator) -> Lines:
    upright = [np.array([[x, -1.0], [x, 1]]) for x in (-0.4, 0.4)]
    return upright + [line[:, ::-1] for line in upright]


def _cross(rng: np.random.Generator) -> Lines:
    return CROSS


def _crossed_circle(rng: np.random.Generator) -> Lines:
    return [_circle(TURN), *[0.7 * line for line in CROSS]]


def _arrow(rng: np.random.Generator) -> Lines:
    return [np.array([[-1.0, 0], [1, 0]]), np.array([[0.5, -0.4], [1, 0], [0.5, 0.4]])]


FIGURES: list[Draw] = [
    _polygon,
    _star,
    _flower,
    _heart,
    _spiral,
    _wave,
    _lying_eight,
    _face,
    _house,
    _grid,
    _cross,
    _crossed_circle,
    _arrow,
]


_ASCII = "".join(map(chr, range(33, 127)))
_NOT_OUTLIERS = LOOK_ALIKES | frozenset("0123456789!'(),./\\[]`|{}?$&<>-_")
_LATIN = "".join(sorted(set(_ASCII) - _NOT_OUTLIERS))
SYMBOLS = {
    "futural": _LATIN,
    "cursive": "".join(sorted(set(_LATIN) - set("aeglnqrszEILOQSTYZ"))),
    "rowmans": _LATIN,
    "greeks": "CDEGJKLMNPRWXagjklmpvwx",
    "mathlow": "#%*+=@ABCDEFHKLMNPRTUVWX",
    "markers": "BCEFGHIJKLMNO",
}
"""The fonts, and of each the characters that look like no digit."""
HELD_BACK_SYMBOLS = {"japanese": "#$%&'()*+,-./034567ABDEFGIJKMNPTUVWXYZ[^_`abdefghlnoqrsxy{|}"}
"""Fonts that only measure, how well what was learnt carries over to other signs."""


def symbol(rng: np.random.Generator, fonts: dict[str, str] = SYMBOLS) -> Lines:
    """A letter or symbol of A. V. Hershey's fonts of strokes (1967), as a hand would draw it."""
    name = list(fonts)[int(rng.integers(len(fonts)))]
    return shake(_pick(_glyphs(name, fonts[name]), rng), rng)


@cache
def _glyphs(font: str, characters: str) -> list[Lines]:
    """The strokes of those characters that the font draws, but for such that look like a 1."""
    fonts = HersheyFonts()
    fonts.load_default_font(font)
    glyphs = [
        [np.array(stroke, dtype=np.float64) for stroke in fonts.strokes_for_text(character)]
        for character in characters
    ]
    return [glyph for glyph in glyphs if glyph and not _is_upright_line(glyph)]


def _is_upright_line(lines: Sequence[Line]) -> bool:
    """Whether ink is so narrow that it can be read as a 1."""
    width, height = np.ptp(np.concatenate(lines), axis=0)
    return bool(width < 0.3 * height)


def _pick(choices: Sequence[T], rng: np.random.Generator) -> T:
    return choices[int(rng.integers(len(choices)))]
