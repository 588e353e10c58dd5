"""The exchange of files in a restore: all or nothing, over whatever a killed process left, and killed itself."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from groundswell.config.environment import Environment
from groundswell.ops import restore
from groundswell.ops.backup import copy_sqlite, kept_files
from groundswell.ops.restore import exchanged, merge_erasures, undo

DATABASE = "groundswell.sqlite3"


def write(path: Path, word: str, rows: int = 1) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE IF NOT EXISTS words (word TEXT)")
        database.executemany("INSERT INTO words VALUES (?)", [(word,)] * rows)


def words(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return [word for (word,) in database.execute("SELECT DISTINCT word FROM words")]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder as ``kill -9`` leaves it: with a write-ahead log that was not yet played in."""
    live, data = tmp_path / "live", tmp_path / "data"
    live.mkdir()
    with closing(sqlite3.connect(live / DATABASE)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA wal_autocheckpoint=0")
        with database:
            database.execute("CREATE TABLE words (word TEXT)")
            database.executemany("INSERT INTO words VALUES (?)", [("before the restore",)] * 500)
        shutil.copytree(live, data)
    (data / "secrets.json").write_text("{}")
    (data / "mails").mkdir()
    (data / "mails" / "1.eml").write_text("Subject: hello")
    (data / "running.lock").write_text("1")
    assert (data / f"{DATABASE}-wal").stat().st_size > 10_000
    return data


@pytest.fixture
def restored(tmp_path: Path, data: Path) -> Path:
    folder = data / "restoring-1"
    folder.mkdir()
    write(folder / DATABASE, "from the backup", rows=500)
    (folder / "secrets.json").write_text('{"restored": true}')
    return folder


def content(data: Path) -> dict[str, bytes]:
    """What an installation is made of, byte for byte."""
    return {
        str(path.relative_to(data)): path.read_bytes()
        for path in sorted(data.rglob("*"))
        if path.is_file() and not path.relative_to(data).parts[0].startswith("restoring-")
    }


def test_a_leftover_log_is_not_played_into_what_was_restored(data: Path, restored: Path) -> None:
    with exchanged(Environment(data=data), restored):
        pass
    assert words(data / DATABASE) == ["from the backup"]


def test_with_a_leftover_log_it_would_be(data: Path, restored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: with the log left behind, what is read is not what was restored."""
    all_entries = restore._entries
    monkeypatch.setattr(
        restore,
        "_entries",
        lambda data: [entry for entry in all_entries(data) if not entry.name.endswith(("-wal", "-shm"))],
    )
    with exchanged(Environment(data=data), restored):
        pass
    assert words(data / DATABASE) != ["from the backup"]


def test_after_it_nothing_of_the_old_remains(data: Path, restored: Path) -> None:
    with exchanged(Environment(data=data), restored):
        pass
    assert sorted(content(data)) == [DATABASE, "running.lock", "secrets.json"]


def test_a_failure_puts_everything_back(data: Path, restored: Path) -> None:
    before = content(data)

    def fail_half_way() -> None:
        with exchanged(Environment(data=data), restored):
            assert (data / "secrets.json").read_text() == '{"restored": true}'
            write(data / DATABASE, "half way")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert content(data) == before
    assert words(data / DATABASE) == ["before the restore"]


class Killed(BaseException):
    """Stands for ``kill -9``: nothing runs after it."""


def killed_at(step: int) -> Callable[..., Any]:
    """A rename that does its work so many times, and then no more."""
    rename = Path.rename
    steps = iter(range(step))

    def counted(self: Path, target: Path) -> Path:
        if next(steps, None) is None:
            raise Killed
        return rename(self, target)

    return counted


@pytest.mark.parametrize("step", range(8))
def test_killed_anywhere_it_is_undone_by_the_next_start(
    data: Path, restored: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    before = content(data)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed_at(step))
        patch.setattr(restore, "undo", lambda _: None)
        with pytest.raises(Killed), exchanged(Environment(data=data), restored):
            raise Killed
    assert undo(Environment(data=data))
    assert content(data) == before
    assert not undo(Environment(data=data))


@pytest.mark.parametrize("step", range(5))
def test_the_undoing_can_be_killed_too(
    data: Path, restored: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    before = content(data)
    with monkeypatch.context() as patch:
        patch.setattr(restore, "undo", lambda _: None)
        with pytest.raises(Killed), exchanged(Environment(data=data), restored):
            raise Killed
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed_at(step))
        with pytest.raises(Killed):
            undo(Environment(data=data))
    assert undo(Environment(data=data))
    assert content(data) == before


def test_no_erasure_is_lost_between_the_lists(tmp_path: Path) -> None:
    here, from_backup = tmp_path / "here", tmp_path / "backup"
    here.write_text('{"id": 1}\n{"id": 2}\n')
    from_backup.write_text('{"id": 0}\n{"id": 1}\n')
    merge_erasures(here, from_backup)
    assert from_backup.read_text() == '{"id": 1}\n{"id": 2}\n{"id": 0}\n'


def test_without_any_erasure_there_is_no_list(tmp_path: Path) -> None:
    merge_erasures(tmp_path / "here", tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_copy_of_a_database_in_use_is_whole_and_holds_nothing_erased(tmp_path: Path) -> None:
    source = tmp_path / "with # and ? in it.sqlite3"
    with closing(sqlite3.connect(source)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        write(source, "anna@example.org", rows=300)
        write(source, "stays")
        with database:
            database.execute("DELETE FROM words WHERE word LIKE 'anna%'")
        with database:
            database.execute("INSERT INTO words VALUES ('in the log')")
            copy_sqlite(source, tmp_path / "copy")
    assert words(tmp_path / "copy") == ["stays"]
    assert b"anna@example.org" not in (tmp_path / "copy").read_bytes()
    assert not list(tmp_path.glob("copy-*"))


@pytest.fixture
def cluttered(data: Path) -> Path:
    for name in ("up.json", "restore.json", "secrets.json.12.draft", "intake.sqlite3.lock"):
        (data / name).write_text("")
    for name in ("before-restore-1", "backing-up-2", "restoring-3"):
        (data / name).mkdir()
        (data / name / "file").write_text("")
    return data


def test_only_what_belongs_to_the_installation_is_copied(cluttered: Path) -> None:
    assert [str(path.relative_to(cluttered)) for path in kept_files(cluttered)] == ["mails/1.eml", "secrets.json"]
