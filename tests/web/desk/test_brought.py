"""The panel that tells the organisations which hold an event together what each of them brings."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client

from groundswell.attendances.figures import by_group
from groundswell.attendances.models import EventKey, Outside, Tally
from groundswell.attendances.queries import own_tally_of, part_of_event, tally_of
from groundswell.attendances.snapshots import take_snapshots
from groundswell.events.models import Event
from groundswell.groups.models import Group, Organisation
from groundswell.kit.clock import now
from groundswell.web.desk.brought import brought
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def ally() -> Organisation:
    return made_up.organisation("allies", "Allies & <friends>")


@pytest.fixture
def event(group: Group, ally: Organisation) -> Event:
    event = made_up.event(group)
    made_up.cohost(event, ally)
    return event


def panel(event: Event, organisation: Organisation) -> str:
    is_host = organisation.id == event.organisation_id
    own = own_tally_of(event.id) if is_host else part_of_event(event.id, organisation.id)
    return render_to_string("desk/brought.html", brought(event, organisation.id, tally_of(event.id), own))


def test_it_is_not_there_where_nobody_has_answered_elsewhere(event: Event) -> None:
    made_up.confirmed(event)
    assert panel(event, event.organisation).strip() == ""


def test_others_are_rounded_and_ones_own_is_exact(owner: Client, event: Event, ally: Organisation) -> None:
    for number in range(13):
        made_up.confirmed(event, f"{number}@example.org", by=ally, via="leaflet" if number < 5 else "poster")
    made_up.confirmed(event)
    assert "follows within the hour" in panel(event, event.organisation)
    made_up.snapshot()
    page = owner.get(f"/desk/events/{event.id}").content.decode()
    assert faults(Markup(page)) == []
    assert "What each brings" in page
    assert "Allies &amp; &lt;friends&gt;" in page
    for shown, figure, not_shown in (
        (page, '<td class="figure">10<', "13"),
        (panel(event, ally), "under ten", "14"),
    ):
        assert figure in shown
        assert f">{not_shown}<" not in shown
    assert ">13<" in panel(event, ally)
    assert "All together 10;" in page
    assert "leaflet" in panel(event, ally)
    assert "leaflet" not in page


def test_links_are_listed_from_five_on(event: Event, ally: Organisation) -> None:
    for number in range(9):
        made_up.confirmed(event, f"{number}@example.org", by=ally, via="leaflet" if number < 5 else "poster")
    shown = panel(event, ally)
    assert "leaflet" in shown
    assert "poster" not in shown


def test_all_are_under_ten(event: Event, ally: Organisation) -> None:
    made_up.confirmed(event, by=ally)
    made_up.snapshot()
    assert "All together under ten." in panel(event, event.organisation)


def test_without_the_key_it_is_between_two_figures(event: Event, ally: Organisation) -> None:
    made_up.answer(event, by=ally)
    made_up.snapshot()
    EventKey.objects.all().delete()
    Tally.objects.update(shown_at=now() - timedelta(hours=1))
    take_snapshots()
    assert "All together between 0 and 0" in panel(event, event.organisation)


def test_a_cohost_has_it_on_its_own_page(event: Event, ally: Organisation) -> None:
    account = made_up.account(made_up.root(ally), email="al@example.org")
    for number in range(13):
        made_up.confirmed(event, f"{number}@example.org")
    made_up.confirmed(event, by=ally)
    made_up.snapshot()
    page = made_up.browser(account).get(f"/desk/cohosting/{event.cohosts.get().id}").content.decode()
    assert "What each brings" in page
    assert ">10<" in page
    assert ">13<" not in page


def test_ones_own_groups_are_listed_where_several_bring_five_or_more(event: Event, ally: Organisation) -> None:
    branch = made_up.branch(made_up.root(ally), "hillside", "Hillside branch")
    bloc = made_up.bloc(branch, event)
    for number in range(5):
        made_up.confirmed(event, f"{number}@example.org", by=ally)
    assert "By your groups" not in panel(event, ally)
    for number in range(6):
        made_up.confirm(made_up.joined(bloc, f"b{number}@example.org"))
    shown = panel(event, ally)
    assert "By your groups" in shown
    assert list(by_group(event, ally.id).items()) == [("Hillside branch", 6), (made_up.root(ally).name, 5)]
    assert "Hillside branch" not in panel(event, event.organisation)


def test_the_host_and_who_only_calls_a_bloc_have_groups_too(event: Event, ally: Organisation) -> None:
    caller = made_up.root(made_up.organisation("callers", "Callers"))
    bloc = made_up.bloc(made_up.branch(caller, "dale", "Dale branch"), event)
    for number in range(5):
        made_up.confirm(made_up.joined(bloc, f"{number}@example.org"))
        made_up.confirmed(event, f"h{number}@example.org")
    assert by_group(event, caller.organisation_id) == {"Dale branch": 5}
    assert by_group(event) == {event.group.name: 5}
    cohosts = made_up.root(ally).name
    made_up.confirmed(event, "c@example.org", by=ally)
    assert by_group(event, ally.id) == {cohosts: 1}


def test_once_totals_are_fixed_those_without_a_name_stand_apart(event: Event, ally: Organisation) -> None:
    made_up.confirmed(event, by=ally)
    made_up.snapshot()
    Tally.objects.update(counted=19)
    assert "without a name" not in panel(event, ally)
    Tally.objects.update(counted=9, frozen_at=now())
    assert "without a name" not in panel(event, ally)
    Tally.objects.update(counted=19)
    assert "And 10 who were counted without a name" in panel(event, ally)


def test_allies_outside_widen_the_figure(organiser: Client, event: Event, ally: Organisation) -> None:
    made_up.confirmed(event, guests=9)
    made_up.confirmed(event, "bo@example.org", guests=9)
    path = f"/desk/events/{event.id}/together"
    organiser.post(path, {"form": "outside", "ally": "Rail workers, Hull", "ally_people": "40"})
    organiser.post(path, {"form": "outside", "ally": "Rail workers, Hull", "ally_people": "35"})
    shown = " ".join(Markup(panel(event, event.organisation)).text.split())
    assert "by its own word35" in shown
    assert "With the allies who are not here between 35 and 55" in shown
    whole = organiser.get(path).content.decode()
    assert faults(Markup(whole)) == []
    (button,) = [each for each in Markup(whole).all("button") if each.get("name") == "outside"]
    organiser.post(path, {"form": "drop-outside", "outside": button["value"]})
    assert Outside.objects.count() == 0
    assert organiser.post(path, {"form": "drop-outside", "outside": button["value"]}).status_code == 404


@pytest.mark.parametrize("people", ["", "0", "-4", "many", "12345678", "1000001"])
def test_what_is_no_number_is_said_and_kept(organiser: Client, event: Event, people: str) -> None:
    answer = organiser.post(
        f"/desk/events/{event.id}/together", {"form": "outside", "ally": "Kept", "ally_people": people}
    )
    assert (answer.status_code, Outside.objects.count()) == (422, 0)
    assert "Enter how many people they say" in answer.content.decode()
    assert 'value="Kept"' in answer.content.decode()
