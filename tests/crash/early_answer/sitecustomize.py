"""The guard taken out: the answer goes out before the action is on a disk, which here is slow as well.

Python loads this file by itself where PYTHONPATH names its folder; nothing of it is part of the product.
"""

import time

from groundswell.intake import journal

write = journal.Journal._write


def submit(self, action, done):
    done(None)
    self._waiting.put((action, lambda error: None))


def write_slowly(self, actions):
    time.sleep(0.4)
    return write(self, actions)


journal.Journal.submit = submit
journal.Journal._write = write_slowly
