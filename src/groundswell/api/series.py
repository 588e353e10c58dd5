"""``/series``: events that belong together."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from groundswell.api import schemas
from groundswell.api.pages import Paging, page_of
from groundswell.api.problems import Problem
from groundswell.api.shown import shown_series
from groundswell.api.tokens import caller
from groundswell.events.access import series_with
from groundswell.events.queries import series_for

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


@router.get(
    "/series/{series_id}",
    response={200: schemas.Series, 401: Problem, 404: Problem, 422: Problem},
    operation_id="getSeries",
    summary="Get one series",
)
def get_series(request: HttpRequest, series_id: UUID) -> schemas.Series:
    """What its page says above its events."""
    return shown_series(series_with(caller(request).actor, series_id))
