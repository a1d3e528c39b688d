"""Freeze the program into a folder that runs without Python: python setup_freeze.py build_exe"""

import sys

from cx_Freeze import Executable, setup

build_exe = {
    "packages": ["app"],
    "include_files": [
        (f"assets/{name}", f"assets/{name}")
        for name in ("digits.h5", "icon.png", "reference.ndjson")
    ],
    "excludes": ["training", "tensorflow", "keras", "matplotlib", "tkinter"]
    + [f"pygame.{part}" for part in ("docs", "examples", "tests")],
    "include_msvcr": True,
}

# On Windows a program either has a console, to print what it read, or has none to disturb.
executables = [Executable("app/__main__.py", target_name="digit-pad", icon="assets/icon")]
if sys.platform == "win32":
    window = Executable("app/__main__.py", base="gui", target_name="Digit Pad", icon="assets/icon")
    executables.append(window)

setup(packages=[], options={"build_exe": build_exe}, executables=executables)
