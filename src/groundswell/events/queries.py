"""Reading events."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, Value, When

from groundswell.events.models import Audience, CoHost, Event, Picture, Question, Series, Speaker, Status, Template
from groundswell.events.near import Located
from groundswell.events.timing import COMES_BACK
from groundswell.groups.access import ORGANISER, SEE, Actor
from groundswell.groups.errors import NotFound
from groundswell.kit.clock import now

SHOWN = [Status.PUBLISHED, Status.CANCELLED]
MOST_PLACES = 20_000


def public_event(slug: str) -> Event:
    """An event's public page, for as long as it is anything but a draft (1 query).

    :raises NotFound: if there is none of that slug, or it is a draft.
    """
    event = (
        Event.objects.select_related("organisation", "group", "campaign", "series")
        .exclude(status=Status.DRAFT)
        .filter(slug=slug)
        .first()
    )
    if event is None:
        raise NotFound
    return event


def published(event_id: UUID) -> Event | None:
    """An event by its id, unless it is a draft or gone (1 query)."""
    return Event.objects.exclude(status=Status.DRAFT).filter(id=event_id).first()


def upcoming(limit: int = 50, groups: Sequence[UUID] | None = None, start: int = 0) -> list[Event]:
    """Published and cancelled events for everybody that lie ahead, the next first, from ``start`` on (1 query)."""
    return list(_ahead(groups)[start : start + limit])


def _ahead(groups: Sequence[UUID] | None) -> QuerySet[Event]:
    events = _listed().filter(closes_at__gt=now())
    if groups is not None:
        events = events.filter(group_id__in=groups)
    return events.order_by("opens_at", "id")


def places_ahead(groups: Sequence[UUID] | None = None) -> list[Located]:
    """Where they all are, of the next 20,000 (1 query)."""
    return _places(_ahead(groups))


def places_of_series(series_id: UUID) -> list[Located]:
    """The same of a series' events, also of those that are over (1 query)."""
    return _places(_of_series(series_id))


def _places(events: QuerySet[Event]) -> list[Located]:
    rows = events.select_related(None).values_list(*Located._fields)[:MOST_PLACES]
    return [Located(*row) for row in rows]


def in_this_order(ids: Sequence[UUID]) -> list[Event]:
    """The events for everybody of these ids (1 query)."""
    found = _listed().in_bulk(ids)
    return [found[each] for each in ids if each in found]


def _listed() -> QuerySet[Event]:
    shown = Event.objects.filter(status__in=[*SHOWN, Status.OVER], audience=Audience.EVERYBODY)
    return shown.select_related("organisation", "group", "series")


def listed(
    *,
    organisation: UUID | None = None,
    groups: Sequence[UUID] | None = None,
    series: UUID | None = None,
    limit: int = 500,
) -> list[Event]:
    """What feeds and the sitemap show of events for everybody (1 query).

    What lies ahead comes first, the next before the others, then what is past, the latest first: where there are
    more than ``limit``, the oldest are left out, and of those ahead the last.
    """
    events = _listed()
    if series is not None:
        events = events.filter(series_id=series)
    if organisation is not None:
        events = events.filter(organisation_id=organisation)
    if groups is not None:
        events = events.filter(group_id__in=groups)
    ahead = Case(When(closes_at__gt=now(), then=F("opens_at")))
    return list(events.order_by(ahead.asc(nulls_last=True), "-opens_at", "-id")[:limit])


def public_series(slug: str) -> Series:
    """A series that has anything to show (2 queries).

    :raises NotFound: if there is none of that slug, or all its events are drafts.
    """
    series = Series.objects.select_related("organisation", "group").filter(slug=slug).first()
    if series is None or not _listed().filter(series=series).exists():
        raise NotFound
    return series


def shown_of_series(series_id: UUID, limit: int = 200, start: int = 0) -> list[Event]:
    """A series' events for everybody, drafts left out, in the order of time, what is over last (1 query)."""
    return list(_of_series(series_id)[start : start + limit])


def _of_series(series_id: UUID) -> QuerySet[Event]:
    is_over = Case(When(status=Status.OVER, then=1), default=0)
    return _listed().filter(series_id=series_id).order_by(is_over, "opens_at", "id")


def how_many_in(series_id: UUID) -> int:
    """How many events a series shows to everybody (1 query)."""
    return _of_series(series_id).order_by().count()


def sisters_of(event: Event, limit: int = 30) -> list[Event]:
    """The other events of the same series, drafts too, in the order of time (1 query, none without a series)."""
    if event.series_id is None:
        return []
    others = Event.objects.select_related("organisation", "group").filter(series_id=event.series_id)
    return list(others.exclude(id=event.id).order_by("opens_at", "id")[:limit])


def programme_of(event_id: UUID) -> list[Speaker]:
    """Everybody in an event's programme, in order (1 query)."""
    return list(Speaker.objects.filter(event_id=event_id).order_by("position"))


def programmes_of(event_ids: Sequence[UUID]) -> dict[UUID, list[Speaker]]:
    """Everybody in the programme of each event, in order (1 query); events without one are left out."""
    found: dict[UUID, list[Speaker]] = {}
    for speaker in Speaker.objects.filter(event_id__in=event_ids).order_by("event_id", "position"):
        found.setdefault(speaker.event_id, []).append(speaker)
    return found


def announced_speakers(event_id: UUID) -> list[Speaker]:
    """Those who may be named on an event's page, in order (1 query)."""
    announced = Speaker.objects.filter(event_id=event_id, standing=Speaker.Standing.ANNOUNCED)
    return list(announced.order_by("position"))


def questions_of(event_id: UUID) -> list[Question]:
    """What an event's form asks beyond the usual, in order (1 query)."""
    return list(Question.objects.filter(event_id=event_id).order_by("position"))


def questions_by_event(event_ids: Sequence[UUID]) -> dict[UUID, list[Question]]:
    """What the form of each event asks beyond the usual, in order (1 query); those without are left out."""
    found: dict[UUID, list[Question]] = {}
    for question in Question.objects.filter(event_id__in=event_ids).order_by("event_id", "position"):
        found.setdefault(question.event_id, []).append(question)
    return found


def picture_of(event_id: UUID) -> Picture | None:
    """An event's picture without its bytes (1 query)."""
    return Picture.objects.filter(event_id=event_id, removed_at=None).defer("image").first()


def was_picture_removed(event_id: UUID) -> bool:
    """Whether an event had a picture until less than a day ago that can be put back (1 query)."""
    return Picture.objects.filter(event_id=event_id, removed_at__gt=now() - COMES_BACK).exists()


def public_picture(picture_id: UUID) -> bytes:
    """The bytes of a picture, for as long as its event has it (1 query).

    Also a draft's, for its preview: the id is a secret until the page shows it.

    :raises NotFound: if it is gone.
    """
    image = Picture.objects.filter(id=picture_id, removed_at=None).values_list("image", flat=True).first()
    if image is None:
        raise NotFound
    return bytes(image)


def series_of(organisation_ids: Sequence[UUID]) -> list[Series]:
    """The series of these organisations, by title (1 query)."""
    return list(Series.objects.filter(organisation_id__in=organisation_ids).order_by("title", "id"))


def series_for(actor: Actor) -> QuerySet[Series]:
    """The series in the actor's groups, the latest first; lazy, 1 query when read."""
    series = Series.objects.select_related("organisation", "group").order_by("-id")
    return series if actor.everything else series.filter(group_id__in=actor.groups(SEE))


def templates_for(actor: Actor) -> QuerySet[Template]:
    """The templates from which the actor may begin an event, by name; lazy, 1 query when read."""
    return _templates_of(actor).filter(dropped_at=None)


def dropped_templates_for(actor: Actor) -> QuerySet[Template]:
    """The templates thrown away less than a day ago, which the actor may bring back, by name; lazy, 1 query."""
    return _templates_of(actor).filter(dropped_at__gt=now() - COMES_BACK)


def _templates_of(actor: Actor) -> QuerySet[Template]:
    templates = Template.objects.select_related("group").order_by("name", "id")
    return templates if actor.everything else templates.filter(group_id__in=actor.groups(ORGANISER))


def dropped_drafts_for(actor: Actor) -> QuerySet[Event]:
    """The drafts thrown away within a day, which the actor may bring back, the last first; lazy, 1 query."""
    dropped = Event.with_dropped.filter(dropped_at__gt=now() - COMES_BACK).order_by("-dropped_at", "id")
    return dropped if actor.everything else dropped.filter(group_id__in=actor.groups(ORGANISER))


def events_for(actor: Actor) -> QuerySet[Event]:
    """Every event in the actor's groups or at which they have a role, the latest first; lazy, 1 query."""
    events = Event.objects.select_related("organisation", "group", "series").order_by("-id")
    if actor.everything:
        return events
    mine = Q(group_id__in=actor.groups(SEE))
    for group_id, event_id in actor.events(SEE):
        mine |= Q(group_id=group_id, id=event_id)
    return events.filter(mine)


def ahead_for(actor: Actor) -> QuerySet[Event]:
    """The events in the actor's groups that are not over, the next first; lazy, 1 query when read."""
    return events_for(actor).filter(closes_at__gt=now()).order_by("opens_at", "id")


def drafts_ahead(actor: Actor) -> QuerySet[Event]:
    """Those of them that nobody sees yet; lazy, 1 query when read."""
    return ahead_for(actor).filter(status=Status.DRAFT)


def past_for(actor: Actor) -> QuerySet[Event]:
    """The events in the actor's groups whose time is past, the latest first; lazy, 1 query when read."""
    return events_for(actor).filter(closes_at__lte=now()).order_by("-opens_at", "-id")


def group_of_event(event_id: UUID) -> UUID | None:
    """Whose an event is (1 query)."""
    return Event.objects.filter(id=event_id).values_list("group_id", flat=True).first()


def group_of_cohost(cohost_id: UUID) -> UUID | None:
    """The group that answers for a co-host's side; None where there is none (1 query)."""
    return CoHost.objects.filter(id=cohost_id).values_list("group_id", flat=True).first()


def group_of_series(series_id: UUID) -> UUID | None:
    """Whose a series is (1 query)."""
    return Series.objects.filter(id=series_id).values_list("group_id", flat=True).first()


def group_of_template(template_id: UUID) -> UUID | None:
    """Whose a template is (1 query)."""
    return Template.objects.filter(id=template_id).values_list("group_id", flat=True).first()


def is_open(event: Event) -> bool:
    """Whether an event takes answers at this moment (0 queries)."""
    return event.status == Status.PUBLISHED and event.closes_at > now()


def objects_within(groups: Sequence[UUID]) -> list[QuerySet[Any]]:
    """The ids of these groups' events (thrown away ones too), series and templates; lazy, to be looked for in."""
    everything = (Event.with_dropped, Series.objects, Template.objects)
    return [each.filter(group_id__in=groups).values("id") for each in everything]


def titles_of(ids: Sequence[UUID], own: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """What events, drafts that were thrown away, series and templates are called (1 query).

    Beside it the name of their page in the desk, where they have one and are of one's own organisations.
    """
    events = Event.objects.filter(id__in=ids).values_list("id", "title", "organisation_id", Value("event"))
    dropped = Event.with_dropped.filter(id__in=ids, dropped_at__isnull=False)
    gone = dropped.values_list("id", "title", "organisation_id", Value(""))
    series = Series.objects.filter(id__in=ids).values_list("id", "title", "organisation_id", Value("series-of"))
    templates = Template.objects.filter(id__in=ids).values_list("id", "name", "organisation_id", Value(""))
    found = events.union(gone, series, templates)
    return {id: (title, where if of in own else "") for id, title, of, where in found}
