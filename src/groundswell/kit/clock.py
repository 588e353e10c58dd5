"""The one place where the product asks what time it is, and since when the machine counts its own."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


@cache
def boot() -> str:
    """Which run of the machine this is; nothing where that cannot be known."""
    return _BOOT.read_text().strip()[:36] if _BOOT.exists() else ""
