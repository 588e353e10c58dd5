"""The diary: what stands in it, for whom, and how it is found."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.events.models import Event, Template
from groundswell.events.operations import cancel, switch_door_list
from groundswell.events.templates import drop_template, keep_as_template
from groundswell.groups import operations as groups
from groundswell.groups.access import SYSTEM, actor_for
from groundswell.groups.models import Account, Group
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.operations import record
from groundswell.web.desk import diary
from tests import made_up
from tests.web.desk.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def olu(organiser: Client) -> Account:
    return Account.objects.get(email="olu@example.org")


@pytest.fixture
def rally(group: Group, olu: Account) -> Event:
    """Olu's; so that the diary has something to tell."""
    event = made_up.event(group, title="Big rally", capacity=50)
    switch_door_list(actor_for(olu), event=event, on=True)
    return event


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/desk/diary{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def lines(client: Client, query: str = "") -> list[str]:
    """The sentences, in their order."""
    found = re.findall(r"<time[^>]*>[^<]*</time> <span>(.*?)</span></li>", page(client, query))
    return [unescape(re.sub(r"<[^>]+>", "", sentence)) for sentence in found]


def test_it_says_who_did_what(owner: Client, rally: Event) -> None:
    assert "Olu switched the door list of Big rally on or off." in lines(owner)
    assert f'href="/desk/events/{rally.id}"' in page(owner)


def test_what_is_anothers_leads_nowhere(owner: Client, group: Group) -> None:
    others = made_up.root(made_up.organisation("others", "Others"))
    question = made_up.discussion(others)
    record(organisation_id=group.organisation_id, actor=None, verb="discussions.accept", object_id=question.id)
    theirs = made_up.event(others, title="Their march")
    record(organisation_id=group.organisation_id, actor=None, verb="events.accept_cohosting", object_id=theirs.id)
    whole = page(owner)
    assert "Groundswell accepted to hold Their march together." in lines(owner)
    assert f"/desk/discussions/{question.id}" not in whole
    assert f"/desk/events/{theirs.id}" not in whole


def test_it_says_who_looked_at_people(owner: Client, organiser: Client, rally: Event) -> None:
    made_up.confirmed(rally)
    organiser.get(f"/desk/events/{rally.id}")
    assert lines(owner)[0] == "Olu looked at the answers to Big rally: 1 person."


def test_it_names_nobody_who_answered(owner: Client, group: Group) -> None:
    made_up.confirmed(made_up.event(group), "ada@example.org", "Ada Lovelace")
    whole = page(owner)
    assert "1 answer was confirmed." in lines(owner)
    assert "Lovelace" not in whole
    assert "ada@example.org" not in whole


def test_what_is_done_on_the_command_line_is_said_to_be_so(owner: Client) -> None:
    assert "Groundswell made the organisation." in lines(owner)


def test_what_somebody_else_is_given_is_told_with_their_name(owner: Client, group: Group) -> None:
    made_up.account(group, made_up.VIEWER, "bea@example.org", "Bea <b>")
    assert f"Groundswell gave Bea <b> a role in {group.name}: Viewer." in lines(owner)
    assert "Bea &lt;b&gt;" in page(owner)


def test_without_a_name_only_an_owner_is_shown_the_address(owner: Client, organiser: Client, group: Group) -> None:
    account = made_up.account(group, made_up.ORGANISER, "nameless@example.org", "")
    cancel(actor_for(account), event=made_up.event(group, title="Theirs"))
    assert "nameless@example.org cancelled Theirs." in lines(owner)
    assert "Somebody without a name cancelled Theirs." in lines(organiser)
    assert "nameless@example.org" not in page(organiser)


def test_who_and_what_is_gone_is_said_to_be(owner: Client, group: Group, rally: Event) -> None:
    drop_template(SYSTEM, template=keep_as_template(SYSTEM, event=rally, name="Kept"))
    record(organisation_id=group.organisation_id, actor=uuid7(), verb="events.publish", object_id=rally.id)
    Template.objects.all().delete()
    found = lines(owner)
    assert found[0] == "Somebody whose account is gone published Big rally."
    assert "Groundswell kept the template something that is gone." in found


def test_a_program_is_called_by_its_label(owner: Client, group: Group, rally: Event) -> None:
    made_up.confirmed(rally)
    organisation = group.organisation
    secret = groups.make_api_token(SYSTEM, organisation=organisation, label="Map", contact_data=True)
    Client(headers={"Authorization": f"Bearer {secret}"}).get(f"/api/v1/events/{rally.id}/attendances")
    assert lines(owner)[0] == "The program “Map” fetched answers to Big rally: 1 person."


def test_what_another_version_wrote_down_is_shown_as_it_is(owner: Client, group: Group) -> None:
    record(organisation_id=group.organisation_id, actor=None, verb="later.verb")
    assert lines(owner)[0] == "Groundswell did something for which there are no words here: later.verb."


def test_an_organiser_reads_what_concerns_their_groups(group: Group, rally: Event) -> None:
    branch = made_up.branch(group, "north", "North")
    made_up.event(branch, title="Branch event")
    there = signed_in(made_up.account(branch, made_up.ORGANISER, "nia@example.org", "Nia"))
    told = " ".join(lines(there))
    assert "Branch event" in told
    assert "Big rally" not in told
    assert "made the organisation" not in told


def test_it_is_for_organisers(viewer: Client, stranger: Client, rally: Event) -> None:
    assert viewer.get("/desk/diary").status_code == 403
    assert "Big rally" not in page(stranger)


def test_it_is_found_by_who_what_and_when(owner: Client, olu: Account, rally: Event) -> None:
    assert lines(owner, f"?who={olu.id}") == ["Olu switched the door list of Big rally on or off."]
    assert set(lines(owner, f"?who={olu.id}&kind=reading")) == set()
    assert "Olu switched the door list of Big rally on or off." in lines(owner, "?kind=events")
    today = now().date()
    assert "Olu switched the door list of Big rally on or off." in lines(owner, f"?day={today}")
    assert lines(owner, f"?day={today - timedelta(days=2)}") == []
    assert lines(owner, "?day=x&kind=x&who=x") == lines(owner)
    assert lines(owner, "?day=0001-01-01") == lines(owner)


def test_it_is_grouped_by_day(owner: Client, group: Group) -> None:
    with time_machine.travel(now() + timedelta(days=3)):
        made_up.event(group, title="Later")
    days = re.findall(r'<h2 id="day-([-0-9]+)">', page(owner))
    assert len(days) == 2


def test_a_long_diary_goes_on(owner: Client, rally: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = lines(owner, "?kind=events")
    monkeypatch.setattr(diary, "AT_ONCE", 1)
    assert lines(owner, "?kind=events") == whole[:1]
    [older] = re.findall(r'href="([^"]*before=[^"]*)"', page(owner, "?kind=events"))
    older = unescape(older)
    assert older.startswith("?kind=events&before=")
    assert lines(owner, older) == whole[1:2]


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_however_much_was_done(
    owner: Client, group: Group, rally: Event, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for number in range(rows):
        made_up.event(group, title=f"Event {number}")
    with django_assert_num_queries(15):
        page(owner)


def test_it_speaks_french(owner: Client, rally: Event) -> None:
    told = owner.get("/desk/diary", headers={"Accept-Language": "fr"}).content.decode()
    assert "a activé ou désactivé la liste" in told
