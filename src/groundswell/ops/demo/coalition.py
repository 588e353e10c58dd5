"""The organisations of the demo together: what they are to each other, their bloc, and the question they put."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from groundswell.blocs import callers as bloc_callers
from groundswell.blocs import march
from groundswell.blocs import operations as blocs
from groundswell.discussions import operations as discussions
from groundswell.endorsements import operations as endorsements
from groundswell.endorsements.subjects import Subject
from groundswell.events import operations as events
from groundswell.events.details import Details
from groundswell.groups.access import SYSTEM
from groundswell.groups.affiliations import Kind, accept_affiliation, offer_affiliation
from groundswell.groups.queries import organisation_by_slug, root_group
from groundswell.kit.clock import now
from groundswell.ops.demo.facts import TIES
from groundswell.ops.demo.fictions import (
    BACKGROUND,
    DECIDED,
    ENDORSED,
    FRONT,
    MEMBERS_BLOC,
    QUESTION,
    SAID,
    WEEKS_AGO,
)

if TYPE_CHECKING:
    from groundswell.blocs.models import Bloc
    from groundswell.discussions.models import Discussion
    from groundswell.events.models import Event
    from groundswell.groups.models import Group

FOUNDING, ALLY = "labour-assembly", "momentum"
"""Who calls to the members' bloc, and puts the question."""

SOON = timedelta(weeks=2)
"""Until when what the meetings decided is to be done."""


@transaction.atomic
def tie() -> None:
    """Let the organisations be to each other what they are."""
    for each in TIES:
        organisation, body = organisation_by_slug(each.organisation), organisation_by_slug(each.body)
        kind = Kind(each.kind)
        offered = offer_affiliation(SYSTEM, organisation=organisation, address=body.slug, kind=kind)
        accept_affiliation(SYSTEM, organisation=body, affiliation_id=offered.id)


@transaction.atomic
def call_blocs(event: Event) -> Bloc:
    """Make the order of march: the host's own bloc, and the members' bloc to which two organisations call."""
    front = blocs.publish(SYSTEM, bloc=blocs.call(SYSTEM, group=event.group, event=event, details=FRONT))
    bloc = blocs.call(SYSTEM, group=_root(FOUNDING), event=event, details=MEMBERS_BLOC)
    invited = bloc_callers.invite(SYSTEM, bloc=bloc, group=_root(ALLY))
    bloc_callers.accept(SYSTEM, caller=invited)
    bloc = blocs.publish(SYSTEM, bloc=bloc)
    for each in (front, bloc):
        march.ask_for_place(SYSTEM, bloc=each)
    for details in ENDORSED:
        made = endorsements.enter(SYSTEM, subject=Subject("bloc", bloc), details=details)
        endorsements.confirm(token=endorsements.token_of(made.id))
    return bloc


@transaction.atomic
def put_question() -> None:
    """Put the question of the discussion programme, with the meetings that were held on it."""
    question = discussions.begin(SYSTEM, group=_root(FOUNDING), question=QUESTION, background=BACKGROUND)
    question = discussions.open_it(SYSTEM, discussion=question)
    for slug, weeks in WEEKS_AGO.items():
        if slug != FOUNDING:
            asked = discussions.ask(SYSTEM, discussion=question, group=_root(slug))
            discussions.answer_call(SYSTEM, caller=asked, accept=True)
        _meet(question, slug, weeks)


def _meet(question: Discussion, slug: str, weeks: int) -> None:
    group = _root(slug)
    day = (now() - timedelta(weeks=weeks)).date()
    details = Details(title=f"{QUESTION} {group.name} discusses", kind="discussion", day=day)
    event = events.write_down(SYSTEM, group=group, details=details)
    meeting = discussions.hold(SYSTEM, discussion=question, event=event)
    decided = [replace(one, due=(now() + SOON).date()) for one in DECIDED.get(slug, ())]
    discussions.write_up(SYSTEM, meeting=meeting, said=SAID[slug], decided=decided)


def _root(slug: str) -> Group:
    return root_group(organisation_by_slug(slug).id)
