"""A picture file to ink pixels: what is paper becomes 0, what is written becomes 1."""

from __future__ import annotations

import math
import os
import warnings
from contextlib import AbstractContextManager, nullcontext
from itertools import product
from os import PathLike
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import (
    ExifTags,
    Image,
    ImageFile,
    ImageFilter,
    ImageOps,
    PngImagePlugin,
    UnidentifiedImageError,
)

from app.frames import without_frames
from app.preprocess import Picture
from app.rules import without_rules

FORMATS = ["PNG", "JPEG", "GIF", "BMP", "PPM", "TIFF", "WEBP", "AVIF", "JPEG2000", "ICO", "TGA"]
"""Formats of pixels alone: Pillow would hand others, such as EPS, to programs that run them."""
MOST_PIXELS = 51_000_000
"""Larger pictures are refused: a decoder may take 9 bytes for each, and 500 MB are for everything.
50 megapixels are 8,192 x 6,144 pixels."""
MOST_PIXELS_OF = {"WEBP": 27_000_000, "AVIF": 24_000_000, "JPEG2000": 11_000_000}
"""Their decoders take 17, 19 and 25 bytes for each pixel, and the last up to 5 s for so many."""
LONGEST_SIDE = 65_535
"""Of a picture, as of a JPEG; Pillow takes more for a row than for its pixels where it is short."""
MOST_SCANS = 30
"""Of a progressive JPEG, which has about ten; one of some bytes may take as long as all others."""
Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # also of pictures within a file, as an icon has them
ImageFile.LOAD_TRUNCATED_IMAGES = False
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = 1_000_000  # unpacked
LONGEST = 2400
"""Larger pictures are scaled down to this many pixels on the longer side: enough for the strokes
of small handwriting on a whole page."""
PART = 256
"""Pixels on each side of the parts of such a picture, as they are then."""
CLEAN = 0.02
"""A picture whose margin varies less than this is no photograph: its paper is of one colour,"""
PLAIN = 0.65
"""in so much of the margin at least, since strokes may reach it."""
DARK_SHARE = 0.05
"""If so much of what is drawn on a transparent ground is dark, the ground is white."""
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
FEWEST_BITS = 10
"""What is darker than so many bits of a pixel of 16 bits tell is black."""
PENS = 6
"""Pen widths within which there is paper beside a stroke."""


class PhotoError(Exception):
    """A picture that cannot be read; the message is one sentence."""


class Photo(NamedTuple):
    """The ink of a picture file.

    Attributes:
        ink: (height, width) float32, 0 = paper to 1 = ink, without the rules of the paper;
            smaller than a large file's picture.
        scale: pixels of the upright picture in the file per pixel of `ink`.
    """

    ink: Picture
    scale: float


def load_ink(path: str | PathLike[str]) -> Photo:
    """The ink of a picture file in any format of `FORMATS`, dark on light or light on dark.

    Raises PhotoError.
    """
    bands, scale = load_bands(path, os.fspath(path))
    return Photo(ink_of(bands), scale)


def has_more_pages(path: str | PathLike[str]) -> bool:
    """Whether a picture file that can be read is a scan of several pages, of which `load_ink` takes
    the first.

    The frames of an animation are none, nor is the preview that a camera adds.
    """
    with Image.open(path, formats=FORMATS) as image:
        return image.format == "TIFF" and bool(getattr(image, "is_animated", False))


def ink_of(bands: Picture) -> Picture:
    """The ink of the bands of a picture, (height, width) float32, without frames and rules."""
    ink = find_ink(bands)
    return ink if max(ink.shape) <= TILE else without_rules(without_frames(ink))


def load_bands(source: str | PathLike[str] | Image.Image, name: str) -> tuple[Picture, float]:
    """The bands of a picture, upright and not too large.

    Args:
        source: its file, or the picture itself.
        name: what to call it in an error.

    Returns:
        (height, width, 1 or 3) float32, 0 = black to 1 = white or full colour; and pixels of the
        upright picture per pixel of these.

    Raises PhotoError.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is odd in a file but does no harm
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            small, scale = _upright(source)
            return _to_bands(small), scale
    except UnidentifiedImageError:
        if not isinstance(source, Image.Image) and _is_empty(source):
            raise PhotoError(f"{name}: this file is empty; take another copy of it") from None
        raise PhotoError(
            f"{name}: this is not a picture that can be read; "
            "save it as PNG or JPEG, ink files end in .ndjson"
        ) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoError(
            f"{name}: the picture has too many pixels; "
            f"save it as PNG or JPEG with at most {MOST_PIXELS // 1_000_000} megapixels "
            f"and {LONGEST_SIDE:,} pixels on a side"
        ) from None
    except OSError as error:
        if not isinstance(source, Image.Image) and Path(source).is_dir():
            raise PhotoError(f"{name}: this is a folder; name the files in it") from None
        if error.strerror:
            raise PhotoError(
                f"{name}: cannot be read ({error.strerror}); "
                "check that the file is there and may be read"
            ) from None
        raise _damaged(name, error) from None
    except Exception as error:
        # Pillow's decoders raise nearly anything for damaged files.
        raise _damaged(name, error) from None


def _upright(source: str | PathLike[str] | Image.Image) -> tuple[Image.Image, float]:
    """A picture upright and not too large, and the file's pixels for each of its pixels."""
    with _opened(source) as image:
        most = MOST_PIXELS_OF.get(image.format or "", MOST_PIXELS)
        size = image.size
        # Known by what it has, as its class would be imported at each start.
        if icon := getattr(image, "ico", None):
            size = icon.getimage(size).size  # it does not tell that of a PNG within it
        if math.prod(size) > most or max(size) > LONGEST_SIDE:
            raise Image.DecompressionBombError
        if isinstance(image, ImageFile.ImageFile) and image.info.get("progressive") and image.fp:
            _check_scans(image.fp)
        longer = max(image.size)
        if longer > LONGEST:
            # Has a JPEG decoded at a half or less, where that is enough.
            image.draft(None, _scaled(image.size, LONGEST))
        exif = image.getexif()
        # Else a TIFF would be turned when it is loaded, as a whole and in twice the memory.
        orientation = exif.pop(ExifTags.Base.Orientation, 1)
        image.load()
        exif[ExifTags.Base.Orientation] = orientation
        small = _shrink(image)
    small.getexif()[ExifTags.Base.Orientation] = orientation
    return ImageOps.exif_transpose(small), longer / max(small.size)


def _check_scans(file: IO[bytes]) -> None:
    """Raise ValueError if a JPEG has more scans than any should; it may be read on afterwards."""
    scans, last, place = 0, b"", file.tell()
    file.seek(0)
    while part := file.read(2**20):
        scans += (last + part).count(b"\xff\xda")
        last = part[-1:]
    file.seek(place)
    if scans > MOST_SCANS:
        raise ValueError(f"it has more than {MOST_SCANS} scans")


def _opened(source: str | PathLike[str] | Image.Image) -> AbstractContextManager[Image.Image]:
    if isinstance(source, Image.Image):
        return nullcontext(source)
    image = Image.open(source, formats=FORMATS)
    # Pillow 13 mixes up the pixels of a turned TIFF whose file it maps into memory by its name.
    image.filename = ""
    return image


def _is_empty(path: str | PathLike[str]) -> bool:
    return Path(path).is_file() and not Path(path).stat().st_size


def _damaged(name: str, error: Exception) -> PhotoError:
    reason = " ".join(str(error).split()) or type(error).__name__
    return PhotoError(f"{name}: the picture is damaged ({reason}); take another copy of it")


def _scaled(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Width and height with the longer one brought to `longest`."""
    width, height = (max(1, round(length * longest / max(size))) for length in size)
    return width, height


def _shrink(image: Image.Image) -> Image.Image:
    """A picture scaled down to `LONGEST`, part by part: what is converted is never there twice."""
    width, height = image.im.size  # a TIFF that is not turned yet tells those that it will have
    if max(width, height) <= LONGEST:
        return image.copy()
    size = _scaled((width, height), LONGEST)
    small: Image.Image | None = None
    for left, top in product(*(range(0, length, PART) for length in size)):
        right, bottom = min(left + PART, size[0]), min(top + PART, size[1])
        x0, x1 = (x * width / size[0] for x in (left, right))
        y0, y1 = (y * height / size[1] for y in (top, bottom))
        x, y = int(x0), int(y0)
        part = image.crop((x, y, math.ceil(x1), math.ceil(y1)))
        if part.mode in ("1", "P", "PA"):  # their values cannot be averaged
            part = part.convert("RGBA" if part.has_transparency_data else "RGB")
        box = (x0 - x, y0 - y, x1 - x, y1 - y)
        part = part.resize((right - left, bottom - top), Image.Resampling.BOX, box)
        small = small or Image.new(part.mode, size)
        small.paste(part, (left, top))
    assert small
    small.info = image.info  # transparency and orientation
    return small


def _to_bands(image: Image.Image) -> Picture:
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, dtype=np.float32)[:, :, None]
        if image.mode.startswith("I;16"):
            # Of some cameras and scanners only 10 to 14 bits of it are used.
            bits = max(math.ceil(math.log2(values.max() + 1)), FEWEST_BITS)
            return values / np.float32(2**bits - 1)
        if not np.isfinite(values).all():
            raise ValueError("it has pixels that are no numbers")
        low, high = float(values.min()), float(values.max())
        return (values - low) / np.float32(max(high - low, 1e-9))
    if image.has_transparency_data:
        rgba = _to_floats(image.convert("RGBA"))
        colour, alpha = rgba[:, :, :3], rgba[:, :, 3:]
        # Ink on a transparent ground is meant to be seen, so the ground contrasts with it.
        # White beside dark ink is what an eraser left.
        dark = (alpha * (colour.mean(axis=2, keepdims=True) < 0.4)).sum()
        ground = np.float32(dark > DARK_SHARE * alpha.sum())
        return colour * alpha + ground * (1 - alpha)
    if image.mode in ("1", "L"):
        return _to_floats(image.convert("L"))[:, :, None]
    return _to_floats(image.convert("RGB"))


def _to_floats(band: Image.Image) -> Picture:
    return np.asarray(band, dtype=np.float32) / np.float32(255)


def find_ink(bands: Picture) -> Picture:
    """Tell ink from paper in a (height, width, bands) float32 picture, 0 to 1.

    Where the margin is of one colour, it is the colour of the paper, and ink is what differs from
    it; otherwise the paper has its own brightness everywhere, and ink differs from that towards
    the side, dark or light, on which the picture has more contrast.

    Returns (height, width) float32, 0 = paper to 1 = ink.
    """
    margin = np.concatenate([bands[0], bands[-1], bands[:, 0], bands[:, -1]])
    paper = np.median(margin, axis=0)
    if (np.abs(margin - paper).max(axis=1) < CLEAN).mean() > PLAIN:
        ink = np.abs(bands - paper).max(axis=2)
        # The faint pixels round a large stroke are a compressor's, those of a small one its edge.
        tile = max(ink.shape) <= TILE
        contrast = float(ink.max())
        scaled = _stretch(ink, 0.0 if tile else 0.15 * contrast, contrast)
        if tile or ((scaled > 0.5).mean() < FULL and not _has_pale_area(scaled)):
            return scaled
    return _uneven_ink(bands.mean(axis=2))


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
    darkest = 0.05
    if _is_light_on_dark(grey):
        grey, darkest = 1 - grey, 0.4  # a light ground shines no less for being dim
    height, width = grey.shape
    coarse = Image.fromarray(grey)
    coarse.thumbnail((COARSE, COARSE), Image.Resampling.BOX)
    small = np.asarray(coarse)
    # First a size that no pen has, then one that the shadows' corners have not.
    widest = max(max(small.shape) / 8, 15)
    rough = _missing_light(small, _closing(small, widest), darkest)
    pen = _pen_width(rough > rough.max() / 2)
    closed = _closing(small, min(max(PENS * pen, 5), widest))
    # Too dark rather than too light at edges, which would look like ink.
    closed = -_maximum(-closed, 3)
    paper = np.asarray(Image.fromarray(closed).resize((width, height)))
    ink = _missing_light(grey, paper, darkest)
    usual = float(np.median(ink))
    spread = 1.4826 * float(np.median(np.abs(ink - usual)))
    least = max(usual + 4 * spread, LEAST_CONTRAST)
    seen = ink[ink > least]
    if not len(seen):
        return np.zeros_like(grey)
    full = float(np.percentile(seen, 95))
    return _stretch(ink, max(least, 0.3 * full), 0.9 * full)


def _missing_light(grey: Picture, paper: Picture, darkest: float) -> Picture:
    """How much darker than the paper each pixel is, as a part of the paper's brightness."""
    missing: Picture = np.maximum(paper - grey, 0) / np.maximum(paper, np.float32(darkest))
    return missing


def _closing(picture: Picture, size: float) -> Picture:
    """The picture without what is dark and narrower than `size` pixels."""
    margin = int(size)
    # As if the picture went on: a desk at its edge is not narrow.
    larger = np.pad(picture, margin, "edge")
    closed = -_maximum(-_maximum(larger, margin), margin)
    return closed[margin:-margin, margin:-margin]


def _pen_width(mask: NDArray[np.bool_]) -> float:
    """Twice the area of the strokes over the length of their outline, in pixels."""
    outline = sum(int((np.diff(mask, axis=axis)).sum()) for axis in (0, 1)) * np.pi / 4
    return 2 * float(mask.sum()) / max(outline, 1.0)


def _is_light_on_dark(grey: Picture) -> bool:
    """Whether what differs from its surroundings' median is mostly lighter."""
    small = Image.fromarray((grey * 255).astype(np.uint8))
    small.thumbnail((COARSE / 2, COARSE / 2), Image.Resampling.BOX)
    grey = _to_floats(small)
    lighter = darker = 0
    for size in (11, 17):  # pens of usual width, and thick ones
        difference = grey - _to_floats(small.filter(ImageFilter.MedianFilter(size)))
        # By area: the edge of a sheet on a desk has more contrast than any pen.
        lighter += int((difference > LEAST_CONTRAST / 2).sum())
        darker += int((difference < -LEAST_CONTRAST / 2).sum())
    return lighter > darker


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
