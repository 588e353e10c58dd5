"""``/organisations`` and ``/groups``: whose token it is, and the tree of groups."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from groundswell.api import schemas
from groundswell.api.pages import Paging, page_of
from groundswell.api.problems import Problem
from groundswell.api.shown import shown_group, shown_organisation
from groundswell.api.tokens import caller
from groundswell.groups.access import group_for, organisations_of
from groundswell.groups.queries import campaigns_of, groups_for

router = Router()


@router.get(
    "/organisations",
    response={200: schemas.OrganisationPage, 401: Problem, 422: Problem},
    operation_id="listOrganisations",
    summary="Say whose token it is",
)
def list_organisations(request: HttpRequest) -> schemas.OrganisationPage:
    """A token is good for one organisation, so there is one."""
    items = [shown_organisation(each, campaigns_of([each.id])) for each in organisations_of(caller(request).actor)]
    return schemas.OrganisationPage(items=items, next=None)


@router.get(
    "/groups",
    response={200: schemas.GroupPage, 401: Problem, 422: Problem},
    operation_id="listGroups",
    summary="List the organisation’s groups",
)
def list_groups(request: HttpRequest, asked: Query[Paging]) -> schemas.GroupPage:
    """The whole organisation is one of them, the only one without a parent."""
    page, following = page_of(groups_for(caller(request).actor), asked, request)
    return schemas.GroupPage(items=[shown_group(group) for group in page], next=following)


@router.get(
    "/groups/{group_id}",
    response={200: schemas.Group, 401: Problem, 404: Problem, 422: Problem},
    operation_id="getGroup",
    summary="Get one group",
)
def get_group(request: HttpRequest, group_id: UUID) -> schemas.Group:
    """With its place in the tree."""
    return shown_group(group_for(caller(request).actor, group_id))
