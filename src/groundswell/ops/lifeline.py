"""A child leaves when its supervisor is gone, even after ``kill -9``.

Two ways, since neither is enough alone: the kernel's parent-death signal ends even a child that hangs, but
only Linux has it; the pipe, of which only the supervisor holds the other end, works everywhere.
"""

import ctypes
import os
import signal
import sys
import threading

PR_SET_PDEATHSIG = 1


def leave_with_parent(lifeline: int) -> None:
    """End this process as soon as the supervisor is gone; ``lifeline`` is the read end of its pipe.

    SIGKILL, because what was acknowledged is on disk, and an orphan must not live on beside its successor.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # The pipe also covers a supervisor that went before the line above.
    threading.Thread(target=_wait_and_leave, args=(lifeline,), name="lifeline", daemon=True).start()


def _wait_and_leave(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGKILL)
