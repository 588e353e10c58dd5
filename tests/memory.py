"""How much memory something takes at its peak, read from Linux itself.

``ru_maxrss`` would not do: a process begins with its parent's peak, and what came before hides what comes.
"""

import re
from collections.abc import Callable
from pathlib import Path


def growth(call: Callable[[], object]) -> int:
    """By how many KiB this process was larger than before at the most, while it did something."""
    Path("/proc/self/clear_refs").write_text("5")
    before = _kibibytes("VmRSS")
    call()
    return _kibibytes("VmHWM") - before


def _kibibytes(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1])
