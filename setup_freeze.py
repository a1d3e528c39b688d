"""Freeze the program into a folder that runs without Python: python setup_freeze.py build_exe"""

import sys

from cx_Freeze import Executable, setup

build_exe = {
    "packages": ["app"],
    "include_files": [("assets", "assets")],
    "excludes": ["training", "tensorflow", "keras", "matplotlib", "tkinter"]
    + [f"pygame.{part}" for part in ("docs", "examples", "tests")],
    "include_msvcr": True,
}

setup(
    packages=[],
    options={"build_exe": build_exe},
    executables=[
        Executable(
            "app/__main__.py",
            base="gui" if sys.platform == "win32" else None,
            target_name="digit-pad",
            icon="assets/icon",
        )
    ],
)
