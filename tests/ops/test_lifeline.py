"""Children leave with their supervisor, whatever they are doing when it is killed."""

import os
import signal
import subprocess
import sys
import time

import pytest

PARENT = """
import os, subprocess, sys
from groundswell.ops import lifeline
rope, _end = os.pipe()
child = '''
import sys, time
{before}
from groundswell.ops.lifeline import leave_with_parent
leave_with_parent(int(sys.argv[1]))
print("ready", flush=True)
{meanwhile}
'''
process = subprocess.Popen([sys.executable, "-P", "-c", child, str(rope)], pass_fds=[rope])
print(process.pid, flush=True)
process.wait()
"""

BUSY = "while True: pass"
WITHOUT_KERNEL = "sys.platform = 'elsewhere'"
WITHOUT_PIPE = "import os; os.read = lambda *_: time.sleep(60)"
GUARDS_OUT = "import groundswell.ops.lifeline as it; it.leave_with_parent = lambda _: None"


def is_alive_after_its_parent_was_killed(before: str, meanwhile: str, *, seconds: float) -> bool:
    script = PARENT.replace("{before}", before).replace("{meanwhile}", meanwhile)
    parent = subprocess.Popen([sys.executable, "-P", "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert parent.stdout.readline() == "ready\n"
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_gone(child):
            return False
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    return True


def is_gone(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize(
    "before",
    [
        pytest.param("", id="both"),
        pytest.param(WITHOUT_KERNEL, id="pipe only"),
        pytest.param(WITHOUT_PIPE, id="kernel only"),
    ],
)
def test_a_busy_child_leaves_when_its_parent_is_killed(before: str) -> None:
    assert not is_alive_after_its_parent_was_killed(before, BUSY, seconds=20)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_without_the_lifeline_a_child_would_stay() -> None:
    assert is_alive_after_its_parent_was_killed(GUARDS_OUT, BUSY, seconds=1)
