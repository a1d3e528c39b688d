"""A picture file to ink pixels: what is paper becomes 0, what is written becomes 1."""

from __future__ import annotations

import warnings
from os import PathLike
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from app.preprocess import Picture

FORMATS = ["PNG", "JPEG", "GIF", "BMP", "PPM", "TIFF", "WEBP", "AVIF", "JPEG2000", "ICO", "TGA"]
"""Formats of pixels alone: Pillow would hand others, such as EPS, to programs that run them."""
MOST_PIXELS = 64_000_000
"""Larger pictures are refused: they would need more memory than a small machine has."""
LONGEST = 2400
"""Larger pictures are scaled down to this many pixels on the longer side: enough for the strokes
of small handwriting on a whole page."""
CLEAN = 0.02
"""A picture whose margin varies less than this is no photograph: its paper is of one colour."""
FULL = 0.5
"""No picture has so much ink: its ground is not of one colour, whatever its margin is."""
TILE = 64
"""A picture up to this many pixels long and wide is a tile with one digit, as in MNIST."""
LEAST_CONTRAST = 0.1
"""Of ink to paper; what differs less from the paper is no ink."""
NOISY = 1.5 / 255
"""Noise from which on a picture is smoothed, as its standard deviation."""
COARSE = 320
"""Pixels on the longer side of the copy in which the light of the paper is found."""
PENS = 6
"""Pen widths within which there is paper beside a stroke."""


class PhotoError(Exception):
    """A picture that cannot be read; the message is one sentence."""


class Photo(NamedTuple):
    """The ink of a picture file.

    Attributes:
        ink: (height, width) float32, 0 = paper to 1 = ink; smaller than a large file's picture.
        scale: pixels of the upright picture in the file per pixel of `ink`.
    """

    ink: Picture
    scale: float


def load_ink(path: str | PathLike[str]) -> Photo:
    """The ink of a picture in any format that Pillow reads, dark on light or light on dark.

    Raises PhotoError.
    """
    grey, scale = _load_grey(path)
    return Photo(find_ink(grey), scale)


def _load_grey(path: str | PathLike[str]) -> tuple[Picture, float]:
    """A picture file, upright and not too large, from 0 = black to 1 = white, and its scale."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise Image.DecompressionBombError
                longer = max(image.size)
                if longer > LONGEST:
                    # Has a JPEG decoded at a half or less, where that is enough.
                    image.draft(None, _scaled(image.size, LONGEST))
                small = ImageOps.exif_transpose(_shrink(image))
                return _to_grey(small), longer / max(small.size)
    except UnidentifiedImageError:
        raise PhotoError(f"{path}: this is not a picture of a format that can be read") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoError(
            f"{path}: the picture has too many pixels; "
            f"scale it down to {MOST_PIXELS // 1_000_000} megapixels or less"
        ) from None
    except OSError as error:
        raise PhotoError(f"{path}: cannot be read ({error.strerror or error})") from None
    except (ValueError, SyntaxError, EOFError, OverflowError) as error:
        # What Pillow's decoders raise for damaged files, beside OSError.
        raise PhotoError(f"{path}: the picture is damaged ({error})") from None


def _scaled(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Width and height with the longer one brought to `longest`."""
    width, height = (max(1, round(length * longest / max(size))) for length in size)
    return width, height


def _shrink(image: Image.Image) -> Image.Image:
    if max(image.size) <= LONGEST:
        return image
    if image.mode in ("1", "P", "PA"):  # their values cannot be averaged
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    small = image.resize(_scaled(image.size, LONGEST), Image.Resampling.BOX)
    small.info = image.info  # transparency and orientation
    return small


def _to_grey(image: Image.Image) -> Picture:
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, dtype=np.float32)
        if image.mode.startswith("I;16"):
            return values / np.float32(65535)
        if not np.isfinite(values).all():
            raise ValueError("it has pixels that are no numbers")
        low, high = float(values.min()), float(values.max())
        return (values - low) / np.float32(max(high - low, 1e-9))
    if image.has_transparency_data:
        grey, alpha = map(_to_floats, image.convert("LA").split())
        # Ink on a transparent ground is meant to be seen, so the ground contrasts with it.
        ground = np.float32((grey * alpha).sum() < alpha.sum() / 2)
        return grey * alpha + ground * (1 - alpha)
    return _to_floats(image.convert("L"))


def _to_floats(band: Image.Image) -> Picture:
    return np.asarray(band, dtype=np.float32) / np.float32(255)


def find_ink(grey: Picture) -> Picture:
    """Tell ink from paper in a (height, width) float32 picture, 0 = black to 1 = white.

    Where the margin is of one colour, it is the colour of the paper; otherwise the paper has its
    own brightness everywhere. The ink differs from it towards the side, dark or light, on which
    the picture has more contrast.
    """
    margin = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = float(np.median(margin))
    if np.percentile(np.abs(margin - paper), 90) < CLEAN:
        if paper - float(grey.min()) < float(grey.max()) - paper:
            ink = np.maximum(grey - paper, 0)
        else:
            ink = np.maximum(paper - grey, 0)
        # The faint pixels round a large stroke are a compressor's, those of a small one its edge.
        tile = max(grey.shape) <= TILE
        contrast = float(ink.max())
        scaled = _stretch(ink, 0.0 if tile else 0.15 * contrast, contrast)
        if tile or ((scaled > 0.5).mean() < FULL and not _has_pale_area(scaled)):
            return scaled
    return _uneven_ink(grey)


def _has_pale_area(ink: Picture) -> bool:
    """Whether something wider than the edge of a stroke is neither paper nor ink: a shadow."""
    pale = (ink > 0.05) & (ink < 0.6)
    sparse = Image.fromarray(pale[::3, ::3])
    return sparse.convert("L").filter(ImageFilter.MinFilter(5)).getextrema() != (0, 0)


def _stretch(ink: Picture, paper: float, full: float) -> Picture:
    """Ink from `paper` to `full` becomes 0 to 1; none at all where its contrast is too low."""
    if full < LEAST_CONTRAST:
        return np.zeros_like(ink)
    scaled: Picture = (ink - np.float32(paper)) / np.float32(full - paper)
    return np.clip(scaled, 0, 1)


def _uneven_ink(grey: Picture) -> Picture:
    """The ink on paper under uneven light, with noise.

    The brightness of the paper is a morphological closing of a small copy, which takes the ink
    away; the ink is the part of it that is missing, so that shadows do not count.
    """
    noise = 1.4826 * float(np.median(np.abs(np.diff(grey[:, ::2])))) / np.sqrt(2)
    if noise > NOISY:
        grey = _smooth(grey)
    if _is_light_on_dark(grey):
        grey = 1 - grey
    height, width = grey.shape
    coarse = Image.fromarray(grey)
    coarse.thumbnail((COARSE, COARSE), Image.Resampling.BOX)
    small = np.asarray(coarse)
    # First a size that no pen has, then one that the shadows' corners have not.
    widest = max(small.shape) / 8
    rough = _missing_light(small, _closing(small, widest))
    pen = _pen_width(rough > rough.max() / 2)
    closed = _closing(small, min(max(PENS * pen, 5), widest))
    paper = np.asarray(Image.fromarray(closed).resize((width, height)))
    ink = _missing_light(grey, paper)
    usual = float(np.median(ink))
    spread = 1.4826 * float(np.median(np.abs(ink - usual)))
    least = max(usual + 4 * spread, LEAST_CONTRAST)
    seen = ink[ink > least]
    if not len(seen):
        return np.zeros_like(grey)
    full = float(np.percentile(seen, 95))
    return _stretch(ink, max(least, 0.3 * full), 0.9 * full)


def _missing_light(grey: Picture, paper: Picture) -> Picture:
    """How much darker than the paper each pixel is, as a part of the paper's brightness."""
    missing: Picture = np.maximum(1 - grey / np.maximum(paper, np.float32(0.05)), 0)
    return missing


def _closing(picture: Picture, size: float) -> Picture:
    """The picture without what is dark and narrower than `size` pixels."""
    return -_maximum(-_maximum(picture, int(size)), int(size))


def _pen_width(mask: NDArray[np.bool_]) -> float:
    """Twice the area of the strokes over the length of their outline, in pixels."""
    outline = sum(int((np.diff(mask, axis=axis)).sum()) for axis in (0, 1)) * np.pi / 4
    return 2 * float(mask.sum()) / max(outline, 1.0)


def _is_light_on_dark(grey: Picture) -> bool:
    """Whether the picture differs from its local median more on the light side (its skewness)."""
    small = Image.fromarray((grey * 255).astype(np.uint8))
    small.thumbnail((64, 64), Image.Resampling.BOX)
    median = small.filter(ImageFilter.MedianFilter(15)).resize(grey.shape[::-1])
    return float(np.power(grey - _to_floats(median), 3).sum(dtype=np.float64)) > 0


def _smooth(grey: Picture) -> Picture:
    image = Image.fromarray((grey * 255).astype(np.uint8))
    return _to_floats(image.filter(ImageFilter.GaussianBlur(1)))


def _maximum(picture: Picture, size: int) -> Picture:
    """The largest value of the square of about `size` pixels round each pixel."""
    for axis in (0, 1):
        reach = size // 2
        padded = np.pad(picture, [(reach, reach) if a == axis else (0, 0) for a in (0, 1)], "edge")
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis)
        picture = windows.max(axis=-1)
    return picture
