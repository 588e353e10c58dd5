"""``./groundswell returned-mail``: one message that came back, handed over by a mail server (see the how-to)."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from groundswell.mailings.mailbox import LARGEST
from groundswell.mailings.returns import take_back


class Command(BaseCommand):
    """Reads the message from standard input; one that is no report of ours is left out without a word."""

    help = (
        "Takes in one message that came back from a mailing, from standard input. Exit status, as mail servers "
        "read it: 0 taken in, or nothing that counts; 75 not now, to be tried again."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        take_back(sys.stdin.buffer.read(LARGEST))
        # Whoever hands it over would take a pipe that is closed on it for a failure.
        while sys.stdin.buffer.read(LARGEST):
            pass
