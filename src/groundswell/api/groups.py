"""``/organisations`` and ``/groups``: whose token it is, and the tree of groups."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from groundswell.api import schemas
from groundswell.api.named import group_named
from groundswell.api.pages import Paging, page_of
from groundswell.api.problems import Problem
from groundswell.api.repeats import Key, once
from groundswell.api.shown import shown_group, shown_organisation
from groundswell.api.tokens import caller
from groundswell.events.details import slug_of
from groundswell.groups import operations as groups
from groundswell.groups.access import SYSTEM, group_for, organisations_of
from groundswell.groups.errors import InvalidFields
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


@router.post(
    "/groups",
    response={201: schemas.Group, 400: Problem, 401: Problem, 403: Problem, 413: Problem, 422: Problem},
    operation_id="createGroup",
    summary="Make a group",
)
def create_group(request: HttpRequest, group: schemas.NewGroup, key: Key = None) -> Status[schemas.Group]:
    """Below another one, with an address from its name. It takes a token with the role of an owner."""
    who = caller(request)

    def create() -> UUID:
        parent = group_named(who, group.parent, "parent")
        facts = {"name": group.name, "description": group.description}
        try:
            return groups.create_group(who.actor, parent=parent, slug=slug_of(group.name), **facts).id
        except InvalidFields as invalid:
            errors = {"name" if name == "slug" else name: sentence for name, sentence in invalid.errors.items()}
            raise InvalidFields(errors) from None

    # Which groups a token reaches was read before this one was there.
    return Status(201, shown_group(group_for(SYSTEM, once(request, key, create))))


@router.get(
    "/groups/{group_id}",
    response={200: schemas.Group, 401: Problem, 404: Problem, 422: Problem},
    operation_id="getGroup",
    summary="Get one group",
)
def get_group(request: HttpRequest, group_id: UUID) -> schemas.Group:
    """With its place in the tree."""
    return shown_group(group_for(caller(request).actor, group_id))
