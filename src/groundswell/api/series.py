"""``/series``: events that belong together."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from groundswell.api import schemas
from groundswell.api.named import group_named
from groundswell.api.pages import Paging, page_of
from groundswell.api.problems import Problem
from groundswell.api.repeats import Key, once
from groundswell.api.shown import shown_series
from groundswell.api.tokens import caller
from groundswell.events.access import series_with
from groundswell.events.queries import series_for
from groundswell.events.series import begin_series as begin
from groundswell.events.series import change_series as change

router = Router()


@router.get(
    "/series",
    response={200: schemas.SeriesPage, 401: Problem, 422: Problem},
    operation_id="listSeries",
    summary="List the organisation’s series",
)
def list_series(request: HttpRequest, asked: Query[Paging]) -> schemas.SeriesPage:
    """Those without events too, the newest first."""
    page, following = page_of(series_for(caller(request).actor), asked, request)
    return schemas.SeriesPage(items=[shown_series(series) for series in page], next=following)


@router.post(
    "/series",
    response={201: schemas.Series, 400: Problem, 401: Problem, 413: Problem, 422: Problem},
    operation_id="beginSeries",
    summary="Begin a series",
)
def begin_series(request: HttpRequest, series: schemas.NewSeries, key: Key = None) -> Status[schemas.Series]:
    """It has a page from its first published event on."""
    who = caller(request)

    def make() -> UUID:
        group = group_named(who, series.group)
        return begin(who.actor, group=group, title=series.title, text=series.text).id

    return Status(201, get_series(request, once(request, key, make)))


@router.get(
    "/series/{series_id}",
    response={200: schemas.Series, 401: Problem, 404: Problem, 422: Problem},
    operation_id="getSeries",
    summary="Get one series",
)
def get_series(request: HttpRequest, series_id: UUID) -> schemas.Series:
    """What its page says above its events."""
    return shown_series(series_with(caller(request).actor, series_id))


@router.patch(
    "/series/{series_id}",
    response={200: schemas.Series, 400: Problem, 401: Problem, 404: Problem, 413: Problem, 422: Problem},
    operation_id="changeSeries",
    summary="Change what a series says",
)
def change_series(request: HttpRequest, series_id: UUID, series: schemas.ChangedSeries) -> schemas.Series:
    """What is left out stays, and its address does."""
    actor = caller(request).actor
    found = series_with(actor, series_id)
    words = {"title": found.title, "text": found.text, **series.model_dump(exclude_unset=True)}
    return shown_series(change(actor, series=found, **words))
