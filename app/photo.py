"""A picture file to ink pixels: what is paper becomes 0, what is written becomes 1."""

from __future__ import annotations

import warnings
from os import PathLike

import numpy as np
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from app.preprocess import Picture

FORMATS = ["PNG", "JPEG", "GIF", "BMP", "PPM", "TIFF", "WEBP", "AVIF", "JPEG2000", "ICO", "TGA"]
"""Formats of pixels alone: Pillow would hand others, such as EPS, to programs that run them."""
MOST_PIXELS = 64_000_000
"""Larger pictures are refused: they would need more memory than a small machine has."""
CLEAN = 0.02
"""A picture whose margin varies less than this is no photograph: its paper is of one colour."""
TILE = 64
"""A picture up to this many pixels long and wide is a tile with one digit, as in MNIST."""
LEAST_CONTRAST = 0.1
"""Of ink to paper; what differs less from the paper is no ink."""


class PhotoError(Exception):
    """A picture that cannot be read; the message is one sentence."""


def load_ink(path: str | PathLike[str]) -> Picture:
    """The ink of a picture in any format that Pillow reads, dark on light or light on dark.

    Returns (height, width) float32, 0 = paper to 1 = ink. Raises PhotoError.
    """
    return find_ink(_load_grey(path))


def _load_grey(path: str | PathLike[str]) -> Picture:
    """A picture file, upright, as (height, width) float32 from 0 = black to 1 = white."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise Image.DecompressionBombError
                return _to_grey(ImageOps.exif_transpose(image))
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

    The paper is what the margin shows; the ink differs from it towards the side, dark or light,
    on which the picture has more contrast.
    """
    margin = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = float(np.median(margin))
    if paper - float(grey.min()) < float(grey.max()) - paper:
        grey, margin, paper = 1 - grey, 1 - margin, 1 - paper
    # From here on the paper is light.
    if np.percentile(np.abs(margin - paper), 90) < CLEAN:
        ink = np.maximum(paper - grey, 0)
        # The faint pixels round a large stroke are a compressor's, those of a small one its edge.
        floor = 0.15 if max(grey.shape) > TILE else 0.0
    else:
        ink = _uneven_ink(grey)
        floor = 0.4
    contrast = float(ink.max())
    if contrast < LEAST_CONTRAST:
        return np.zeros_like(grey)
    scaled: Picture = (ink / np.float32(contrast) - np.float32(floor)) / np.float32(1 - floor)
    return np.maximum(scaled, 0)


def _uneven_ink(grey: Picture) -> Picture:
    """How much darker than the paper around it each pixel of a photograph is, without its noise.

    The paper is found by a morphological closing of a small copy, which takes the ink away.
    """
    photo = Image.fromarray((grey * 255).astype(np.uint8))
    smooth = photo.filter(ImageFilter.GaussianBlur(max(photo.size) / 1000))
    small = smooth.copy()
    small.thumbnail((64, 64), Image.Resampling.BOX)
    size = 15  # wider than a pen, narrower than a shadow
    closed = small.filter(ImageFilter.MaxFilter(size)).filter(ImageFilter.MinFilter(size))
    paper = closed.filter(ImageFilter.GaussianBlur(size / 2)).resize(photo.size)
    darker: Picture = np.maximum(_to_floats(paper) - _to_floats(smooth), 0)
    return darker
