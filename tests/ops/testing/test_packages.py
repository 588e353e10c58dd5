"""Debian's packages are installed where that is anybody's wish, and nowhere else."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from groundswell.ops.testing import packages
from groundswell.ops.testing.packages import install_debian

APT = '#!/bin/sh\necho "$@" >>"{log}"\n[ "$2" != install ] || [ "$5" != missing ]\n'


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What the machine's ``apt-get`` was asked for; this one installs everything but ``missing``."""
    program = tmp_path / "apt-get"
    program.write_text(APT.format(log=tmp_path / "log"))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    yield tmp_path / "log"
    packages._may_install.cache_clear()
    packages._update.cache_clear()


@pytest.fixture(autouse=True)
def _ask_anew() -> None:
    packages._may_install.cache_clear()
    packages._update.cache_clear()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may install")
def test_root_installs_after_one_update(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert install_debian("chromium")
    assert not install_debian("missing")
    assert log.read_text().splitlines() == [
        "--quiet update",
        "--quiet install --yes --no-install-recommends chromium",
        "--quiet install --yes --no-install-recommends missing",
    ]
    assert "Installing chromium with apt" in capsys.readouterr().err


def test_nobody_elses_machine_is_changed_unasked(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.delenv("CI", raising=False)
    assert not install_debian("chromium")
    assert not log.exists()


def test_elsewhere_there_is_no_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert not install_debian("chromium")
