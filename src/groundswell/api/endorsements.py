"""``/endorsements``: which bodies stand with what the organisation calls to."""

from django.http import HttpRequest
from ninja import Query, Router

from groundswell.api import schemas
from groundswell.api.pages import Paging, page_of
from groundswell.api.problems import Problem
from groundswell.api.shown import shown_endorsement
from groundswell.api.tokens import caller
from groundswell.endorsements.queries import endorsements_for

router = Router()


@router.get(
    "/endorsements",
    response={200: schemas.EndorsementPage, 401: Problem, 422: Problem},
    operation_id="listEndorsements",
    summary="List who stands with what the organisation calls to",
)
def list_endorsements(request: HttpRequest, asked: Query[Paging]) -> schemas.EndorsementPage:
    """Those that wait to be confirmed or shown too, the newest first."""
    page, following = page_of(endorsements_for(caller(request).actor), asked, request)
    return schemas.EndorsementPage(items=[shown_endorsement(one) for one in page], next=following)
