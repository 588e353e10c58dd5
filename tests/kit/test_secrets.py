"""The installation's own keys."""

import json
import stat
import threading
from pathlib import Path

import pytest

from groundswell.kit.secrets import Secrets, load_secrets


def test_they_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    first = load_secrets(folder)
    file = folder / "secrets.json"
    assert load_secrets(folder) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["secrets.json"]
    values = json.loads(file.read_text()).values()
    assert len(set(values)) == len(Secrets.__dataclass_fields__)
    assert all(len(value) >= 48 for value in values)


def test_of_two_that_start_together_the_first_ones_keys_stay(tmp_path: Path) -> None:
    found: list[Secrets] = []
    start = threading.Barrier(2)

    def load(name: str) -> None:
        start.wait()
        found.append(load_secrets(tmp_path / name))

    for turn in range(20):
        threads = [threading.Thread(target=load, args=(str(turn),)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found[-1] == found[-2] == load_secrets(tmp_path / str(turn))


def test_a_file_of_another_version_is_no_reason_for_new_keys(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text('{"django": "x"}')
    with pytest.raises(TypeError):
        load_secrets(tmp_path)
    assert (tmp_path / "secrets.json").read_text() == '{"django": "x"}'
