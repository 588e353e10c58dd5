"""One installation to a data folder, one listener to a port; what a killed one left behind is waited for."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from groundswell.config.environment import Environment
from groundswell.ops.claims import claim_data, claim_port
from groundswell.ops.errors import Taken

HOLD = """
import os, sys, time
from pathlib import Path
from groundswell.ops.claims import claim_data
claim = claim_data(Path(sys.argv[1]))
if sys.argv[2:] == ["and leave an orphan"]:
    import subprocess
    subprocess.Popen(["sleep", "0.5"], pass_fds=[claim], stdout=subprocess.DEVNULL)
print("held", flush=True)
time.sleep(60)
"""


def hold(data: Path, *arguments: str) -> subprocess.Popen[str]:
    """A process that has claimed the folder."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", HOLD, str(data), *arguments], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = hold(tmp_path)
    yield process
    process.kill()
    process.communicate()


def test_a_data_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "data"
    os.close(claim_data(data))
    assert data.stat().st_mode & 0o777 == 0o700


def test_a_second_start_on_the_same_folder_is_refused_at_once(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    began = time.monotonic()
    with pytest.raises(Taken) as refused:
        claim_data(tmp_path)
    assert time.monotonic() - began < 1
    assert str(refused.value) == (
        f"Groundswell is already running on the data folder {tmp_path} (process {holder.pid})."
    )


def test_a_claim_ends_with_its_process_however_that_went(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    os.close(claim_data(tmp_path))


def test_a_start_waits_for_what_a_killed_one_left_behind(tmp_path: Path) -> None:
    process = hold(tmp_path, "and leave an orphan")
    process.kill()
    process.communicate()
    began = time.monotonic()
    os.close(claim_data(tmp_path))
    assert 0.1 < time.monotonic() - began < 5


def test_a_start_does_not_wait_for_ever(tmp_path: Path) -> None:
    process = hold(tmp_path, "and leave an orphan")
    process.kill()
    process.communicate()
    with pytest.raises(Taken, match="already running"):
        claim_data(tmp_path, patience=0.05)


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(Taken, match=r"The data folder .* cannot be used: File exists\."):
        claim_data(tmp_path / "data")


def test_a_port_in_use_is_one_plain_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Taken, match=rf"^Port {port} is in use: .*--port\.$"):
            claim_port(Environment(port=port), patience=0.0)


def test_a_port_is_not_shared_with_a_server_that_would_share_it() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(Taken, match="in use"):
            claim_port(Environment(port=other.getsockname()[1]), patience=0.0)


def test_a_port_is_free_again_at_once_after_it_was_used() -> None:
    with claim_port(Environment(port=0)) as first:
        port = first.getsockname()[1]
        caller = socket.create_connection(("127.0.0.1", port))
        answer, _address = first.accept()
        # Who hangs up first keeps the port in TIME_WAIT.
        answer.close()
        caller.close()
    claim_port(Environment(port=port), patience=0.0).close()


def test_a_host_that_is_not_here_is_one_plain_sentence() -> None:
    with pytest.raises(Taken, match=r"^Groundswell cannot listen at 192\.0\.2\.1, port 0: .*\.$"):
        claim_port(Environment(host="192.0.2.1", port=0), patience=0.0)


def test_it_listens_on_the_newer_internet_protocol_too() -> None:
    with claim_port(Environment(host="::1", port=0)) as listener:
        assert listener.family == socket.AF_INET6
