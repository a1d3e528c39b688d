"""Digit Pad's command line: the window by default, `read` for files."""

from __future__ import annotations

import gc

if __name__ == "__main__":
    gc.disable()  # what a start makes is no garbage; to look for some takes a tenth of the start

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from app import __version__
from app.ink import InkError, is_ink_file, read_drawings
from app.network import NetworkError
from app.network.apart import CONTENTS_OF, send
from app.photo import PhotoError, has_more_pages, load_ink
from app.recognizer import BUNDLED_MODEL, Reading, Recognizer


def main(argv: list[str] | None = None) -> int:
    """Run the program; returns its exit status."""
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] == [CONTENTS_OF]:
        return send(argv[1])
    arguments = _parse(argv)
    if arguments.command != "read":
        from app.ui.run import run  # pygame is not needed to read files

        return run(Path(arguments.model), arguments.open)
    gc.enable()
    try:
        return _read(Recognizer.load(arguments.model), arguments)
    except NetworkError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parse(argv: list[str] | None) -> argparse.Namespace:
    model = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    model.add_argument("--model", metavar="FILE.h5", help="read with this Keras network")
    parser = argparse.ArgumentParser(
        prog="digit-pad",
        usage="%(prog)s [--model FILE.h5] [--open FILE]\n"
        "       %(prog)s read [--json] [--single] [--model FILE.h5] FILE...",
        description="Write numbers with mouse, finger or pen and have them read.",
        parents=[model],
    )
    parser.add_argument("--version", action="version", version=f"Digit Pad {__version__}")
    # The argument may be missing, as it is where a desktop starts the program without a file.
    parser.add_argument("--open", nargs="?", metavar="FILE", help="open the window with this file")
    commands = parser.add_subparsers(dest="command", title="without a window", prog=parser.prog)
    read = commands.add_parser(
        "read",
        parents=[model],
        help="read ink files and pictures",
        description="Read ink files (.ndjson, one drawing per line) and pictures; "
        "one line of output per drawing or picture.",
    )
    read.add_argument("--json", action="store_true", help="print one JSON object per reading")
    read.add_argument(
        "--single",
        action="store_true",
        help="take everything in a drawing as one digit",
    )
    read.add_argument("files", nargs="+", metavar="FILE")
    return parser.parse_args(argv, argparse.Namespace(model=BUNDLED_MODEL))


def _read(recognizer: Recognizer, arguments: argparse.Namespace) -> int:
    status = 0
    if recognizer.warning:
        print(recognizer.warning, file=sys.stderr)
    try:
        for file in arguments.files:
            for index, reading in enumerate(_read_file(recognizer, Path(file), arguments.single)):
                if isinstance(reading, Reading):
                    as_line = _to_json(file, index, reading) if arguments.json else _plain(reading)
                    print(as_line)
                    if note := _note(file, reading):
                        print(f"{file}: {note}", file=sys.stderr)
                else:
                    print(reading, file=sys.stderr)
                    status = 1
        sys.stdout.flush()
    except OSError as error:
        # Python would try to write the rest at its end, and fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # else `head`, say, has seen enough
            print(f"The answers cannot be written ({error.strerror}).", file=sys.stderr)
            status = 1
    return status


def _read_file(
    recognizer: Recognizer, path: Path, single: bool
) -> Iterator[Reading | InkError | PhotoError]:
    """The reading of each drawing of a file, or the error that stands in its place."""
    read = recognizer.read_single if single else recognizer.read
    try:
        if is_ink_file(path):
            for drawing in read_drawings(path):
                yield drawing if isinstance(drawing, InkError) else read(drawing.ink)
        else:
            ink, scale = load_ink(path)
            yield recognizer.read_picture(ink, scale, single)
    except (InkError, PhotoError) as error:
        yield error


def _note(file: str, reading: Reading) -> str:
    """What is to be said of the reading of a picture, if anything."""
    if is_ink_file(file):
        return ""
    if not reading.digits:
        return "no handwriting was found in it"
    return "only the first of its pages is read" if has_more_pages(file) else ""


def _plain(reading: Reading) -> str:
    """The text on one line."""
    return reading.text.replace("\n", " ")


def _to_json(file: str, index: int, reading: Reading) -> str:
    digits = [
        {
            "digit": digit.label,
            "confidence": round(digit.confidence, 6),
            "accepted": digit.accepted,
            "box": [round(value, 2) for value in digit.box],
            "probabilities": [round(float(value), 6) for value in digit.probabilities],
            "strokes": list(digit.strokes),
            "line": digit.line,
        }
        for digit in reading.digits
    ]
    return json.dumps(
        {
            "file": file,
            "index": index,
            "text": reading.text,
            "confidence": round(reading.confidence, 6),
            "digits": digits,
        }
    )


if __name__ == "__main__":
    sys.exit(main())
