"""Encrypted backups: opened by their own key only, and only as they were written."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from groundswell.ops import sealing
from groundswell.ops.archive import pack, unpack
from groundswell.ops.errors import BadArchive, BadKey

CANARY = b"ada@example.org"
PIECE = 64 * 1024 + 16
PIECES = 4
ROOT = Path(__file__).parents[2]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    sealing.new_key(tmp_path / "key")
    return tmp_path / "key"


@pytest.fixture
def file(tmp_path: Path, key: Path) -> Path:
    """A sealed backup of some pieces, since what was typed at random cannot be compressed."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "mail.eml").write_bytes(CANARY + os.urandom((PIECE - 16) * PIECES - 2000))
    pack(folder, tmp_path / "backup", database="sqlite", readers=sealing.recipients(key))
    return tmp_path / "backup"


def beginning(whole: bytes) -> int:
    """Where the first piece begins: after the line with the header's own seal, and sixteen bytes."""
    return whole.index(b"\n", whole.index(b"\n--- ") + 1) + 1 + 16


def pieces(whole: bytes) -> tuple[bytes, list[bytes]]:
    start = beginning(whole)
    return whole[:start], [whole[at : at + PIECE] for at in range(start, len(whole), PIECE)]


def swapped(whole: bytes) -> bytes:
    head, (first, second, *rest) = pieces(whole)
    return head + second + first + b"".join(rest)


def without_one(whole: bytes) -> bytes:
    head, (first, _, *rest) = pieces(whole)
    return head + first + b"".join(rest)


def without_the_end(whole: bytes) -> bytes:
    head, parts = pieces(whole)
    return head + b"".join(parts[:-1])


def flipped(whole: bytes) -> bytes:
    middle = len(whole) // 2
    return whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]


def test_what_was_sealed_comes_out_again(tmp_path: Path, file: Path, key: Path) -> None:
    manifest = unpack(file, tmp_path / "out", key_file=key)
    assert list(manifest.files) == ["mail.eml"]
    assert (tmp_path / "out" / "mail.eml").read_bytes() == (tmp_path / "folder" / "mail.eml").read_bytes()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mail.eml"]


def test_nobody_else_reads_it(tmp_path: Path, file: Path, key: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    assert key.stat().st_mode & 0o777 == 0o600
    for part in (CANARY, b"mail.eml", b"manifest.json"):
        assert part not in file.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "folder", "key"]


@pytest.mark.parametrize("change", [swapped, without_one, without_the_end, flipped])
def test_a_changed_file_is_refused(
    tmp_path: Path, file: Path, key: Path, change: Callable[[bytes], bytes]
) -> None:
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(BadArchive, match="damaged"):
        unpack(file, tmp_path / "out", key_file=key)


@pytest.mark.parametrize("change", [swapped, without_one, flipped])
def test_without_seals_on_the_pieces_a_changed_file_would_pass(
    tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    """The twin: where the pieces are only laid end to end, the same changes go unnoticed."""
    plain = b"age-encryption.org/v1\n--- seal\n" + os.urandom(16 + PIECE * PIECES)
    laid, (head, parts) = change(plain), pieces(change(plain))
    assert laid != plain
    assert head + b"".join(parts) == laid


@pytest.mark.parametrize("kept", [30, 100, 150])
def test_a_file_cut_in_its_header_is_refused(tmp_path: Path, file: Path, key: Path, kept: int) -> None:
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(BadArchive, match="damaged"):
        unpack(file, tmp_path / "out", key_file=key)


def test_another_key_or_none_or_half_of_one_is_one_plain_sentence(tmp_path: Path, file: Path) -> None:
    public = sealing.new_key(tmp_path / "other")
    (tmp_path / "half").write_text(f"{public}\n")
    for key_file, sentence in (
        (None, "is encrypted: name the file with its key by --key-file"),
        (tmp_path / "other", "is not the one that"),
        (tmp_path / "half", "holds no secret key"),
        (tmp_path / "missing", "cannot be read"),
    ):
        with pytest.raises(BadKey, match=sentence):
            unpack(file, tmp_path / "out", key_file=key_file)


def test_the_public_half_is_enough_to_encrypt(tmp_path: Path, file: Path, key: Path) -> None:
    public = key.read_text().splitlines()[0].removeprefix("# public key: ")
    (tmp_path / "half").write_text(f"{public}\n")
    pack(
        tmp_path / "folder", tmp_path / "second", database="sqlite", readers=sealing.recipients(tmp_path / "half")
    )
    assert unpack(tmp_path / "second", tmp_path / "out", key_file=key).files


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "no key in"), ("AGE-SECRET-KEY-1X\n", "damaged"), ("age1x\n", "damaged"), ("a diary", "no key in")],
)
def test_a_file_without_a_key_encrypts_nothing(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "key").write_text(text)
    with pytest.raises(BadKey, match=sentence):
        sealing.recipients(tmp_path / "key")


def test_a_new_key_replaces_no_older_one(tmp_path: Path, key: Path) -> None:
    before = key.read_text()
    with pytest.raises(BadKey, match="exists already"):
        sealing.new_key(key)
    with pytest.raises(BadKey, match="could not be written"):
        sealing.new_key(tmp_path / "nowhere" / "key")
    assert key.read_text() == before


GROWTH = """
import sys
from pathlib import Path
import pyrage
from groundswell.ops.sealing import new_key, recipients, seal
from tests.memory import growth
folder = Path(sys.argv[1])
new_key(folder / "the key")
keys = recipients(folder / "the key")
print(growth(lambda: {how}))
"""
STREAM = 'seal(folder / "large", folder / "sealed", keys)'
AT_ONCE = 'pyrage.encrypt((folder / "large").read_bytes(), keys)'


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody says what the peak was")
@pytest.mark.parametrize(("how", "is_small"), [(STREAM, True), (AT_ONCE, False)])
def test_a_large_backup_is_never_in_memory_whole(tmp_path: Path, how: str, is_small: bool) -> None:
    """The second is the twin, which takes the file whole."""
    with (tmp_path / "large").open("wb") as large:
        large.truncate(64 * 2**20)
    code = GROWTH.format(how=how)
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (int(done.stdout) < 16 * 1024) is is_small
