"""Damaged pictures, ink files, and files of the program's own, made from a seed and read.

    python -m tests.fuzz_files --cases N --seed S

Each must end in a result or in one clear sentence, within 5 seconds of a processor's time and
500 MB, with no other file opened and nothing executed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw

from app.album import Album
from app.corrections import Corrections
from app.ink import InkError, read_drawings
from app.photo import PhotoError, load_ink
from app.recent import recent_files
from app.recognizer import Recognizer
from app.recovery import Recovery
from app.settings import Settings
from tests.limits import MEGABYTES, SECONDS, Watch, peak_megabytes

FORMATS: list[tuple[str, str, dict[str, object]]] = [
    ("PNG", "L", {}),
    ("PNG", "P", {"transparency": 0}),
    ("PNG", "I;16", {}),
    ("PNG", "RGBA", {}),
    ("JPEG", "RGB", {}),
    ("JPEG", "L", {"progressive": True}),
    ("JPEG", "CMYK", {}),
    ("GIF", "P", {}),
    ("BMP", "RGB", {}),
    ("BMP", "1", {}),
    ("PPM", "RGB", {}),
    ("PPM", "1", {}),
    ("TIFF", "L", {}),
    ("TIFF", "RGB", {"compression": "tiff_lzw"}),
    ("TIFF", "1", {"compression": "group4"}),
    ("TIFF", "F", {"compression": "tiff_adobe_deflate"}),
    ("WEBP", "RGB", {}),
    ("WEBP", "RGBA", {"lossless": True}),
    ("AVIF", "RGB", {}),
    ("JPEG2000", "RGB", {}),
    ("ICO", "RGBA", {}),
    ("TGA", "RGB", {"compression": "tga_rle"}),
]
"""Of each format that is read, in modes whose decoders differ."""
EDGES = (b"\0", b"\x7f", b"\x80", b"\xff", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0")
NUMBERS = ("NaN", "Infinity", "-1e308", "1e308", "-5", "1e-320", "9" * 5000, "null", "[]", '"x"')
LINE = (
    '{"word": "7", "reading": "7", "paper": [0, 0, 600, 500], '
    '"drawing": [[[20, 90, 55], [20, 18, 130], [0, 120, 310]], [[30, 80], [75, 70], [500, 600]]]}'
)
SETTINGS = json.dumps({"theme": "dark", "pen_width": 20, "window": [800, 600], "speak": False})


def picture(format_: str, mode: str, options: dict[str, object]) -> bytes:
    """A sound picture of a 7."""
    image = Image.new("L", (90, 70), 255)
    ImageDraw.Draw(image).line([(20, 12), (62, 12), (38, 60)], fill=0, width=5)
    file = BytesIO()
    image.convert(mode).save(file, format_, **options)
    return file.getvalue()


def damaged(content: bytes, rng: random.Random) -> bytes:
    """Cut off, with bits turned, bytes of other values, parts twice or missing."""
    data = bytearray(content)
    for _ in range(rng.choice([1, 1, 1, 2, 5, 30])):
        if not data:
            break
        # What is told of a picture stands at its beginning, so that half of the damage goes there.
        at = rng.randrange(min(len(data), rng.choice([40, 200, len(data)])))
        match rng.randrange(5):
            case 0:
                del data[at:]
            case 1:
                data[at] ^= 1 << rng.randrange(8)
            case 2:
                edge = rng.choice(EDGES)
                data[at : at + len(edge)] = edge
            case 3:
                del data[at : at + rng.randrange(1, 50)]
            case _:
                data[at:at] = data[at : at + rng.randrange(1, 200)] * rng.randrange(1, 20)
    return bytes(data)


def odd_line(rng: random.Random) -> bytes:
    """A line of an ink file that is damaged, or has numbers and nesting that no drawing has."""
    line = LINE
    for _ in range(rng.choice([0, 1, 1, 3])):
        number = rng.choice(["20", "90", "130", "310", "600", "0"])
        line = line.replace(number, rng.choice(NUMBERS), 1)
    if rng.random() < 0.1:
        depth = rng.choice([3, 99, 101, 900, 100_000])
        line = line.replace("[20", f"{'[' * depth}{']' * depth}, [20", 1)
    if rng.random() < 0.1:
        count = rng.choice([5, 300, 11_000])
        line = line.replace('"drawing": [', '"drawing": [' + "[[1, 9], [5, 6]], " * count)
    return line.encode() if rng.random() < 0.3 else damaged(line.encode(), rng)


class Fuzz:
    """Reads what it makes in a folder; `outcomes` counts what came of it by kind."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.outcomes: Counter[str] = Counter()
        self.slowest = 0.0
        self._folder = folder
        self._seed = seed
        self._recognizer = Recognizer.load()
        self._pictures = [(row[0], picture(*row)) for row in FORMATS]
        self._kinds: list[tuple[int, Callable[[random.Random], str]]] = [
            (12, self._picture),
            (4, self._ink),
            (1, self._corrections),
            (1, self._album),
            (1, self._recovery),
            (1, self._settings),
        ]
        self._watch = Watch(folder)

    def run(self, number: int) -> None:
        """Case number so many; raises AssertionError, or what should have been a sentence."""
        rng = random.Random(f"{self._seed}/{number}")
        weights, kinds = zip(*self._kinds, strict=True)
        (kind,) = rng.choices(kinds, weights)
        begin = time.process_time()
        try:
            self._watch.on = True
            outcome = kind(rng)
            self._watch.on = False
            took = time.process_time() - begin
            memory = peak_megabytes()
            assert not self._watch.events, self._watch.events
            assert took < SECONDS, f"it took {took:.1f} s"
            assert memory < MEGABYTES, f"it took {memory:.0f} MB"
        except Exception as error:
            error.add_note(f"--seed {self._seed}, case {number}: {kind.__name__}")
            raise
        finally:
            self._watch.on = False
        self.slowest = max(self.slowest, took)
        self.outcomes[f"{kind.__name__[1:]} {outcome}"] += 1

    def warm_up(self) -> None:
        """Read a sound file of every kind: what is imported when it is first used is no file's
        doing."""
        for name, sound in self._pictures:
            path = self._folder / "picture"
            path.write_bytes(sound)
            assert self.reads(path), f"the {name} is sound"
        for _, kind in self._kinds:
            kind(random.Random(0))

    def _picture(self, rng: random.Random) -> str:
        name, sound = rng.choice(self._pictures)
        path = self._folder / "picture"
        path.write_bytes(damaged(sound, rng))
        return f"{name} {'read' if self.reads(path) else 'told'}"

    def reads(self, path: Path) -> bool:
        """Whether a picture is read, or told of in a sentence."""
        try:
            ink, scale = load_ink(path)
        except PhotoError as error:
            check_sentence(str(error))
            return False
        self._recognizer.read_picture(ink, scale)
        return True

    def _ink(self, rng: random.Random) -> str:
        path = self._folder / "ink.ndjson"
        path.write_bytes(b"\n".join(odd_line(rng) for _ in range(rng.randrange(4))))
        outcome = "read"
        try:
            for drawing in read_drawings(path):
                if isinstance(drawing, InkError):
                    raise drawing
                self._recognizer.read(drawing.ink)
        except InkError as error:
            check_sentence(str(error))
            outcome = "told"
        return outcome

    def _corrections(self, rng: random.Random) -> str:
        path = self._folder / "corrections.ndjson"
        lines = [LINE.encode(), odd_line(rng), LINE.replace('"7"', '"3"').encode()]
        path.write_bytes(b"\n".join(lines) + b"\n")
        corrections = Corrections(path)
        for warning in corrections.warnings:
            check_sentence(warning)
        digits = [correction.digit for correction in corrections.all]
        assert digits[0] == 7 and digits[-1] == 3, "a damaged line loses only itself"
        corrections.remove(corrections.all[-1])
        left = path.read_bytes()
        assert lines[0] in left and lines[1] in left and lines[2] not in left
        return "with a warning" if corrections.warnings else "read"

    def _album(self, rng: random.Random) -> str:
        album = Album(self._folder / "numbers.ndjson")
        lines = [LINE.encode(), odd_line(rng), LINE.replace('"7"', '"3"').encode()]
        album.path.write_bytes(b"\n".join(lines) + b"\n")
        album.reload()
        assert album.entries[0].line == lines[0] and album.entries[-1].line == lines[2]
        album.add("7", album.entries[0].drawing)
        return "read"

    def _recovery(self, rng: random.Random) -> str:
        folder = self._folder / "open"
        folder.mkdir(exist_ok=True)
        content = odd_line(rng)
        (folder / "a.ndjson").write_bytes(content)
        recovery = Recovery(folder)
        aside = folder / "a.damaged"
        if not recovery.found:
            check_sentence(recovery.trouble)
            assert aside.read_bytes() == content
        recovery.close()
        aside.unlink(missing_ok=True)
        return "read" if recovery.found else "put aside"

    def _settings(self, rng: random.Random) -> str:
        path = self._folder / "settings.json"
        path.write_bytes(damaged(SETTINGS.encode(), rng))
        said = StringIO()
        with redirect_stderr(said):
            Settings.load(path).save(path)
        if said.getvalue():
            check_sentence(said.getvalue().strip())
        with redirect_stderr(said := StringIO()):
            Settings.load(path)
        assert not said.getvalue(), "what was saved is sound"
        recent_files(path)
        return "read"


def check_sentence(said: str) -> None:
    """That it could be shown to a user."""
    assert said and "\n" not in said and len(said) < 600, said[:600]
    assert "Traceback" not in said and "object at 0x" not in said, said


def main() -> int:
    """Run cases, and print what came of them; 1 at the first that breaks something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        fuzz = Fuzz(Path(folder).resolve(), arguments.seed)
        fuzz.warm_up()
        begin = time.perf_counter()
        for number in range(arguments.cases):
            fuzz.run(number)
    for outcome, count in sorted(fuzz.outcomes.items()):
        print(f"{count:7} {outcome}")
    took = time.perf_counter() - begin
    print(f"{arguments.cases} cases in {took:.0f} s, the slowest in {fuzz.slowest:.2f} s")
    print(f"at most {peak_megabytes():.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
