"""An event kept as a template."""

from datetime import time

import pytest

from groundswell.events.access import template_for
from groundswell.events.details import details_of
from groundswell.events.models import Template
from groundswell.events.operations import change
from groundswell.events.programme import Speaking
from groundswell.events.queries import dropped_templates_for, group_of_template, templates_for
from groundswell.events.questions import Asking, set_questions
from groundswell.events.templates import (
    belongs_to,
    bring_template_back,
    details_from,
    drop_template,
    keep_as_template,
    questions_from,
    speakers_from,
)
from groundswell.events.timing import COMES_BACK
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.models import Group
from groundswell.groups.operations import create_campaign
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def organiser(group: Group) -> Actor:
    return made_up.actor(group)


def test_an_event_made_from_a_template_says_the_same(group: Group, organiser: Actor) -> None:
    event = made_up.event(group, ends=time(21), capacity=80, bsl="yes")
    template = keep_as_template(organiser, event=event, name="An evening")
    template.refresh_from_db()
    assert details_from(template, event.day) == details_of(event)
    assert details_from(template, made_up.in_days(30)).day == made_up.in_days(30)
    assert (belongs_to(template), speakers_from(template), questions_from(template)) == (
        {"campaign": "", "series": ""},
        [],
        [],
    )
    # What a version before this one kept knows fewer fields, and may know some that are gone.
    template.details = {"title": "Old", "colour": "red"}
    assert details_from(template, event.day).title == "Old"
    assert belongs_to(template) == {"campaign": "", "series": ""}
    assert (speakers_from(template), questions_from(template)) == ([], [])


def test_a_template_keeps_who_speaks_what_is_asked_and_what_it_belongs_to(group: Group, organiser: Actor) -> None:
    campaign = create_campaign(made_up.SYSTEM, organisation=group.organisation, name="Homes")
    event = made_up.draft(group, made_up.series(group))
    change(made_up.SYSTEM, event=event, details=details_of(event), campaign=campaign, series=event.series)
    made_up.programme(event, ("Bea", "Nurse"), ("Cem", ""))
    asked = Asking(text="Which coach?", kind="choice", choices=("North", "South"), purpose="To book seats", days=3)
    set_questions(made_up.SYSTEM, event=event, questions=[asked])
    event.refresh_from_db()
    template = keep_as_template(organiser, event=event, name="An evening")
    template.refresh_from_db()
    assert speakers_from(template) == [Speaking(name="Bea", line="Nurse"), Speaking(name="Cem")]
    assert questions_from(template) == [asked]
    assert belongs_to(template) == {"campaign": str(campaign.id), "series": str(event.series_id)}


def test_one_name_is_one_template(group: Group, organiser: Actor) -> None:
    keep_as_template(organiser, event=made_up.event(group), name="An evening")
    kept = keep_as_template(organiser, event=made_up.event(group, title="Newer"), name=" An  evening ")
    assert list(templates_for(organiser)) == [kept]
    assert kept.details["title"] == "Newer"
    drop_template(organiser, template=kept)
    drop_template(organiser, template=kept)
    assert (list(templates_for(made_up.SYSTEM)), list(dropped_templates_for(organiser))) == ([], [kept])


def test_a_template_comes_back_for_a_day(group: Group, organiser: Actor) -> None:
    event = made_up.event(group)
    kept = keep_as_template(organiser, event=event, name="An evening")
    drop_template(organiser, template=kept)
    bring_template_back(organiser, template=kept)
    assert (list(templates_for(organiser)), list(dropped_templates_for(made_up.SYSTEM))) == ([kept], [])
    drop_template(organiser, template=kept)
    Template.objects.update(dropped_at=now() - COMES_BACK)
    assert list(dropped_templates_for(organiser)) == []
    with pytest.raises(NotFound):
        bring_template_back(organiser, template=kept)
    # The name is not taken by what was thrown away.
    assert list(templates_for(organiser)) == []
    assert keep_as_template(organiser, event=event, name="An evening") in templates_for(organiser)


@pytest.mark.parametrize("name", ["", "a" * 81, "a\0"])
def test_a_template_has_a_name(group: Group, organiser: Actor, name: str) -> None:
    with pytest.raises(InvalidFields):
        keep_as_template(organiser, event=made_up.event(group), name=name)


def test_who_may(group: Group, organiser: Actor) -> None:
    template = keep_as_template(organiser, event=made_up.event(group), name="An evening")
    viewer = made_up.actor(group, made_up.VIEWER, "vera@example.org")
    stranger = made_up.actor(made_up.root(made_up.organisation("others", "Others")), email="max@example.org")
    assert template_for(organiser, template.id) == template
    assert (list(templates_for(viewer)), list(templates_for(stranger))) == ([], [])
    for actor, refusal in ((viewer, NotAllowed), (stranger, NotFound)):
        with pytest.raises(refusal):
            template_for(actor, template.id)
        with pytest.raises(refusal):
            drop_template(actor, template=template)
        with pytest.raises(refusal):
            bring_template_back(actor, template=template)
        with pytest.raises(refusal):
            keep_as_template(actor, event=made_up.event(group), name="x")
    with pytest.raises(NotFound):
        template_for(organiser, uuid7())


def test_it_is_known_whose_it_is(group: Group, organiser: Actor) -> None:
    template = keep_as_template(organiser, event=made_up.event(group), name="An evening")
    assert group_of_template(template.id) == group.id
    assert group_of_template(uuid7()) is None
