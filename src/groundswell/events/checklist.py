"""What a march in England and Wales needs, and until when.

Source of the first date: Public Order Act 1986, section 11: written notice of a procession to the police, not
less than six clear days before it, or as soon as is reasonably practicable. A static assembly needs none, and
Scotland has its own law. The other dates are good practice, not law.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groundswell.events.models import Event, Kind

CLEAR_DAYS = 6


@dataclass(frozen=True)
class Task:
    """One thing to do, at the latest so many days before."""

    words: str | Promise
    days_before: int


TASKS = {
    # Clear days count neither the day of the notice nor that of the march.
    "police": Task(
        _("Notice to the police: date, time, route, name and address of an organiser (six clear days before)"),
        CLEAR_DAYS + 1,
    ),
    "route": Task(_("The route walked at the same hour and on the same weekday, and agreed"), 28),
    "accessible": Task(_("A route and an assembly point without steps, and a shorter way for who needs one"), 28),
    "insurance": Task(_("Public liability insurance in force for the day"), 21),
    "stewards": Task(_("Stewards found, briefed and in pairs, and a chief steward whom they can reach"), 7),
    "first_aid": Task(_("First aid booked, and a place for it"), 14),
}
"""What the checklist holds, by the name that is stored when it is done."""


@dataclass(frozen=True)
class Item:
    """A task of one event. ``late`` where it should be done and is not."""

    name: str
    words: str
    due: date
    done: bool
    late: bool


def applies(event: Event) -> bool:
    """Whether an event moves through the streets, as far as its kind says (0 queries)."""
    return event.kind == Kind.DEMONSTRATION


def items(event: Event, today: date) -> list[Item]:
    """The tasks of an event in the order in which they are due (0 queries)."""
    return sorted((_item(name, event, event.checklist, today) for name in TASKS), key=lambda item: item.due)


def _item(name: str, event: Event, finished: Collection[str], today: date) -> Item:
    due = event.day - timedelta(days=TASKS[name].days_before)
    done = name in finished
    return Item(name, str(TASKS[name].words), due, done, late=not done and today > due)
