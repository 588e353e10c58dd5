"""The one file: whole or refused, never half unpacked."""

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from groundswell import __version__
from groundswell.ops.archive import MANIFEST, pack, unpack
from groundswell.ops.errors import BadArchive


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    (folder / "mails").mkdir(parents=True)
    (folder / "secrets.json").write_text("{}")
    (folder / "mails" / "1.eml").write_bytes(b"Subject: hello\n")
    pack(folder, tmp_path / "backup", database="sqlite")
    return tmp_path / "backup"


def changed(file: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The same archive with other members, by name."""
    with tarfile.open(file) as archive:
        members = {each.name: archive.extractfile(each).read() for each in archive}  # type: ignore[union-attr]
    change(members)
    with tarfile.open(file, "w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file


def with_manifest(**values: object) -> Callable[[dict[str, bytes]], object]:
    def change(members: dict[str, bytes]) -> None:
        members[MANIFEST] = json.dumps({**json.loads(members[MANIFEST]), **values}).encode()

    return change


def test_what_was_packed_comes_out_again(tmp_path: Path, file: Path) -> None:
    manifest = unpack(file, tmp_path / "out")
    assert sorted(manifest.files) == ["mails/1.eml", "secrets.json"]
    assert (manifest.version, manifest.database) == (__version__, "sqlite")
    assert (tmp_path / "out" / "mails" / "1.eml").read_bytes() == b"Subject: hello\n"


def test_only_its_owner_can_read_it(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600


def test_an_older_backup_is_never_replaced(tmp_path: Path, file: Path) -> None:
    with pytest.raises(FileExistsError):
        pack(tmp_path / "folder", file, database="sqlite")
    assert [each.name for each in tmp_path.iterdir()] == ["folder", "backup"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda members: members.update({"secrets.json": b"[]"}), "secrets.json is not what was put in"),
        (lambda members: members.pop("mails/1.eml"), "mails/1.eml is not what was put in"),
        (lambda members: members.update({"more": b""}), "more does not belong in it"),
        (lambda members: members.update({"../above": b""}), "above does not belong in it"),
        (lambda members: members.pop(MANIFEST), "is no backup"),
        (with_manifest(files=[]), "manifest cannot be read"),
        (with_manifest(files={"missing": {"size": 0, "sha256": ""}}), "does not belong in it"),
        (with_manifest(more=1), "manifest cannot be read"),
        (with_manifest(version="99.0.0"), "made by Groundswell 99.0.0"),
        (with_manifest(format=99), "update first"),
    ],
)
def test_a_changed_archive_is_refused(
    tmp_path: Path, file: Path, change: Callable[[dict[str, bytes]], object], sentence: str
) -> None:
    with pytest.raises(BadArchive, match=sentence):
        unpack(changed(file, change), tmp_path / "out")
    assert not (tmp_path / "above").exists()


def test_an_archive_writes_nowhere_else(tmp_path: Path, file: Path) -> None:
    def climb(members: dict[str, bytes]) -> None:
        with_manifest(files={"../above": {"size": 0, "sha256": ""}})(members)
        for name in ("mails/1.eml", "secrets.json"):
            del members[name]
        members["../above"] = b""

    with pytest.raises(BadArchive, match="damaged"):
        unpack(changed(file, climb), tmp_path / "out")
    assert not (tmp_path / "above").exists()


@pytest.mark.parametrize("kept", [0.0, 0.2, 0.5])
def test_a_cut_off_archive_is_refused(tmp_path: Path, file: Path, kept: float) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(BadArchive, match=r"no backup|damaged"):
        unpack(file, tmp_path / "out")


def test_another_kind_of_file_is_refused(tmp_path: Path, file: Path) -> None:
    file.write_bytes(gzip.compress(b"a diary"))
    with pytest.raises(BadArchive, match="no backup"):
        unpack(file, tmp_path / "out")


def test_a_missing_file_is_one_plain_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match=rf"^There is no file {tmp_path}/backup\.$"):
        unpack(tmp_path / "backup", tmp_path / "out")
