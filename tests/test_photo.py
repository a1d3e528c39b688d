import math
import struct
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from app.photo import (
    LONGEST,
    MOST_PIXELS,
    MOST_PIXELS_OF,
    MOST_SCANS,
    PhotoError,
    find_ink,
    load_bands,
    load_ink,
)
from app.preprocess import picture_to_image
from tests.limits import MEGABYTES
from training.datasets import Mnist


def seven(ink: int = 0, paper: int = 255, mode: str = "L") -> Image.Image:
    """A 7 somewhere on a sheet of paper."""
    image = Image.new("L", (300, 200), paper)
    ImageDraw.Draw(image).line([(80, 40), (150, 42), (110, 160)], fill=ink, width=9)
    return image.convert(mode)


@pytest.fixture
def expected() -> np.ndarray:
    return picture_to_image(find_ink(np.asarray(seven(), dtype=np.float32)[:, :, None] / 255))


def image_of(path: Path) -> np.ndarray:
    return picture_to_image(load_ink(path).ink)


def test_an_mnist_tile_keeps_its_grey_levels(mnist: Mnist, tmp_path: Path) -> None:
    for i, tile in enumerate(mnist.x_train[:50]):
        Image.fromarray(tile).save(tmp_path / f"{i}.png")
        assert load_ink(tmp_path / f"{i}.png").ink == pytest.approx(tile / tile.max(), abs=1e-5)


def test_dark_on_light_and_light_on_dark_are_the_same_ink(
    tmp_path: Path, expected: np.ndarray
) -> None:
    for ink, paper in [(0, 255), (255, 0), (90, 200), (230, 120)]:
        seven(ink, paper).save(tmp_path / "7.png")
        assert image_of(tmp_path / "7.png") == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("7.png", "RGB"),
        ("7.png", "P"),
        ("7.png", "1"),
        ("7.png", "LA"),
        ("7.tif", "F"),
        ("7.tif", "I"),
        ("7.jpg", "CMYK"),
        ("7.bmp", "RGB"),
        ("7.gif", "P"),
        ("7.webp", "RGB"),
    ],
)
def test_every_mode_and_format_shows_the_same_ink(
    name: str, mode: str, tmp_path: Path, expected: np.ndarray
) -> None:
    seven(mode=mode).save(tmp_path / name)
    assert np.abs(image_of(tmp_path / name) - expected).mean() < 0.02


@pytest.mark.parametrize("factor", [257, 64, 4], ids=["16 bits", "14 bits", "10 bits"])
def test_sixteen_bits_are_read(factor: int, tmp_path: Path, expected: np.ndarray) -> None:
    deep = np.asarray(seven(), dtype=np.uint16) * factor
    Image.fromarray(deep).save(tmp_path / "7.png")
    assert image_of(tmp_path / "7.png") == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255)])
def test_ink_on_a_transparent_ground_is_seen(
    colour: tuple[int, int, int], tmp_path: Path, expected: np.ndarray
) -> None:
    ink = Image.new("RGBA", (300, 200), (*colour, 0))
    ink.paste((*colour, 255), mask=seven(255, 0))
    ink.save(tmp_path / "7.png")
    assert image_of(tmp_path / "7.png") == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(
    ("name", "compression"),
    [("7.jpg", None), ("7.png", None), ("7.tif", "tiff_lzw"), ("7.tif", None), ("7.webp", None)],
)
@pytest.mark.parametrize("size", [(300, 200), (3600, 2400)])
def test_a_turned_photo_is_put_upright(
    name: str,
    compression: str | None,
    size: tuple[int, int],
    tmp_path: Path,
    expected: np.ndarray,
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: to be turned by 90 degrees clockwise
    turned = seven().resize(size).rotate(90, expand=True)
    turned.save(tmp_path / name, exif=exif, compression=compression)
    ink, scale = load_ink(tmp_path / name)
    assert scale * ink.shape[1] == size[0]
    assert np.abs(picture_to_image(ink) - expected).mean() < 0.02


def test_a_tile_under_uneven_light_is_read(mnist: Mnist, tmp_path: Path) -> None:
    tile = mnist.x_train[0].astype(np.float32)
    lit = (255 - 0.8 * tile) * np.linspace(0.6, 1, 28)
    Image.fromarray(lit.astype(np.uint8)).save(tmp_path / "tile.png")
    assert np.abs(load_ink(tmp_path / "tile.png").ink - tile / 255).mean() < 0.05


def test_uneven_light_and_noise_leave_the_ink(tmp_path: Path, expected: np.ndarray) -> None:
    rng = np.random.default_rng(1)
    sheet = np.asarray(seven(40, 230).resize((1200, 800)), dtype=np.float32)
    light = np.linspace(0.55, 1, sheet.shape[1]) * np.linspace(1, 0.8, sheet.shape[0])[:, None]
    photo = sheet * light + rng.normal(0, 6, sheet.shape)
    blurred = Image.fromarray(photo.clip(0, 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(1.5)
    )
    blurred.save(tmp_path / "7.jpg", quality=80)
    assert np.abs(image_of(tmp_path / "7.jpg") - expected).mean() < 0.04


def numbers(ink: float, paper: float) -> np.ndarray:
    """A page with three strokes, (600, 800), and where their ink is."""
    page = Image.new("L", (800, 600))
    for x in (200, 380, 600):
        ImageDraw.Draw(page).line([(x, 200), (x + 60, 230), (x + 20, 380)], fill=255, width=9)
    cover = np.asarray(page) / 255
    return cover * ink + (1 - cover) * paper


def quality(photo: np.ndarray, tmp_path: Path) -> float:
    """Intersection over union of the ink that is found in a photo and the true ink."""
    Image.fromarray(photo.clip(0, 255).astype(np.uint8)).save(tmp_path / "page.png")
    found = load_ink(tmp_path / "page.png").ink > 0.5
    true = numbers(1, 0) > 0.5
    return float((found & true).sum() / (found | true).sum())


@pytest.mark.parametrize(("ink", "paper"), [(40, 230), (230, 40)])
def test_light_from_one_side_and_noise_are_no_ink(ink: float, paper: float, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 5, (600, 800))
    light = np.linspace(0.5, 1, 800)
    assert quality(numbers(ink, paper) * light + noise, tmp_path) > 0.8


def test_a_shadow_is_no_ink(tmp_path: Path) -> None:
    shadow = Image.new("L", (800, 600), 255)
    ImageDraw.Draw(shadow).polygon([(300, 100), (700, 250), (500, 600), (250, 600)], fill=140)
    soft = np.asarray(shadow.filter(ImageFilter.GaussianBlur(8))) / 255
    assert quality(numbers(40, 230) * soft, tmp_path) > 0.8


def test_the_desk_round_a_sheet_is_no_ink(tmp_path: Path) -> None:
    page = Image.fromarray(numbers(40, 230).astype(np.uint8))
    desk = Image.new("L", (800, 600), 70)
    desk.paste(page.crop((100, 80, 750, 550)), (100, 80))
    ImageDraw.Draw(desk).rectangle([0, 0, 800, 40], fill=100)
    assert quality(np.asarray(desk), tmp_path) > 0.7


@pytest.mark.parametrize("colour", ["yellow", "red", "lime", "blue", "black"])
def test_a_pen_of_any_colour_is_seen(colour: str, tmp_path: Path, expected: np.ndarray) -> None:
    drawing = Image.new("RGB", (300, 200), "white")
    drawing.paste(colour, mask=seven(255, 0))
    drawing.save(tmp_path / "7.png")
    assert image_of(tmp_path / "7.png") == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize("name", ["7.png", "7.jpg", "7.webp"])
def test_a_large_picture_is_scaled_down(name: str, tmp_path: Path, expected: np.ndarray) -> None:
    seven().resize((6000, 4000)).save(tmp_path / name)
    ink, scale = load_ink(tmp_path / name)
    assert max(ink.shape) == LONGEST
    assert scale == 6000 / LONGEST
    assert np.abs(picture_to_image(ink) - expected).mean() < 0.02


def test_a_picture_scaled_down_in_parts_is_the_same_as_at_once(
    rng: np.random.Generator, tmp_path: Path
) -> None:
    for width, height in [(3001, 2003), (71, 4801), (6007, 11)]:
        Image.fromarray(rng.integers(0, 256, (height, width), np.uint8)).save(tmp_path / "7.png")
        bands, _ = load_bands(tmp_path / "7.png", "7.png")
        small = Image.open(tmp_path / "7.png").resize(bands.shape[1::-1], Image.Resampling.BOX)
        # Where a pixel lies half in one box and half in the next it may count to either.
        assert (np.abs(bands[:, :, 0] - np.asarray(small) / 255) < 0.003).mean() > 0.99


LIMIT = """
import sys
from app.photo import PhotoError, load_ink
from tests.limits import peak_megabytes
ink, _ = load_ink(sys.argv[1])
assert ink.any()
print(peak_megabytes())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing tells the memory")
@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("7.jpg", "CMYK", {"progressive": True}),
        ("7.png", "RGBA", {"compress_level": 1}),
        ("7.webp", "RGBA", {"lossless": True, "quality": 0, "method": 0}),
    ],
)
def test_pictures_as_large_as_is_read_take_bounded_memory(
    name: str, mode: str, options: dict[str, Any], tmp_path: Path
) -> None:
    side = math.isqrt(MOST_PIXELS_OF["WEBP"] if name == "7.webp" else MOST_PIXELS)
    path = tmp_path / name
    seven().resize((side, side)).convert(mode).save(path, **options)
    child = [sys.executable, "-c", LIMIT, path]
    done = subprocess.run(child, stdout=subprocess.PIPE, check=True, cwd=Path(__file__).parents[1])
    assert 100 < float(done.stdout) < MEGABYTES
    seven().resize((side + 1, side + 1)).convert(mode).save(path, **options)
    with pytest.raises(PhotoError, match="too many pixels; save it as PNG or JPEG"):
        load_ink(path)


def test_squared_paper_is_no_ink(tmp_path: Path) -> None:
    page = numbers(40, 230)
    page[::40] = np.minimum(page[::40], 150)
    page[:, ::40] = np.minimum(page[:, ::40], 150)
    assert quality(page, tmp_path) > 0.8


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_an_empty_sheet_has_no_ink(grey: int, tmp_path: Path) -> None:
    Image.new("L", (64, 48), grey).save(tmp_path / "empty.png")
    assert not load_ink(tmp_path / "empty.png").ink.any()


def test_noise_on_an_empty_sheet_is_no_ink(tmp_path: Path) -> None:
    light = np.linspace(120, 220, 800)
    photo = light + np.random.default_rng(1).normal(0, 5, (600, 800))
    Image.fromarray(photo.astype(np.uint8)).save(tmp_path / "empty.png")
    assert (load_ink(tmp_path / "empty.png").ink > 0.5).mean() < 1e-4


def png_of_size(width: int, height: int, *texts: bytes) -> bytes:
    """A PNG whose header promises any size, with more chunks before its pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"\0" * 1000)
    chunks = [
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in (header, *texts, data, b"IEND")
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


PACKED = zlib.compress(bytes(100_000_000))
"""100 MB in 100 kB."""


@pytest.mark.parametrize(
    "texts",
    [
        [b"zTXtComment\0\0" + PACKED],
        [b"iTXtComment\0\1\0en\0Comment\0" + PACKED],
        [b"zTXtComment\0\0" + zlib.compress(bytes(900_000))] * 2,
    ],
)
def test_a_text_within_a_picture_is_not_unpacked_without_end(
    texts: list[bytes], tmp_path: Path
) -> None:
    path = tmp_path / "7.png"
    path.write_bytes(png_of_size(20, 20, *texts))
    tracemalloc.start()
    try:
        with pytest.raises(
            PhotoError, match=r"7.png: the picture is damaged .*(too large|Too much)"
        ):
            load_ink(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000
    path.write_bytes(png_of_size(20, 20, b"zTXtComment\0\0" + zlib.compress(bytes(900_000))))
    assert not load_ink(path).ink.any(), "an empty sheet with a long text"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"no picture at all", "not a picture"),
        (png_of_size(20_000, 6_000), "too many"),
        (png_of_size(200_000, 200_000), "too many"),
        (png_of_size(1, 65_536), "too many .* 65,535 pixels on a side"),
        (png_of_size(65_536, 1), "too many .* 65,535 pixels on a side"),
        (png_of_size(500, 500), "cannot be read|damaged"),
        (png_of_size(0, 0), "not a picture|damaged"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(run) print\n", "not a picture"),
    ],
)
def test_what_is_no_readable_picture_is_refused(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "7.png"
    path.write_bytes(content)
    with pytest.raises(PhotoError, match=reason) as caught:
        load_ink(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "tif", "bmp", "webp"])
def test_a_truncated_picture_is_refused(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"7.{suffix}"
    seven().save(path)
    content = path.read_bytes()
    for keep in (0.1, 0.5, 0.9):
        path.write_bytes(content[: int(len(content) * keep)])
        with pytest.raises(PhotoError, match=str(path)):
            load_ink(path)


def test_a_picture_with_pixels_that_are_no_numbers_is_refused(tmp_path: Path) -> None:
    for value in (np.nan, np.inf):
        pixels = np.ones((30, 30), np.float32)
        pixels[5, 5] = value
        Image.fromarray(pixels).save(tmp_path / "7.tif")
        with pytest.raises(PhotoError, match="no numbers"):
            load_ink(tmp_path / "7.tif")


def test_a_missing_picture_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.png", tmp_path):
        with pytest.raises(PhotoError, match=str(path)):
            load_ink(path)


def test_what_is_odd_in_a_picture_that_can_be_read_is_not_told(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    path = tmp_path / "7.jpg"
    seven().convert("L").save(path, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x05\x01")
    assert load_ink(path).ink.any()
    assert not recwarn.list


@pytest.mark.parametrize(("width", "height"), [(9_000, 8_000), (1, 40_000_000)])
def test_the_largest_picture_within_an_icon_is_bounded_too(
    width: int, height: int, tmp_path: Path
) -> None:
    # 72 megapixels, which Pillow by itself would unpack, and rows that take far more than they hold
    picture = png_of_size(width, height)
    path = tmp_path / "7.ico"
    path.write_bytes(
        struct.pack("<HHHBBBBHHII", 0, 1, 1, 0, 0, 0, 0, 1, 32, len(picture), 22) + picture
    )
    with pytest.raises(PhotoError, match="too many"):
        load_ink(path)


def test_a_progressive_picture_has_only_so_many_scans(tmp_path: Path) -> None:
    path = tmp_path / "7.jpg"
    seven().save(path, progressive=True)
    content = path.read_bytes()
    scan = content[content.rindex(b"\xff\xda") : -2]
    scans = content.count(b"\xff\xda")
    path.write_bytes(content[:-2] + scan * (MOST_SCANS - scans) + content[-2:])
    assert load_ink(path).ink.any()
    path.write_bytes(content[:-2] + scan * (MOST_SCANS - scans + 1) + content[-2:])
    with pytest.raises(PhotoError, match="more than 30 scans"):
        load_ink(path)


def test_no_error_of_a_decoder_escapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "7.png"
    seven().save(path)

    def fail(*_: object) -> None:
        raise struct.error("unpack requires\n4 bytes")

    monkeypatch.setattr(Image.Image, "load", fail)
    with pytest.raises(PhotoError, match=r"damaged .unpack requires 4 bytes.") as caught:
        load_ink(path)
    assert "\n" not in str(caught.value)
