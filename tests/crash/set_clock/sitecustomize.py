"""A clock that a test can set while the process runs; BY_THE_CLOCK takes the guard out of the order of settling.

Python loads this file by itself where PYTHONPATH names its folder; nothing of it is part of the product.
"""

import os
import threading
import time
from pathlib import Path

import time_machine

FILE = Path(os.environ["SET_CLOCK"])
NEARLY = 0.5


def follow(clock):
    """Keep the clock by as many seconds from the real one as the file says, as soon as it says so.

    Also where it says none: a process that was kept waiting for long at its start would be behind.
    """
    while True:
        time.sleep(0.02)
        said = FILE.read_text()
        wanted = time_machine.escape_hatch.time.time() + float(said or 0)
        if said and abs(time.time() - wanted) > NEARLY:
            clock.move_to(wanted)


threading.Thread(target=follow, args=(time_machine.travel(time.time(), tick=True).start(),), daemon=True).start()


class ByTheClock:
    """A kind of action that is settled in the order of its times, not in that in which it was written down."""

    def __init__(self, kind):
        self.kind = kind

    def __getattr__(self, name):
        return getattr(self.kind, name)

    def settle(self, organisation, actions):
        return self.kind.settle(organisation, sorted(actions, key=lambda action: action.received_at))


if os.environ.get("BY_THE_CLOCK"):
    from groundswell.intake import kinds

    named = kinds.named
    kinds.named = lambda kind: ByTheClock(named(kind))
