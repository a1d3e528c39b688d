import hashlib
import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training import datasets
from training.datasets import (
    PENDIGITS,
    PENDIGITS_TEST,
    UJI,
    UJI_FILES,
    DataError,
    Mnist,
    Sample,
    load_mnist,
    load_pendigits,
    load_uji,
    locate,
)


def test_mnist_has_its_published_arrays(mnist: Mnist) -> None:
    assert hashlib.sha256(mnist.x_test.tobytes()).hexdigest().startswith("6d87418db22cc802")
    assert np.bincount(mnist.y_train).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip


def test_pendigits_has_its_published_sizes(
    pendigits_train: list[Sample], pendigits_test: list[Sample]
) -> None:
    assert len(pendigits_train) == 7494
    assert len({sample.writer for sample in pendigits_train}) == 30
    assert len(pendigits_test) == 3498
    assert len({sample.writer for sample in pendigits_test}) == 14


def test_ink_has_y_pointing_down(pendigits_train: list[Sample], shared_data: Path) -> None:
    """A 7 begins at its top in both data sets, whichever way their files count."""
    uji = load_uji(locate(UJI_FILES, UJI, shared_data))
    for samples in (pendigits_train, uji):
        sevens = [np.concatenate(s.lines) for s in samples if s.label == "7"]
        upper = [line[0, 1] < line[:, 1].mean() for line in sevens]
        assert np.mean(upper) > 0.95


def test_uji_has_eleven_writers_of_digits_and_letters(shared_data: Path) -> None:
    uji = load_uji(locate(UJI_FILES, UJI, shared_data))
    assert {sample.writer for sample in uji} == set(range(1, 12))
    assert sum(sample.label.isdigit() for sample in uji) == 220
    assert sum(sample.label.isalpha() for sample in uji) == 1144


def test_a_file_missing_from_the_data_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"mnist\.npz.*--data-dir"):
        load_mnist(tmp_path)


def test_a_missing_data_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="none: there is no such folder"):
        load_mnist(tmp_path / "none")


@pytest.mark.parametrize("content", [b"", b"no numpy file", b"PK\x03\x04 damaged"])
def test_a_damaged_mnist_file_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "mnist.npz").write_bytes(content)
    with pytest.raises(DataError, match=r"mnist\.npz: this is not"):
        load_mnist(tmp_path)


def test_an_array_that_is_named_as_mnist_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "mnist.npy", np.zeros(3))
    (tmp_path / "mnist.npy").rename(tmp_path / "mnist.npz")
    with pytest.raises(DataError, match=r"mnist\.npz: this is not"):
        load_mnist(tmp_path)


def test_mnist_of_other_shapes_is_refused(tmp_path: Path) -> None:
    arrays = {name: np.zeros((3, 28, 28)) for name in ("x_train", "y_train", "x_test", "y_test")}
    np.savez(tmp_path / "mnist.npz", **arrays)
    with pytest.raises(DataError, match="shapes"):
        load_mnist(tmp_path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no segment"),
        ("no ink here\n", "no segment"),
        ('.SEGMENT DIGIT 0 ? "8"\n.COMMENT 8 6 1\n.PEN_DOWN\n 1 2\n 3\n.PEN_UP\n', "x y pairs"),
        ('.SEGMENT DIGIT 0 ? "8"\n.COMMENT 8 6 1\n.PEN_DOWN\n 1 two\n.PEN_UP\n', "x y pairs"),
        ('.SEGMENT DIGIT 0 ? "8"\n.COMMENT 8 6 1\n.PEN_DOWN\n.PEN_UP\n', "no ink"),
        ('.SEGMENT DIGIT 0 ? "8"\n.COMMENT 8 6 1\n', "no ink"),
        ('.SEGMENT DIGIT 0 ? "8"\n.COMMENT 8\n.PEN_DOWN\n 1 2\n.PEN_UP\n', "known writer"),
        ('.SEGMENT DIGIT 0 ? "8"\n.COMMENT eight six\n.PEN_DOWN\n 1 2\n', "known writer"),
        ('.SEGMENT DIGIT 0 ? "x"\n.COMMENT 8 6 1\n.PEN_DOWN\n 1 2\n.PEN_UP\n', "'x'"),
    ],
)
def test_a_damaged_unipen_file_is_named(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "pendigits-orig.tra"
    path.write_text(text)
    with pytest.raises(DataError, match=reason) as caught:
        load_pendigits(path)
    assert str(path) in str(caught.value)


UNIPEN = '.SEGMENT DIGIT 0 ? "1"\n.COMMENT 1 6 138\n.PEN_DOWN\n 5 9\n 5 2\n.PEN_UP\n'


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Path]:
    """Publishes pendigits as a zip in another folder; gives the folder of downloads."""
    monkeypatch.setattr(datasets, "DOWNLOADS", tmp_path / "downloads")

    def publish(archive: bytes) -> Path:
        (tmp_path / "home.zip").write_bytes(archive)
        source = replace(PENDIGITS, url=(tmp_path / "home.zip").as_uri())
        monkeypatch.setattr(datasets, "PENDIGITS", source)
        return tmp_path / "downloads"

    return publish


def test_a_missing_data_set_is_downloaded_and_unpacked_once(
    published: Callable[[bytes], Path], tmp_path: Path
) -> None:
    if shutil.which("compress") is None:
        pytest.skip("needs the program compress (Debian package ncompress)")
    plain = tmp_path / "pendigits-orig.tes"
    plain.write_text(UNIPEN * 50)
    packed = subprocess.run(["compress", "-c", plain], capture_output=True).stdout
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("pendigits-orig.tes.Z", packed)
        archive.writestr("pendigits-orig.names", "not needed")
    folder = published(buffer.getvalue())
    source = replace(datasets.PENDIGITS, sha256=hashlib.sha256(buffer.getvalue()).hexdigest())
    [path] = locate([PENDIGITS_TEST], source, None)
    assert path == folder / PENDIGITS_TEST
    assert path.read_text() == UNIPEN * 50
    assert [file.name for file in folder.iterdir()] == [PENDIGITS_TEST]
    assert len(load_pendigits(path)) == 50
    (tmp_path / "home.zip").unlink()
    assert locate([PENDIGITS_TEST], source, None) == [path]


def test_what_a_download_says_is_kept_out_of_results(
    published: Callable[[bytes], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    published(b"not what was published")
    with pytest.raises(DataError):
        locate([PENDIGITS_TEST], datasets.PENDIGITS, None)
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"Downloading {datasets.PENDIGITS.url}\n"


def test_a_download_with_another_checksum_is_refused(
    published: Callable[[bytes], Path],
) -> None:
    folder = published(b"not what was published")
    with pytest.raises(DataError, match="SHA-256"):
        locate([PENDIGITS_TEST], datasets.PENDIGITS, None)
    assert not folder.exists()


def test_an_unreachable_home_is_told_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets, "DOWNLOADS", tmp_path)
    source = replace(PENDIGITS, url=(tmp_path / "nowhere.zip").as_uri())
    with pytest.raises(DataError, match=r"nowhere\.zip: cannot be downloaded .*--data-dir"):
        locate([PENDIGITS_TEST], source, None)
