"""What takes place near a postcode, page by page. Only its sector ever stands in an address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groundswell.events.near import Located, nearest
from groundswell.events.queries import (
    in_this_order,
    places_ahead,
    places_of_series,
    shown_of_series,
    upcoming,
)
from groundswell.groups.errors import NotFound
from groundswell.kit.places import NotAPostcode, Point, locate, sector
from groundswell.web.public.pages import sent_form
from groundswell.web.public.paging import number_of

if TYPE_CHECKING:
    from groundswell.events.models import Event

PAGE = 50
PAGE_OF_SERIES = 200
"""Events on one page, and on one of a series, where all that is on it is on its map as well."""


@dataclass(frozen=True)
class Nearby:
    """From where somebody looks, if they say so; ``typed`` and ``error`` where it cannot be."""

    typed: str = ""
    error: str = ""
    sector: str = ""
    here: Point | None = None


@dataclass(frozen=True)
class Chosen:
    """One page of events, how far each is where that was asked, and the query of the next page or nothing."""

    events: list[Event]
    away: dict[UUID, str]
    number: int
    start: int
    older: str


def nearby(request: HttpRequest) -> Nearby:
    """From where somebody looks: as typed into the form, or as the address has it (0 queries)."""
    if request.method == "POST":
        return _typed(sent_form(request).get("near", ""))
    asked = request.GET.get("near", "")
    here = locate(asked)
    return Nearby(sector=asked, here=here) if here else Nearby()


def _typed(typed: str) -> Nearby:
    try:
        found = sector(typed)
    except NotAPostcode as error:
        return Nearby(typed=typed, error=str(error))
    here = locate(found)
    if here is None:
        return Nearby(typed=typed, error=_("We do not know where this postcode is."))
    return Nearby(sector=found, here=here)


def led_on(request: HttpRequest, near: Nearby) -> HttpResponse | None:
    """From a form to the address of its answer, in which no more than the sector stands."""
    if request.method != "POST" or near.here is None:
        return None
    response = HttpResponseRedirect(f"{request.path}?{urlencode({'near': near.sector})}")
    response.status_code = 303
    return response


def chosen(request: HttpRequest, near: Nearby, groups: Sequence[UUID] | None = None) -> Chosen:
    """The page of what lies ahead that the address asks for: the next first (1 query), or the nearest (2 queries).

    :raises NotFound: for a page that there is none of.
    """
    return _page(
        request, near, PAGE, lambda limit, start: upcoming(limit, groups, start), lambda: places_ahead(groups)
    )


def chosen_of_series(request: HttpRequest, near: Nearby, series_id: UUID) -> Chosen:
    """The same of a series, with what is over at the end (1 query, or 2).

    :raises NotFound: for a page that there is none of.
    """
    return _page(
        request,
        near,
        PAGE_OF_SERIES,
        lambda limit, start: shown_of_series(series_id, limit, start),
        lambda: places_of_series(series_id),
    )


def _page(
    request: HttpRequest,
    near: Nearby,
    size: int,
    in_time: Callable[[int, int], list[Event]],
    places: Callable[[], list[Located]],
) -> Chosen:
    number = number_of(request)
    start, away = (number - 1) * size, dict[UUID, str]()
    if near.here is None:
        found = in_time(size + 1, start)
    else:
        by_distance = nearest(places(), near.here)[start : start + size + 1]
        away = {one.event: _away(one.miles) for one in by_distance if one.miles is not None}
        found = in_this_order([one.event for one in by_distance])
    if number > 1 and not found:
        raise NotFound
    query = {"near": near.sector} if near.here else {}
    older = urlencode({**query, "page": number + 1}) if len(found) > size else ""
    return Chosen(found[:size], away, number, start, older)


def _away(miles: float) -> str:
    if miles < 1:
        return _("less than a mile away")
    # A sector is a mile or so wide: more figures would say what nobody knows.
    figure = round(miles)
    return ngettext("%(figure)s mile away", "%(figure)s miles away", figure) % {"figure": figure}
