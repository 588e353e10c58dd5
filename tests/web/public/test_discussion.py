"""``/d/<slug>``: a question, with all that came of it."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.discussions import operations
from groundswell.events.operations import publish
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation(contact_email="office@example.org"))


def shown(client: Client, slug: str) -> str:
    found = Markup(client.get(f"/d/{slug}").content.decode())
    assert faults(found) == []
    return " ".join(found.text.split())


def test_it_gathers_what_was_said_and_decided(
    client: Client, group: Group, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    question = made_up.discussion(group)
    made_up.meeting(question, group, title="An evening")
    with django_assert_num_queries(6):
        said = shown(client, question.slug)
    for words in ("An evening", "Rents", "They rose by a third.", "A stall after An evening", "The branch"):
        assert words in said
    assert "Hold one in your town" in said


def test_what_came_of_an_outcome_is_linked_once_it_is_public(client: Client, group: Group) -> None:
    meeting = made_up.meeting(made_up.discussion(group), group)
    outcome = meeting.outcomes.get()
    event = operations.take_step(SYSTEM, outcome=outcome, day=made_up.in_days(9))
    assert "What came of it" not in shown(client, meeting.discussion.slug)
    publish(SYSTEM, event=event)
    assert "What came of it" in shown(client, meeting.discussion.slug)


def test_only_those_who_accepted_are_named(client: Client, group: Group) -> None:
    question = made_up.discussion(group)
    allies = made_up.root(made_up.organisation("allies", "The Allies"))
    caller = operations.ask(SYSTEM, discussion=question, group=allies)
    assert "The Allies" not in shown(client, question.slug)
    operations.answer_call(SYSTEM, caller=caller, accept=True)
    assert "The Allies" in shown(client, question.slug)


def test_nothing_yet_and_closed(client: Client, group: Group) -> None:
    question = made_up.discussion(group)
    assert "No meeting is announced" in shown(client, question.slug)
    operations.close(SYSTEM, discussion=question)
    said = shown(client, question.slug)
    assert "No more meetings are held." in said
    assert "Hold one in your town" not in said


def test_its_organisations_and_meetings_lead_to_it(client: Client, group: Group) -> None:
    others = made_up.root(made_up.organisation("others", "Others"))
    question = made_up.discussion(group)
    link = f'href="/d/{question.slug}"'
    meeting = made_up.meeting(question, group)
    assert link in client.get(f"/g/{group.slug}").content.decode()
    assert link in client.get(f"/e/{meeting.event.slug}").content.decode()
    asked = operations.ask(SYSTEM, discussion=question, group=others)
    assert link not in client.get(f"/g/{others.slug}").content.decode()
    operations.answer_call(SYSTEM, caller=asked, accept=True)
    assert link in client.get(f"/g/{others.slug}").content.decode()
    operations.close(SYSTEM, discussion=question)
    assert link not in client.get(f"/g/{group.slug}").content.decode()
    # What was said at a meeting can be read for as long as its page stands.
    assert link in client.get(f"/e/{meeting.event.slug}").content.decode()
