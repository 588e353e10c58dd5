"""An event kept as a template."""

from datetime import time

import pytest

from groundswell.events.access import template_for
from groundswell.events.details import details_of
from groundswell.events.models import Template
from groundswell.events.queries import dropped_templates_for, templates_for
from groundswell.events.templates import bring_template_back, details_from, drop_template, keep_as_template
from groundswell.events.timing import COMES_BACK
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.models import Group
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
    # What a version before this one kept knows fewer fields, and may know some that are gone.
    template.details = {"title": "Old", "colour": "red"}
    assert details_from(template, event.day).title == "Old"


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
