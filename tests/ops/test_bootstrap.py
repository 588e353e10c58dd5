"""The script at the root: finds a Python that really runs, installs once, bears being called from anywhere.

``uv`` is played by a few lines of shell here, so that these tests need no network.
"""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

UV = """#!/bin/sh
echo "$@" >>"{log}"
case "$1 $2" in
    "--version ") echo uv 1.0 ;;
    "venv "*)
        for last; do :; done
        while [ "$1" != --python ]; do shift; done
        [ "$2" = 3.13 ] && set -- "$1" "{python}"
        exec "$2" -m venv --without-pip "$last" ;;
    "pip sync") sleep 0.3 ;;
esac
"""
REFUSES = "#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n"
TOO_OLD = "#!/bin/sh\nexit 1\n"
RUNS = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'


class Machine:
    """A clone of the project in a folder with a space in its name, on a machine with the given programs."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "bin"
        self.clone = folder / "a clone"
        self.log = folder / "uv.log"
        self.variables = {"PATH": f"{self.programs}:/usr/bin:/bin", "HOME": str(folder)}
        self.programs.mkdir()
        shutil.copytree(ROOT / "requirements", self.clone / "requirements")
        shutil.copy(ROOT / "groundswell", self.clone)
        (self.clone / "src").symlink_to(ROOT / "src")
        for name in ("python3", "python3.12", "python3.13", "python3.14"):
            self.has(name, REFUSES)
        self.has("uv", UV.format(log=self.log, python=sys.executable))

    def has(self, program: str, script: str) -> None:
        path = self.programs / program
        path.write_text(script)
        path.chmod(0o755)

    def run(
        self, *arguments: str, script: Path | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [script or self.clone / "groundswell", *arguments],
            cwd=cwd or self.clone,
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def asked_of_uv(self, what: str) -> list[str]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if line.startswith(what)]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_shims_that_refuse_are_passed_over(machine: Machine) -> None:
    machine.has("python3", TOO_OLD)
    machine.has("python3.12", RUNS)
    done = machine.run("help")
    assert (done.returncode, done.stdout.splitlines()[0][:6]) == (0, "Usage:")
    assert machine.asked_of_uv("venv")[0].endswith(f"--python {machine.programs}/python3.12 {machine.clone}/.venv")


def test_a_python_that_only_pyenv_has_is_found(machine: Machine, tmp_path: Path) -> None:
    versions = tmp_path / ".pyenv" / "versions"
    for version, script in {"3.11.7": RUNS, "3.12.1": RUNS, "3.13.0": RUNS}.items():
        (versions / version / "bin").mkdir(parents=True)
        (versions / version / "bin" / "python3").write_text(script)
        (versions / version / "bin" / "python3").chmod(0o755)
    assert machine.run("help").returncode == 0
    assert f"--python {versions}/3.13.0/bin/python3 " in machine.asked_of_uv("venv")[0]


def test_where_there_is_none_uv_fetches_one(machine: Machine) -> None:
    assert machine.run("help").returncode == 0
    assert "--python 3.13 " in machine.asked_of_uv("venv")[0]


def test_where_nothing_can_be_had_it_says_so(machine: Machine) -> None:
    machine.has("uv", "#!/bin/sh\n[ $1 = --version ]\n")
    done = machine.run("help")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "groundswell: needs Python 3.12 or newer; none was found and uv could not fetch one."
    )


def test_it_installs_once_and_again_when_a_lock_file_changes(machine: Machine) -> None:
    machine.has("python3.13", RUNS)
    machine.run("help")
    machine.run("help")
    assert len(machine.asked_of_uv("pip sync")) == 1
    with (machine.clone / "requirements" / "runtime.lock").open("a") as lock:
        lock.write("\n")
    machine.run("help")
    assert len(machine.asked_of_uv("pip sync")) == 2
    assert len(machine.asked_of_uv("venv")) == 1


def test_an_installation_that_failed_is_not_taken_for_done(machine: Machine) -> None:
    machine.has("python3.13", RUNS)
    broken = UV.replace("sleep 0.3", "exit 1")
    machine.has("uv", broken.format(log=machine.log, python=sys.executable))
    assert machine.run("help").returncode == 1
    machine.has("uv", UV.format(log=machine.log, python=sys.executable))
    assert machine.run("help").returncode == 0
    assert len(machine.asked_of_uv("pip sync")) == 2


def test_what_the_tests_need_is_installed_for_them_and_then_kept(machine: Machine) -> None:
    machine.has("python3.13", RUNS)
    machine.run("help")
    assert "development.lock" not in machine.asked_of_uv("pip sync")[-1]
    machine.run("bench")
    assert "development.lock" in machine.asked_of_uv("pip sync")[-1]
    with (machine.clone / "requirements" / "runtime.lock").open("a") as lock:
        lock.write("\n")
    machine.run("help")
    assert "development.lock" in machine.asked_of_uv("pip sync")[-1]


def test_invocations_at_once_install_once(machine: Machine) -> None:
    machine.has("python3.13", RUNS)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: machine.run("help"), range(4)))
    assert [each.returncode for each in done] == [0, 0, 0, 0]
    assert len(machine.asked_of_uv("pip sync")) == 1


def test_an_environment_whose_python_is_gone_is_made_anew(machine: Machine) -> None:
    machine.has("python3.13", RUNS)
    machine.run("help")
    python = machine.clone / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python")
    assert machine.run("help").returncode == 0
    assert len(machine.asked_of_uv("venv")) == 2


def test_it_runs_from_anywhere_and_through_a_link(machine: Machine, tmp_path: Path) -> None:
    machine.has("python3.13", RUNS)
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    # A folder of this name here must not be taken for the package.
    (elsewhere / "groundswell").mkdir()
    (elsewhere / "link").symlink_to(os.path.relpath(machine.clone / "groundswell", elsewhere))
    done = machine.run("up", "--port", "eighty", script=elsewhere / "link", cwd=elsewhere)
    assert done.returncode == 2
    assert "--port (GROUNDSWELL_PORT) must be a number" in done.stderr


def test_a_clone_that_was_moved_still_runs(machine: Machine) -> None:
    machine.has("python3.13", RUNS)
    machine.run("help")
    machine.clone = machine.clone.rename(machine.clone.with_name("moved"))
    assert machine.run("help").returncode == 0
    assert len(machine.asked_of_uv("pip sync")) == 1


def test_what_python_compiled_is_kept_even_where_that_is_forbidden(
    machine: Machine,
) -> None:
    machine.has("python3.13", RUNS)
    (machine.clone / "src").unlink()
    shutil.copytree(ROOT / "src", machine.clone / "src", ignore=shutil.ignore_patterns("__pycache__", "static"))
    machine.variables["PYTHONDONTWRITEBYTECODE"] = "1"
    assert machine.run("help").returncode == 0
    assert list((machine.clone / "src" / "groundswell" / "ops" / "__pycache__").glob("cli.*.pyc"))
