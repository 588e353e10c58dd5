"""An event's form: what is typed into it, taken from a request, read, and shown again as it was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from groundswell.events.details import ACCESS, Details, checked, details_of
from groundswell.events.programme import Speaking, checked_programme
from groundswell.events.queries import programme_of, questions_of, series_of
from groundswell.events.questions import LONGEST_DAYS, Asking, checked_questions
from groundswell.groups.errors import InvalidFields
from groundswell.groups.queries import campaigns_of
from groundswell.web.desk import lines
from groundswell.web.desk.lines import Row

if TYPE_CHECKING:
    from groundswell.events.models import Event, Question, Series
    from groundswell.groups.models import Campaign, Group

TEXTS = {
    "title": "title",
    "kind": "kind",
    "text": "text",
    "zone": "zone",
    "venue": "venue_name",
    "address": "venue_address",
    "postcode": "venue_postcode",
    "online_url": "online_url",
    **{name: name for name in ACCESS},
    "access": "access_information",
    "audience": "audience",
    "contact_name": "contact_name",
    "contact_how": "contact_how",
}
"""The fields of the form that are taken as they were typed, and what they are called in an event's details."""

FIGURES = ("capacity", "expected", "target")
DEGREES = ("latitude", "longitude")
CHOICES = ("group", "campaign", "series", "series_title")
CLOCK = ("date", "start", "end")
TICKS = ("time_later", "venue_later", "count_hidden")
SEEN = ("version", "base")
"""What the form was opened on: the event's version, and a short hash of each field of it."""

FIELDS = (*TEXTS, *FIGURES, *DEGREES, *CHOICES, *CLOCK)
AT_FIELD = {"day": "date", "starts": "start", "ends": "end", **{own: field for field, own in TEXTS.items()}}
PLACE = ("venue", "address", "postcode")
NEW_SERIES = "new"

EMPTY = {
    "speaker": {"name": "", "line": "", "standing": "invited"},
    "question": {"id": "", "text": "", "kind": "text", "choices": "", "purpose": "", "days": str(LONGEST_DAYS)},
}
"""What each line of the programme, and each question, consists of while nothing is typed in it."""


@dataclass(frozen=True)
class Typed:
    """Everything that stands in the form: its fields, and the lines of the programme and of the questions."""

    values: Mapping[str, str]
    speakers: Sequence[Row] = ()
    questions: Sequence[Row] = ()


@dataclass(frozen=True)
class Wanted:
    """What the form says, read. ``series_title`` is that of a series to begin, or nothing."""

    group: Group
    campaign: Campaign | None
    series: Series | None
    series_title: str
    details: Details
    speakers: Sequence[Speaking]
    questions: Sequence[Asking]


BLANK = Typed({**dict.fromkeys(ACCESS, "unknown"), "audience": "everybody", "series": ""})
"""A new event, before anything is typed."""


def as_typed(details: Details) -> dict[str, str]:
    """Details as they would be typed (0 queries)."""
    return {
        **{field: str(getattr(details, own)) for field, own in TEXTS.items()},
        **{name: _shown(getattr(details, name)) for name in (*FIGURES, *DEGREES)},
        "date": details.day.isoformat(),
        "start": f"{details.starts:%H:%M}" if details.starts else "",
        "end": f"{details.ends:%H:%M}" if details.ends else "",
        "time_later": "" if details.starts else "yes",
        "venue_later": "" if details.venue_name else "yes",
        "count_hidden": "" if details.count_shown else "yes",
    }


def as_it_is(event: Event) -> Typed:
    """An event as it would be typed (2 queries)."""
    values = {
        **as_typed(details_of(event)),
        "group": str(event.group_id),
        "campaign": str(event.campaign_id or ""),
        "series": str(event.series_id or ""),
        "series_title": "",
        "version": str(event.version),
    }
    speakers = [{"name": one.name, "line": one.line, "standing": one.standing} for one in programme_of(event.id)]
    return Typed(values, speakers, [question_row(one) for one in questions_of(event.id)])


def _shown(value: float | None) -> str:
    return "" if value is None else str(value)


def question_row(one: Question | Asking) -> Row:
    """A question as it would be typed (0 queries)."""
    return {
        "id": str(one.id or ""),
        "text": one.text,
        "kind": one.kind,
        "choices": "\n".join(one.choices),
        "purpose": one.purpose,
        "days": str(one.days),
    }


def taken(post: Mapping[str, str], before: Typed) -> Typed:
    """What was typed. A field that the request does not have at all stays as it was before; a tick does not."""
    values = {name: post.get(name, before.values.get(name, "")) for name in FIELDS}
    values |= {name: post.get(name, "") for name in (*TICKS, *SEEN)}
    return Typed(
        values,
        # A form that shows none of a kind leaves them alone.
        lines.sent(post, "speaker", EMPTY["speaker"]) or before.speakers,
        lines.sent(post, "question", EMPTY["question"]) or before.questions,
    )


STEP = re.compile(r"(speaker|question)-(more|up|drop)(?:-([0-9]{1,2}))?")


def stepped(typed: Typed, step: str) -> Typed | None:
    """The form after one of the buttons at its lines: one more, one up, one less; None for any other button."""
    match = STEP.fullmatch(step)
    if match is None:
        return None
    kind, verb, number = match[1], match[2], int(match[3] or 0)
    rows = lines.moved(typed.speakers if kind == "speaker" else typed.questions, verb, number, EMPTY[kind])
    return replace(typed, speakers=rows) if kind == "speaker" else replace(typed, questions=rows)


def read(groups: Sequence[Group], typed: Typed) -> Wanted:
    """What the form says (2 queries at most).

    :raises InvalidFields: with a sentence for each field that is wrong, so that one sees them all at once.
    """
    errors: dict[str, str] = {}
    values = typed.values
    group = next((group for group in groups if str(group.id) == values["group"]), None)
    if group is None:
        errors["group"] = _("Choose one of your groups.")
    campaign = campaign_from(group, values["campaign"], errors) if group else None
    series = _series(group, values["series"], errors) if group else None
    details = details_from(values, errors)
    speakers = [Speaking(**row) for row in typed.speakers]
    questions = [_asking(number, row, errors) for number, row in enumerate(typed.questions)]
    for check, what in ((checked, details), (checked_programme, speakers), (checked_questions, questions)):
        errors = _also_wrong(check, what, errors)
    if errors or group is None:
        raise InvalidFields({AT_FIELD.get(name, name): sentence for name, sentence in errors.items()})
    new = values["series_title"] if values["series"] == NEW_SERIES else ""
    return Wanted(group, campaign, series, new, details, checked_programme(speakers), checked_questions(questions))


def _also_wrong(check: Any, what: object, errors: Mapping[str, str]) -> dict[str, str]:
    try:
        check(what)
    except InvalidFields as invalid:
        return {**invalid.errors, **errors}
    return dict(errors)


def campaign_from(group: Group, typed: str, errors: dict[str, str]) -> Campaign | None:
    """The campaign that is chosen (1 query, none without one); another organisation's is noted, and left out."""
    if not typed:
        return None
    chosen = [one for one in campaigns_of([group.organisation_id]) if str(one.id) == typed]
    if not chosen:
        errors["campaign"] = _("Choose a campaign of the organisation that calls the event.")
    return chosen[0] if chosen else None


def _series(group: Group, typed: str, errors: dict[str, str]) -> Series | None:
    if typed in {"", NEW_SERIES}:
        return None
    chosen = [one for one in series_of([group.organisation_id]) if str(one.id) == typed]
    if not chosen:
        errors["series"] = _("Choose a series of the organisation that calls the event.")
    return chosen[0] if chosen else None


def details_from(values: Mapping[str, str], errors: dict[str, str]) -> Details:
    """The details that are typed; what says nothing is noted by the name it has in the details, and left out."""
    texts = {own: values[field] for field, own in TEXTS.items()}
    degrees = {name: degrees_from(name, values[name], errors) for name in DEGREES}
    if values["venue_later"]:
        texts |= {TEXTS[field]: "" for field in PLACE}
        degrees = dict.fromkeys(DEGREES)
    elif not values["venue"].strip():
        errors["venue_name"] = _("Say where it is, or tick that the place is to be announced.")
    starts = ends = None
    if not values["time_later"]:
        starts, ends = clock_from("starts", values["start"], errors), clock_from("ends", values["end"], errors)
        if not values["start"].strip():
            errors["starts"] = _("Say when it begins, or tick that the time is to be announced.")
    figures = {name: figure_from(name, values[name], errors) for name in FIGURES}
    plain = Details(title="", day=day_from(values["date"], errors), starts=starts, ends=ends)
    return replace(plain, count_shown=not values["count_hidden"], **texts, **degrees, **figures)  # type: ignore[arg-type]


def day_from(typed: str, errors: dict[str, str]) -> date:
    """A day as it is typed; where it is none, that is noted and some day stands in its place."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        errors["day"] = _("Enter a day, for example 2016-07-20.")
        return date(2000, 1, 1)


def clock_from(name: str, typed: str, errors: dict[str, str]) -> time | None:
    """A time of day as it is typed, or None; where it is none, that is noted at the name."""
    typed = typed.strip()
    if not typed:
        return None
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?", typed):
        errors[name] = _("Enter a time, for example 18:30.")
        return None
    return time.fromisoformat(typed[:5])


def figure_from(name: str, typed: str, errors: dict[str, str]) -> int | None:
    """A whole number as it is typed, or None; where it is none, that is noted at the name."""
    plain = re.sub(r"[\s,]", "", typed)
    if not plain:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", plain):
        errors[name] = _("Enter a whole number, or leave it empty.")
        return None
    return int(plain)


def degrees_from(name: str, typed: str, errors: dict[str, str]) -> float | None:
    """Degrees as they are typed, or None; where they are none, that is noted at the name."""
    plain = typed.strip().replace(",", ".")
    if not plain:
        return None
    if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,20})?", plain):
        errors[name] = _("Enter degrees, for example 53.4794.")
        return None
    return float(plain)


def _asking(number: int, row: Row, errors: dict[str, str]) -> Asking:
    days = figure_from(f"question-{number}-days", row["days"], errors)
    try:
        known = UUID(row["id"]) if row["id"] else None
    except ValueError:
        known = None
    return Asking(
        text=row["text"],
        kind=row["kind"],
        choices=tuple(row["choices"].splitlines()),
        purpose=row["purpose"],
        days=LONGEST_DAYS if days is None else days,
        id=known,
    )


@dataclass(frozen=True)
class Lines:
    """Who speaks and what is asked, to hold against what is wanted."""

    speakers: Sequence[Speaking]
    questions: Sequence[Asking]


def lines_of(typed: Typed) -> Lines:
    """The lines of an event as it is (0 queries)."""
    return Lines(
        [Speaking(**row) for row in typed.speakers],
        [_asking(number, row, {}) for number, row in enumerate(typed.questions)],
    )


def moment_from(event: Event, typed: Mapping[str, str]) -> datetime:
    """The moment that was typed as ``date`` and ``time``, on the clock of the event's own zone.

    :raises InvalidFields: with a sentence for each part that is wrong.
    """
    errors: dict[str, str] = {}
    day, at = day_from(typed["date"], errors), clock_from("time", typed["time"], errors)
    if at is None:
        errors.setdefault("time", _("Enter a time, for example 18:30."))
    if at is None or errors:
        raise InvalidFields({"date" if name == "day" else name: sentence for name, sentence in errors.items()})
    return datetime.combine(day, at, ZoneInfo(event.zone))
