"""How often a token may ask: so many requests a minute of each web process, and what is left in every answer.

The headers are those of draft-ietf-httpapi-ratelimit-headers; a refusal is a 429 with Retry-After (RFC 6585).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from uuid import UUID

from django.utils.translation import gettext_noop as _

from groundswell.groups.errors import Refusal

A_MINUTE = 60
PER_MINUTE = 600


class TooOften(Refusal):
    """A token that has used up its minute; ``seconds`` until the next one."""

    code = "too-often"
    status = 429
    sentence = _("This token has asked too often. Wait for the seconds in Retry-After.")

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass
class Window:
    """One token's minute: when it ends, and what is left of it."""

    ends: float
    left: int


@dataclass
class Allowance:
    """What every token has left, in the memory of this process: another web node counts for itself."""

    per_minute: int = PER_MINUTE
    clock: Callable[[], float] = time.monotonic
    _windows: dict[UUID, Window] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def spend(self, token: UUID) -> tuple[int, int]:
        """Take one request off; returns how many are left, and for how many seconds.

        :raises TooOften: where none is left.
        """
        with self._lock:
            window = self._window(token)
            seconds = ceil(window.ends - self.clock())
            if window.left == 0:
                raise TooOften(seconds)
            window.left -= 1
            return window.left, seconds

    def _window(self, token: UUID) -> Window:
        now = self.clock()
        known = self._windows.get(token)
        if known is not None and known.ends > now:
            return known
        # Those of others that are over go at the same time: no token that came once stays for ever.
        self._windows = {key: window for key, window in self._windows.items() if window.ends > now}
        return self._windows.setdefault(token, Window(now + A_MINUTE, self.per_minute))


ALLOWANCE = Allowance()
POLICY = f'"token";q={PER_MINUTE};w={A_MINUTE}'


def headers(left: int, seconds: int) -> dict[str, str]:
    """The headers of an answer that say what is left."""
    return {"RateLimit-Policy": POLICY, "RateLimit": f'"token";r={left};t={seconds}'}
