"""Make the pictures of `docs/how-it-works.md` anew, with the program as it is.

    python docs/pictures.py

What is written in them are the reference digits of the program.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from PIL import Image

from app.convention import reference_digits
from app.ink import Ink
from app.inside import Layer, Occlusion
from app.photo import load_ink
from app.preprocess import Picture, ink_to_image
from app.recognizer import Reading, Recognizer
from benchmarks.pictures import photograph, write_page

FOLDER = Path(__file__).parent / "pictures"
COLOURS = ["#2f6fde", "#d9541e", "#20885a", "#8a4fc4"]
GREY = "#59636e"
STYLE: dict[Any, Any] = {"font.sans-serif": ["DejaVu Sans"], "font.size": 8, "axes.titlesize": 9}
NUMBER = "4957"
"""What is written to show segmentation: digits of one stroke, and of two."""
CLOSED = (0, 0.3, 0.6, 1)
"""How far the top of a 4 is closed, to show which ink speaks for it and which against."""
MAPS = 16
"""Feature maps that are shown of a layer."""


def main() -> None:
    recognizer = Recognizer.load()
    lines, labels = reference_digits()
    digits = dict(zip(labels.tolist(), lines, strict=True))
    FOLDER.mkdir(exist_ok=True)
    with rc_context(STYLE):
        _save(network(recognizer, digits[5]), "network.png")
        _save(evidence(recognizer), "inside.png")
        _save(number(recognizer, [digits[int(digit)] for digit in NUMBER]), "number.png")
        _save(page(recognizer, [Ink.from_lines(strokes) for strokes in lines], labels), "page.png")


def network(recognizer: Recognizer, lines: list[Any]) -> Figure:
    """A digit from its ink to the answer."""
    image = ink_to_image(lines)
    layers = recognizer.look_inside(image)
    convolutions = [layer for layer in layers if layer.values.ndim == 3 and len(layer.values) > 1]
    chosen = [convolutions[i] for i in (0, len(convolutions) // 2, -1)]
    figure = Figure((9, 2.1), layout="constrained")
    ink, pixels, *maps, answer = figure.subplots(1, 3 + len(chosen))
    _draw(ink, lines, "ink")
    _show(pixels, 1 - image, "28x28 image")
    for axes, layer in zip(maps, chosen, strict=True):
        height, width, count = layer.values.shape
        _show(axes, mosaic(layer), f"{layer.name}: {MAPS} of\n{count} maps of {height}x{width}")
    probabilities = recognizer.judge([image])[0]
    answer.barh(range(10), probabilities, color=COLOURS[0])
    answer.set(title="answer", yticks=range(10), xlim=(0, 1), xticks=[])
    answer.invert_yaxis()
    return figure


def mosaic(layer: Layer) -> Picture:
    """The first feature maps of a layer in four rows, each scaled to 0 to 1."""
    maps = layer.values[..., :MAPS].transpose(2, 0, 1)
    low, high = (edge(maps, axis=(1, 2), keepdims=True) for edge in (np.min, np.max))
    scaled = np.pad((maps - low) / np.maximum(high - low, 1e-6), ((0, 0), (0, 1), (0, 1)))
    count, height, width = scaled.shape
    rows = scaled.reshape(4, count // 4, height, width).transpose(0, 2, 1, 3)
    return rows.reshape(4 * height, count // 4 * width)


def evidence(recognizer: Recognizer) -> Figure:
    """Which ink of a 4 speaks for it, and which against, as its top is closed."""
    figure = Figure((8, 2.2), layout="constrained")
    for axes, part in zip(figure.subplots(1, len(CLOSED)), CLOSED, strict=True):
        strokes = [
            [(10, 10), (0, 80), (60, 80)],
            [(62, 10), (60, 160)],
            [(62, 10), (62 - 52 * part, 10)],
        ]
        image = ink_to_image([np.array(stroke, np.float64) for stroke in strokes])
        probabilities = recognizer.judge([image])[0]
        answer = int(probabilities.argmax())
        occlusion = Occlusion(image, answer)
        while not occlusion.done:
            occlusion.go_on(recognizer.judge, MAPS)
        strength = occlusion.evidence / np.abs(occlusion.evidence).max()
        _show(axes, 1 - 0.3 * image, f"{probabilities[answer]:.1%} a {answer}")
        ends = ListedColormap([COLOURS[1], COLOURS[0]])
        axes.imshow(strength > 0, ends, vmin=0, vmax=1, alpha=image * np.abs(strength))
    sides = [Patch(color=COLOURS[0], label="for"), Patch(color=COLOURS[1], label="against")]
    figure.legend(handles=sides, loc="outside right upper")
    return figure


def number(recognizer: Recognizer, digits: list[list[Any]]) -> Figure:
    """Strokes of several digits, and which of them make which digit."""
    strokes = []
    right = 0.0
    for lines in digits:
        left = min(line[:, 0].min() for line in lines)
        strokes += [line + np.array([right - left, 0]) for line in lines]
        right = max(line[:, 0].max() for line in strokes) - 12  # so that they overlap
    reading = recognizer.read(Ink.from_lines(strokes))
    figure = Figure((8, 2.2), layout="constrained")
    before, after, images = figure.subplots(1, 3, width_ratios=[2, 2, 1.6])
    _draw(before, strokes, f"{len(strokes)} strokes", COLOURS)
    owner = {stroke: i for i, digit in enumerate(reading.digits) for stroke in digit.strokes}
    colours = [COLOURS[owner[i] % len(COLOURS)] for i in range(len(strokes))]
    _draw(after, strokes, f'read as "{reading.text}"', colours)
    _boxes(after, reading)
    pictures = np.concatenate([np.pad(1 - d.image, 1) for d in reading.digits], axis=1)
    _show(images, pictures, "what the network sees")
    return figure


def page(recognizer: Recognizer, inks: list[Ink], labels: Any) -> Figure:
    """A photographed page, its ink, and what is read in it."""
    rng = np.random.default_rng(4)
    _, image = photograph(write_page(inks, labels.tolist(), rng, 0.12), "everything", rng)
    with TemporaryDirectory() as folder:
        path = Path(folder, "page.png")
        image.save(path)
        ink, scale = load_ink(path)
    reading = recognizer.read_picture(ink, scale)
    figure = Figure((9, 2.7), layout="constrained")
    photo, found, read = figure.subplots(1, 3)
    _show(photo, np.asarray(image.convert("L"), np.float32) / np.float32(255), "photo")
    _show(found, 1 - ink, "ink")
    height, width = ink.shape
    read.imshow(1 - ink, "gray", vmin=0, vmax=1, extent=(0, width * scale, height * scale, 0))
    read.set(title="digits", xticks=[], yticks=[])
    _boxes(read, reading)
    return figure


def _draw(axes: Axes, lines: list[Any], title: str, colours: list[str] | None = None) -> None:
    """Strokes with their points, each in a colour of its own."""
    for index, line in enumerate(lines):
        colour = (colours or COLOURS)[index % len(colours or COLOURS)]
        axes.plot(*line.T, ".-", color=colour, markersize=4, linewidth=1.5)
    axes.set(title=title, aspect="equal", xticks=[], yticks=[])
    axes.margins(0.12)
    axes.invert_yaxis()


def _show(axes: Axes, picture: Picture, title: str) -> None:
    axes.imshow(picture, "gray", vmin=0, vmax=1, interpolation="nearest")
    axes.set(title=title, xticks=[], yticks=[])


def _boxes(axes: Axes, reading: Reading) -> None:
    for digit in reading.digits:
        left, top, width, height = digit.box
        axes.plot(
            [left, left + width, left + width, left, left],
            [top, top, top + height, top + height, top],
            color=GREY,
            linewidth=0.6,
        )
        label = str(digit.label) if digit.accepted else "?"
        axes.text(left, top, label, color=COLOURS[1], va="bottom")


def _save(figure: Figure, name: str) -> None:
    file = BytesIO()
    figure.savefig(file, dpi=100, facecolor="white")
    Image.open(file).convert("RGB").quantize(48).save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    main()
