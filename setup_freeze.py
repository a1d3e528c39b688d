"""Freeze the program into a folder that runs without Python, and into installers.

python setup_freeze.py build_exe         build/exe.*/: the folder
python setup_freeze.py bdist_msi         dist/*.msi, on Windows
python setup_freeze.py bdist_dmg         build/*.dmg with Digit Pad.app, on macOS
python setup_freeze.py bdist_deb         dist/*.deb, on Debian and its relatives
python setup_freeze.py bdist_appimage    dist/*.AppImage, on any Linux
"""

import py_compile
import re
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import ClassVar

from cx_Freeze import Executable, setup
from packaging.requirements import Requirement
from PIL import Image, _plugins
from setuptools import Command

INSTALLER = Path("assets/installer")
GENERATED = Path("build/generated")
TITLE = "Digit Pad"
VERSION = distribution("digit-pad").version

PICTURES = [
    *("Avif", "Bmp", "Gif", "Ico", "Jpeg", "Jpeg2K", "Mpo", "Png", "Ppm", "Tga", "Tiff", "WebP"),
]
"""What app/photo.py reads, in Pillow's names; Mpo are the JPEG files of some cameras."""

EMPTY = ["numpy._core._add_newdocs", "numpy._core._add_newdocs_scalars"]
"""Modules that are imported at each start for documentation alone, which nobody sees: with nothing
in them, that is 0.2 MB less to read."""

LEFT_OUT = {
    "training": ["training", "tensorflow", "keras", "matplotlib"],
    "tests, documentation, development": [
        *("h5py.ipy_completer", "h5py.tests", "numpy._core._simd", "numpy._core.tests"),
        *EMPTY,
        *(f"numpy._core._{name}_tests" for name in ("multiarray", "operand_flag", "rational")),
        *(f"numpy._core._{name}_tests" for name in ("struct_ufunc", "umath")),
        *("numpy.f2py", "numpy.testing", "pygame.__briefcase", "pygame.__pyinstaller"),
        *("pygame.docs", "pygame.examples", "pygame.tests", "typing_extensions"),
    ],
    "sound, music, cameras": [
        *("pygame._camera", "pygame._sdl2", "pygame.mixer", "pygame.mixer_music", "pygame.pypm"),
    ],
    "pictures of other formats or read by pygame, text in pictures, colour profiles": [
        *(f"PIL.{name}" for name in _plugins if name.removesuffix("ImagePlugin") not in PICTURES),
        *("PIL._imagingcms", "PIL._imagingft", "PIL._imagingmath", "PIL._imagingmorph"),
        *("PIL._imagingtk", "PIL.ImageQt", "PIL.ImageTk", "pygame.imageext", "tkinter"),
    ],
    "random numbers, Fourier transforms, names of characters": [
        *("numpy.fft", "numpy.random", "unicodedata"),
    ],
    "network, encryption, other compression": [
        *("_hashlib", "_uuid", "bz2", "ftplib", "http", "lzma", "ssl", "urllib.request", "xml"),
    ],
}
"""Modules that are never imported, by what they are for."""

LEFT_OUT_FILES = [
    # Of pygame_gui's fonts the window uses Noto Sans, regular and bold; the tool tips want Fira.
    *("NotoSans[A-Z]*", "NotoSans-*Italic.ttf", "freesansbold.ttf", "pygame_icon*"),
    # Where a package brings its libraries inside of itself, they would be copied with its data.
    *("*SDL2_image*", "*SDL2_mixer*", "*portmidi*"),
    *("libogg*", "libopus*", "libwavpack*", "libxmp*"),
]


def bundled(name: str = "digit-pad") -> dict[str, Distribution]:
    """A distribution and all that it needs to run, by name."""
    found = {name: distribution(name)}
    for requirement in map(Requirement, found[name].requires or []):
        if not requirement.marker or requirement.marker.evaluate({"extra": ""}):
            found |= bundled(requirement.name)
    return found


def notices() -> str:
    """The licences of everything that is inside, each under a heading."""
    read_me = Path("README.md").read_text("utf-8")
    folders = sysconfig.get_path("stdlib"), sys.base_prefix  # the latter on Windows
    python = (Path(folder, "LICENSE.txt") for folder in folders)
    texts = {
        f"{TITLE}\n{read_me.split('## Licence')[1].strip()}": [Path("LICENSE")],
        f"Python {sys.version.split()[0]}": [next(filter(Path.exists, python))],
    }
    # The executable itself is freeze-core's, with another name.
    for name, found in sorted((bundled() | {"freeze-core": distribution("freeze-core")}).items()):
        licences = [
            Path(str(file.locate()))
            for file in found.files or []
            if re.search("licen[cs]e|copying|lgpl", str(file), re.IGNORECASE)
            and file.suffix in ("", ".txt", ".md", ".rst")
        ]
        if name != "digit-pad":
            texts[f"{found.name} {found.version}"] = licences
    texts["Further libraries"] = [INSTALLER / "licences.txt"]
    rule = "=" * 100
    return "\n\n".join(
        "\n\n".join([f"{rule}\n{heading}\n{rule}", *(text.read_text("utf-8") for text in files)])
        for heading, files in texts.items()
    )


class BdistDeb(Command):
    """cx_Freeze's own makes a .rpm first, which strips the libraries and thereby breaks NumPy's."""

    description = "create a Debian package"
    user_options: ClassVar = [("dist-dir=", "d", "directory to put the package in [default: dist]")]

    def initialize_options(self) -> None:
        self.dist_dir = None
        self.build_dir = None

    def finalize_options(self) -> None:
        self.set_undefined_options("bdist", ("dist_dir", "dist_dir"))
        self.set_undefined_options("build_exe", ("build_exe", "build_dir"))

    def run(self) -> None:
        self.run_command("build_exe")
        machine = subprocess.run(
            ["dpkg", "--print-architecture"], check=True, capture_output=True, text=True
        ).stdout.strip()
        metadata = self.distribution.metadata
        root = Path("build/deb")
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.build_dir, root / "usr/lib/digit-pad")
        (root / "usr/bin").mkdir()
        (root / "usr/bin/digit-pad").symlink_to("../lib/digit-pad/digit-pad")
        for source, target in {
            INSTALLER / "digit-pad.desktop": "applications/digit-pad.desktop",
            INSTALLER / "digit-pad.xml": "mime/packages/digit-pad.xml",
            Path("assets/icon.png"): "icons/hicolor/256x256/apps/digit-pad.png",
            GENERATED / "NOTICE.txt": "doc/digit-pad/copyright",
        }.items():
            to = root / "usr/share" / target
            to.parent.mkdir(parents=True)
            shutil.copyfile(source, to)
        control = {
            "Package": metadata.get_name(),
            "Version": metadata.get_version(),
            "Architecture": machine,
            "Maintainer": "The Digit Pad authors <authors@digit-pad.invalid>",
            "Section": "utils",
            "Priority": "optional",
            "Installed-Size": sum(file.lstat().st_size for file in root.rglob("*")) // 1024,
            "Depends": "libc6 (>= 2.28), libstdc++6, zlib1g, libx11-6, libxext6",
            # It does without these, but then knows no pen, no cursor, no Wayland or no clipboard.
            "Recommends": "libxcursor1, libxfixes3, libxi6, libxrandr2, libxss1, "
            "libwayland-client0, libwayland-cursor0, libwayland-egl1, libxkbcommon0, libdecor-0-0, "
            "xclip | wl-clipboard",
            "Description": metadata.get_description(),
        }
        (root / "DEBIAN").mkdir()
        lines = [f"{key}: {value}\n" for key, value in control.items()]
        (root / "DEBIAN/control").write_text("".join(lines), "utf-8")
        Path(self.dist_dir).mkdir(parents=True, exist_ok=True)
        name = f"{control['Package']}_{control['Version']}_{machine}.deb"
        self.spawn(
            ["dpkg-deb", "--root-owner-group", "--build", str(root), str(Path(self.dist_dir, name))]
        )


commands = {}
if sys.platform == "linux":
    from cx_Freeze.command.bdist_appimage import bdist_appimage

    class BdistAppimage(bdist_appimage):
        """cx_Freeze's own makes a desktop entry with another name and category."""

        def save_as_file(self, data: bytes | str, outfile: str, mode: str = "r") -> tuple[str, int]:
            if outfile.endswith(".desktop"):
                data = (INSTALLER / "digit-pad.desktop").read_bytes()
            return super().save_as_file(data, outfile, mode)

    commands = {"bdist_deb": BdistDeb, "bdist_appimage": BdistAppimage}

GENERATED.mkdir(parents=True, exist_ok=True)
(GENERATED / "NOTICE.txt").write_text(notices(), "utf-8")
(GENERATED / "empty.py").touch()
py_compile.compile(str(GENERATED / "empty.py"), str(GENERATED / "empty.pyc"), doraise=True)
ICON = Path("assets/icon.png")
if kind := {"win32": "ico", "darwin": "icns"}.get(sys.platform):
    Image.open(ICON).save(GENERATED / f"icon.{kind}")
    ICON = GENERATED / f"icon.{kind}"

modules = [module for group in LEFT_OUT.values() for module in group]
build_exe = {
    "packages": ["app", "h5py"],
    "includes": ["numpy.ma"],  # numpy imports it when it first needs it
    "excludes": modules,
    "bin_excludes": [
        *(f"{module.replace('.', '/')}.*" for module in modules if "." in module),
        *LEFT_OUT_FILES,
    ],
    "include_files": [
        *(
            (f"assets/{name}", f"assets/{name}")
            for name in (
                "digits.h5",
                "icon.png",
                "picture_potentials.h5",
                "potentials.h5",
                "reference.ndjson",
                "trajectory.h5",
            )
        ),
        (GENERATED / "NOTICE.txt", "NOTICE.txt"),
        *((GENERATED / "empty.pyc", f"lib/{name.replace('.', '/')}.pyc") for name in EMPTY),
    ],
    # Fewer files are read faster from a cold disk. These look for their files beside themselves.
    "zip_include_packages": ["*"],
    "zip_exclude_packages": ["PIL", "h5py", "numpy", "pygame", "pygame_gui"],
    "zip_filename": "library.zip",
    "no_compress": True,  # to decompress it would take a tenth of the time to start
    "optimize": 2,  # no docstrings, no assertions
    # Error messages need not tell where it was built.
    "replace_paths": [("*", "")],
    "include_msvcr": True,
}

bdist_msi = {
    "product_name": TITLE,
    "initial_target_dir": rf"[ProgramFiles64Folder]\{TITLE}",
    # By which a newer version knows the older one that it takes the place of.
    "upgrade_code": "{7C0E1C3B-6B1D-4C0B-9C35-0A5D7E5F8E11}",
    "output_name": f"digit-pad-{VERSION}-{sysconfig.get_platform()}.msi",
    "install_icon": str(ICON),
    "add_to_path": True,
}

bdist_mac = {
    "bundle_name": TITLE,
    "iconfile": str(ICON),
    "plist_items": [
        ("CFBundleName", TITLE),
        ("CFBundleDisplayName", TITLE),
        ("CFBundleIdentifier", "io.github.digit-pad.DigitPad"),
        ("CFBundleShortVersionString", VERSION),
        ("NSHighResolutionCapable", True),
    ],
}

program = {
    "script": "app/__main__.py",
    "icon": ICON,
    "manifest": INSTALLER / "windows.manifest",
    "copyright": "MIT licence; see NOTICE.txt",
}
if sys.platform == "win32":
    # A program there either has a console, to print what it read, or has none to disturb.
    start_menu = {"shortcut_name": TITLE, "shortcut_dir": "ProgramMenuFolder"}
    executables = [
        Executable(target_name="DigitPad", base="gui", **program, **start_menu),
        Executable(target_name="digit-pad", **program),
    ]
else:
    executables = [Executable(target_name="digit-pad", base="gui", **program)]

setup(
    packages=[],
    cmdclass=commands,
    options={
        "build_exe": build_exe,
        "bdist_msi": bdist_msi,
        "bdist_mac": bdist_mac,
        "bdist_dmg": {"volume_label": TITLE, "applications_shortcut": True},
    },
    executables=executables,
)
