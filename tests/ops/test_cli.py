"""The command line: plain sentences, options that win over variables, settings that are remembered."""

import subprocess
import sys
from pathlib import Path

import pytest

from groundswell.config.environment import NAMES, Environment, variable
from groundswell.ops import cli
from groundswell.ops.manage import take_settings
from groundswell.ops.remembered import recalled_settings, remember


def test_without_a_command_it_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in cli.COMMANDS)


def test_an_unknown_command_is_no_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fly"]) == 2
    assert "Usage" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["up", "--port", "eighty"], "--port (GROUNDSWELL_PORT) must be a number"),
        (
            ["up", "--database", "mysql://x/y"],
            "--database (GROUNDSWELL_DATABASE) must look like postgresql://",
        ),
        (["up", "--demo", "--host", "0.0.0.0"], "The demo is only served to this machine"),
        (["up", "--demo", "--smtp", "smtp://mail.example.org"], "The demo never sends mail"),
        (["backup", "--data", "/nowhere-at-all", "/nowhere-at-all/file"], "There is no installation in"),
    ],
)
def test_what_cannot_be_done_is_one_plain_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"groundswell: {sentence}")
    assert told.count("\n") == 1


def test_a_key_that_signs_mails_is_made_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["new-dkim-key", "rally.example.org", "--data", str(tmp_path)]
    assert cli.main(asked) == 0
    assert "\ngroundswell._domainkey.rally.example.org TXT v=DKIM1; k=rsa; p=" in capsys.readouterr().out
    before = (tmp_path / "dkim.json").read_bytes()
    assert cli.main(asked) == 2
    assert capsys.readouterr().err.startswith("groundswell: No key was made: File exists")
    assert cli.main(["new-dkim-key", "rally.example.org;\r\n d=x", "--data", str(tmp_path)]) == 2
    assert (tmp_path / "dkim.json").read_bytes() == before


def test_an_option_wins_over_its_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable("port"), "eighty")
    assert cli.main(["up", "--port", "ninety"]) == 2
    assert "'ninety'" in capsys.readouterr().err


def test_the_supervisor_loads_no_django() -> None:
    loaded = "import sys, groundswell.ops.cli, groundswell.ops.supervisor; print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-P", "-c", loaded], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"django", "granian", "psycopg", "sqlite3", "asyncio"} & set(modules)


class TestManage:
    @pytest.mark.parametrize(
        ("arguments", "rest", "given"),
        [
            (["token", "--organisation", "us"], ["token", "--organisation", "us"], {}),
            (
                ["token", "--data", "d", "--organisation", "us"],
                ["token", "--organisation", "us"],
                {"data": "d"},
            ),
            (["--data=a b", "migrate"], ["migrate"], {"data": "a b"}),
            (["migrate", "--database", "journal"], ["migrate", "--database", "journal"], {}),
            (["migrate", "--database", "postgresql://h/n"], ["migrate"], {"database": "postgresql://h/n"}),
            (["migrate", "--database=postgresql://h/n"], ["migrate"], {"database": "postgresql://h/n"}),
            (["--database-owner", "postgresql://h/n", "x"], ["x"], {"database_owner": "postgresql://h/n"}),
        ],
    )
    def test_our_settings_are_taken_out(
        self, arguments: list[str], rest: list[str], given: dict[str, str]
    ) -> None:
        assert take_settings(arguments) == (rest, given)


class TestRemembered:
    @pytest.fixture(autouse=True)
    def _no_variables(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in NAMES:
            monkeypatch.delenv(variable(name), raising=False)

    def test_the_last_start_is_remembered_for_its_owner_only(self, tmp_path: Path) -> None:
        started = Environment(data=tmp_path, port=8123, database="postgresql://me:word@db.example.org/name")
        remember(started)
        assert recalled_settings({"data": str(tmp_path)}) == started
        assert (tmp_path / "up.json").stat().st_mode & 0o777 == 0o600

    def test_what_is_given_now_wins(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        remember(Environment(data=tmp_path, port=8123, base_url="https://old.example.org"))
        monkeypatch.setenv(variable("base_url"), "https://new.example.org")
        settings = recalled_settings({"data": str(tmp_path), "database": "postgresql://db.example.org/name"})
        assert settings.base_url == "https://new.example.org"
        assert settings.database == "postgresql://db.example.org/name"
        assert settings.port == 8123

    def test_an_installation_that_never_started_has_the_defaults(self, tmp_path: Path) -> None:
        assert recalled_settings({"data": str(tmp_path)}) == Environment(data=tmp_path)

    def test_a_second_start_replaces_the_first(self, tmp_path: Path) -> None:
        for port in (8001, 8002):
            remember(Environment(data=tmp_path, port=port))
        assert recalled_settings({"data": str(tmp_path)}).port == 8002
        assert [path.name for path in tmp_path.iterdir()] == ["up.json"]
