"""The clock on the wall, which somebody can set, beside the one of the machine, which nobody can."""

import time
from dataclasses import dataclass, field

from groundswell.kit.clock import now

STEP = 5.0
"""By so many seconds the first has to run ahead at once; what keeps it right moves it by less."""


def _ahead() -> float:
    return now().timestamp() - time.monotonic()


@dataclass
class Clocks:
    """By how much the first was ahead of the second when somebody last looked, and when it was set forward last.

    ``set_at`` is a moment by the second one, which begins anew with every start of the machine.
    """

    ahead: float = field(default_factory=_ahead)
    set_at: float | None = None

    def look(self) -> float:
        """By how many seconds the clock was set forward since somebody last looked; 0 where it was not."""
        before, self.ahead = self.ahead, _ahead()
        by = self.ahead - before
        if by <= STEP:
            return 0.0
        self.set_at = time.monotonic()
        return by
