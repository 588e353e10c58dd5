"""``./groundswell relay-log FILE``: ask the mail server's log about copies in doubt (see the runbook)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from groundswell.mailings.relay_log import ask_log


class Command(BaseCommand):
    """Reads a log and says how many doubts it settled."""

    help = (
        "Asks the log of the mail server (Postfix, OpenSMTPD or Exim) about copies in doubt: those that stand in "
        "it arrived there. With --whole, those that do not are sent again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the log, or /dev/stdin")
        parser.add_argument(
            "--whole",
            action="store_true",
            help="the log begins before the mailing did, and nothing is missing in it until now",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with options["file"].open(errors="replace") as lines:
                asked = ask_log(lines, is_whole=options["whole"])
        except OSError as error:
            raise CommandError(f"The log cannot be read: {error.strerror}.") from error
        left = asked.doubts - asked.arrived - asked.again
        self.stdout.write(f"In doubt: {asked.doubts}. Arrived: {asked.arrived}. Sent again: {asked.again}.")
        if left and not options["whole"]:
            self.stdout.write(f"Of {left} it says nothing. Where it is whole, --whole sends them again.")
        elif left:
            self.stdout.write(f"{left} are left: in doubt for less than ten minutes, or of a cancelled mailing.")
