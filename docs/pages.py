"""Write the docstrings of the program and of its training as pages, to read in a browser.

    python docs/pages.py DIR

Fails where pdoc cannot make out a type, or a name in a docstring leads nowhere.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])

os.environ["PDOC_DISPLAY_ENV_VARS"] = "1"  # the program sets one to its name, which is no secret

import pdoc

PACKAGES = ("app", "training")
NOT_LINKED = re.compile(rf"<code>((?:{'|'.join(PACKAGES)})\.[\w.]+(?:\(\))?)</code>")


def write_pages(folder: Path, packages: Sequence[str] = PACKAGES) -> list[str]:
    """Write the pages of packages, and give a sentence for each thing in them that is broken."""
    for package in map(import_module, packages):
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                _place_constructors(import_module(found.name))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pdoc.pdoc(*packages, output_directory=folder)
    broken = [str(warning.message) for warning in caught]
    for page in sorted(folder.rglob("*.html")):
        names = sorted(set(NOT_LINKED.findall(page.read_text("utf-8"))))
        broken += [f"{page.relative_to(folder)}: there is no {name}" for name in names]
    return broken


def _place_constructors(module: ModuleType) -> None:
    """Say of the constructors of its named tuples that they are of a module.

    `typing` makes them in a place of their own, where the types of their fields are not known.
    """
    for value in vars(module).values():
        if hasattr(value, "_fields") and value.__module__ == module.__name__:
            value.__new__.__module__ = module.__name__


def main() -> int:
    """Exit status 1 where something is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="DIR")
    broken = write_pages(parser.parse_args().folder)
    for sentence in broken:
        print(sentence, file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
