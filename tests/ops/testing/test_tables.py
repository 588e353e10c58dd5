"""The tables that are kept for the next run: made anew once something changes of which they are made."""

from pathlib import Path

import pytest

from tests.tables import made_of


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for name in ("people/migrations/0001_first.py", "kit/rows.py", "web/desk/people.py"):
        write(tmp_path / "source" / name, "a = 1\n")
    write(tmp_path / "packages" / "runtime.lock", "django==6.1\n")
    return tmp_path


def write(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)


def digest(folder: Path) -> str:
    return made_of.__wrapped__(folder / "source", folder / "packages")  # each time anew


@pytest.mark.parametrize(
    "changed",
    [
        "source/people/migrations/0001_first.py",
        "source/people/migrations/0002_second.py",
        "source/kit/rows.py",
        "packages/runtime.lock",
    ],
)
def test_they_are_made_anew_after_a_change(source: Path, changed: str) -> None:
    before = digest(source)
    write(source / changed, "a = 2\n")
    assert digest(source) != before


def test_a_change_of_a_page_leaves_them(source: Path) -> None:
    before = digest(source)
    write(source / "web/desk/people.py", "a = 2\n")
    assert digest(source) == before
