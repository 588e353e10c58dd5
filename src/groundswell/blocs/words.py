"""Blocs in words, as pages and mails show them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from groundswell.blocs.models import Bloc, Status
from groundswell.blocs.queries import Standing
from groundswell.events.models import Status as EventStatus
from groundswell.events.words import changes, clock


def walks(standing: Standing | None, bloc: Bloc) -> str:
    """Where a bloc walks, in a sentence: as its host arranged it, else in its callers' own words (0 queries)."""
    if standing is None:
        return bloc.march
    if standing.of == 1:
        return _("It is the only bloc in the order of march so far.")
    if standing.behind is None:
        return _("At the head of the march, first of %(of)s blocs.") % {"of": standing.of}
    words = {"number": standing.number, "of": standing.of, "name": standing.behind.name}
    if standing.number == standing.of:
        return _("Number %(number)s of %(of)s, the last, behind “%(name)s”.") % words
    return _("Number %(number)s of %(of)s, behind “%(name)s”.") % words


def gathers(bloc: Bloc) -> str:
    """When a bloc gathers and sets off, or that it is to be announced (0 queries)."""
    if bloc.gathers is None:
        return _("Time to be announced")
    if bloc.sets_off is None:
        return _("Gather at %(time)s") % {"time": clock(bloc.gathers)}
    return _("Gather at %(time)s, set off at %(off)s") % {
        "time": clock(bloc.gathers),
        "off": clock(bloc.sets_off),
    }


def gathers_iso(bloc: Bloc) -> str:
    """The same for machines: the day where no time is known (0 queries)."""
    day = bloc.event.day
    if bloc.gathers is None:
        return day.isoformat()
    return datetime.combine(day, bloc.gathers, ZoneInfo(bloc.event.zone)).isoformat()


def state(bloc: Bloc) -> str:
    """Where a bloc stands, its event taken into account: published, cancelled or over (0 queries)."""
    if Status.CANCELLED in {bloc.status, bloc.event.status}:
        return "cancelled"
    return "over" if bloc.event.status == EventStatus.OVER else bloc.status


def told(bloc: Bloc) -> list[str]:
    """What whoever has read the page before must know, a sentence each (0 queries)."""
    if bloc.event.status == EventStatus.CANCELLED:
        return [_("The event “%(title)s” is cancelled, and with it this bloc.") % {"title": bloc.event.title}]
    if bloc.status == Status.CANCELLED:
        return [_("This bloc is cancelled. “%(title)s” takes place without it.") % {"title": bloc.event.title}]
    return changes(bloc.event) if bloc.event.status == EventStatus.PUBLISHED else []
