"""At the stall, at the door, needs and help, and finding somebody."""

import re

import pytest
from django.test import Client

from groundswell.attendances.errors import NotAgreed
from groundswell.attendances.models import Attendance
from groundswell.attendances.queries import tally_of
from groundswell.events.models import Event
from groundswell.groups.models import Group
from groundswell.kit.ids import uuid7
from groundswell.people.queries import current_wordings
from groundswell.web.desk import event_door as door
from tests import made_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db


@pytest.fixture
def rally(group: Group) -> Event:
    return made_up.event(group, capacity=20)


@pytest.fixture
def steward(client: Client, group: Group) -> Client:
    client.force_login(made_up.account(group, made_up.STEWARD, "sam@example.org"))
    return client


def path(rally: Event, more: str) -> str:
    return f"/desk/events/{rally.id}/{more}"


def text(client: Client, where: str) -> str:
    return " ".join(Markup(client.get(where).content.decode()).text.split())


def test_one_after_the_other_is_written_down_at_the_stall(steward: Client, rally: Event) -> None:
    assert steward.get(path(rally, "stall")).status_code == 200
    wrong = steward.post(path(rally, "stall"), {"name": "Ada", "email": "ada"})
    assert wrong.status_code == 422
    assert 'value="Ada"' in wrong.content.decode()
    form = {"name": "Ada", "email": "ada@example.org", "guests": "2", "agree": "yes"}
    written = steward.post(path(rally, "stall"), form)
    assert written.headers["Location"] == path(rally, "stall?language=en")
    assert Attendance.objects.get().via == "stall"


def test_the_words_at_the_stall_are_in_a_language_of_the_organisations(steward: Client, rally: Event) -> None:
    french = {"Accept-Language": "fr"}
    agreed = current_wordings(rally.organisation_id, "en")["event"]
    page = steward.get(path(rally, "stall"), headers=french)
    assert page.context["boxes"][0][:2] == ("agree", agreed.text)
    assert page.context["languages"] == []
    form = {"name": "Ada", "email": "ada@example.org", "agree": str(agreed.id)}
    assert steward.post(path(rally, "stall"), form, headers=french).status_code == 303
    assert Attendance.objects.get().answer().language == "en"


def test_whoever_reads_the_words_out_chooses_their_language(steward: Client, rally: Event) -> None:
    made_up.speak(rally.organisation, "fr")
    french = current_wordings(rally.organisation_id, "fr")["event"]
    english = current_wordings(rally.organisation_id, "en")["event"]
    typed = {"name": "Ada", "email": "ada@example.org", "agree": str(english.id), "language": "fr"}
    shown = steward.post(path(rally, "stall"), {**typed, "then": "words"})
    assert (shown.status_code, Attendance.objects.count()) == (200, 0)
    # The enter key presses the first button of a form: that is not the one for the words.
    assert Markup(shown.content.decode()).all("button")[-1].get("value") == "words"
    name, words, wording, ticked, _error = shown.context["boxes"][0]
    assert (name, words, wording, ticked) == ("agree", french.text, french.id, False)
    assert 'value="Ada"' in shown.content.decode()
    assert f'lang="fr" dir="auto">{french.text}' in shown.content.decode()
    wrong = steward.post(path(rally, "stall"), {**typed, "agree": str(french.id), "email": "ada"})
    assert (wrong.status_code, wrong.context["boxes"][0][3]) == (422, True)
    written = steward.post(path(rally, "stall"), {**typed, "agree": str(french.id)})
    assert written.headers["Location"] == path(rally, "stall?language=fr")
    assert steward.get(written.headers["Location"]).context["boxes"][0][1] == french.text
    assert Attendance.objects.get().answer().language == "fr"
    assert steward.get(path(rally, "stall?language=xx")).context["form"]["values"]["language"] == "en"


def test_words_that_are_no_longer_in_force_lose_nothing_that_was_typed(steward: Client, rally: Event) -> None:
    typed = {"name": "Ada", "email": "ada@example.org", "agree": str(uuid7())}
    refused = steward.post(path(rally, "stall"), typed)
    assert (refused.status_code, Attendance.objects.count()) == (422, 0)
    assert 'value="ada@example.org"' in refused.content.decode()
    assert NotAgreed.sentence in refused.content.decode()


def test_nobody_is_added_to_what_is_off(steward: Client, rally: Event) -> None:
    made_up.events.cancel(made_up.SYSTEM, event=rally)
    form = {"name": "Ada", "email": "ada@example.org", "agree": "yes"}
    assert steward.post(path(rally, "stall"), form).headers["Location"] == f"/desk/events/{rally.id}"
    assert not Attendance.objects.exists()


def test_the_tally_is_kept_by_large_buttons(steward: Client, rally: Event) -> None:
    for people in ("1", "5", "-1", "9999", "x"):
        assert steward.post(path(rally, "door"), {"people": people}).status_code == 303
    assert tally_of(rally.id).door == 5
    assert "inside5" in text(steward, path(rally, "door")).replace(" ", "")


def test_a_door_list_is_switched_on_by_an_organiser_and_checks_people_off(
    organiser: Client, rally: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "AT_ONCE", 1)
    made_up.confirmed(rally, "ada@example.org", "Ada Lovelace", guests=1)
    made_up.confirmed(rally, "bo@example.org", "Bo Diddley")
    assert "Bo Diddley" not in text(organiser, path(rally, "door"))
    organiser.post(path(rally, "door/list"), {"on": "yes"})
    first = organiser.get(path(rally, "door")).content.decode()
    assert "Bo Diddley" in first
    assert "Ada Lovelace" not in first
    more = re.search(r'href="(\?before=[^"]+)"', first)[1]
    assert "Ada Lovelace" in text(organiser, path(rally, f"door{more}"))
    found = organiser.post(path(rally, "door"), {"q": "love"}).content.decode()
    assert "Bo Diddley" not in found
    url = re.search(r'action="([^"]+/door/[^"]+)"', found)[1]
    organiser.post(url, {"here": "yes"})
    assert "2 people are here." in text(organiser, path(rally, "door"))
    organiser.post(url, {"here": "no"})
    assert "0 people are here." in text(organiser, path(rally, "door"))
    organiser.post(path(rally, "door/list"), {"on": "no"})
    organiser.post(url, {"here": "yes"})
    assert "switched off" in text(organiser, path(rally, "door"))
    led = organiser.post(url, {"here": "yes"}, headers={"HX-Request": "true"})
    assert led.headers["HX-Redirect"] == path(rally, "door")


@pytest.fixture
def listed(rally: Event) -> list[Attendance]:
    """Three on the door list, the latest answer first."""
    made_up.events.switch_door_list(made_up.SYSTEM, event=rally, on=True)
    names = ("Ada Lovelace", "Bo Diddley", "Cem Karaca")
    return [made_up.confirmed(rally, f"{name[:2].strip().lower()}@example.org", name) for name in names][::-1]


def addresses_in(page: str) -> list[str]:
    """All that a page could lead to or send by, and so what a telephone could keep of it."""
    return re.findall(r'(?:href|action|hx-get|hx-post|hx-push-url|hx-replace-url|src)="([^"]*)"', page)


def test_no_name_is_in_an_address(organiser: Client, rally: Event, listed: list[Attendance]) -> None:
    found = organiser.post(path(rally, "door"), {"q": "lovelace"})
    page = found.content.decode()
    assert [person["name"] for person in found.context["people"]] == ["Ada Lovelace"]
    assert not [address for address in addresses_in(page) if "lovelace" in address.lower()]
    # What asks for a name sends it in the body.
    search = next(form for form in Markup(page).all("form") if form.get("role") == "search")
    assert (search["method"], search["action"]) == ("post", path(rally, "door"))
    ticked = organiser.post(path(rally, f"door/{listed[-1].id}"), {"here": "yes", "q": "lovelace"})
    moved = organiser.post(path(rally, "door"), {"people": "1", "q": "lovelace"})
    for response in (ticked, moved):
        assert (response.status_code, "Location" in response.headers) == (200, False)
        assert "no-store" in response.headers["Cache-Control"]


def test_whoever_is_checked_off_keeps_ones_place(
    organiser: Client, rally: Event, listed: list[Attendance], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "AT_ONCE", 1)
    cem, bo, ada = listed
    second = organiser.get(path(rally, f"door?before={cem.id}"))
    assert [person["name"] for person in second.context["people"]] == ["Bo Diddley"]
    assert f'name="before" value="{cem.id}"' in second.content.decode()
    sent = {"here": "yes", "before": str(cem.id)}
    ticked = organiser.post(path(rally, f"door/{bo.id}"), sent)
    assert ticked.headers["Location"] == path(rally, f"door?before={cem.id}")
    moved = organiser.post(path(rally, "door"), {"people": "1", "before": str(cem.id)})
    assert moved.headers["Location"] == path(rally, f"door?before={cem.id}")
    searched = organiser.post(path(rally, f"door/{ada.id}"), {"here": "yes", "q": "ada"})
    assert [(each["name"], each["here"]) for each in searched.context["people"]] == [("Ada Lovelace", True)]
    assert searched.context["part"] == "ada"


def test_only_the_line_and_the_figure_are_swapped(
    organiser: Client, rally: Event, listed: list[Attendance]
) -> None:
    sent, script = {"here": "yes", "q": "lovelace"}, {"HX-Request": "true"}
    line = organiser.post(path(rally, f"door/{listed[-1].id}"), sent, headers=script).content.decode()
    assert line.startswith(f'<li id="at-{listed[-1].id}">')
    assert "Not here after all" in line
    assert re.search(r'<span id="here"[^>]* hx-swap-oob="true">1 person is here\.', line)
    assert 'name="q" value="lovelace"' in line
    back = organiser.post(path(rally, f"door/{listed[-1].id}"), {"here": "no"}, headers=script).content.decode()
    assert "0 people are here." in back


def test_an_open_event_keeps_no_register(organiser: Client, group: Group) -> None:
    open_air = made_up.event(group)
    organiser.post(path(open_air, "door/list"), {"on": "yes"})
    shown = text(organiser, path(open_air, "door"))
    assert "nobody is registered" in shown
    assert "Switch a door list on" not in shown


def test_what_people_need_is_for_stewards(steward: Client, rally: Event, group: Group) -> None:
    made_up.confirmed(rally, needs="A seat, please", **{"offer-drive": "yes"})
    shown = text(steward, path(rally, "help"))
    assert "A seat, please" in shown
    assert "Drive people" in shown
    assert "ada@example.org" not in shown
    steward.force_login(made_up.account(group, made_up.VIEWER, "vera@example.org"))
    assert steward.get(path(rally, "help")).status_code == 403


def test_an_organiser_finds_somebody_by_name_or_address(organiser: Client, rally: Event) -> None:
    made_up.confirmed(rally, "ada@example.org", "Ada Lovelace")
    assert "Ada Lovelace" in text(organiser, path(rally, "find?q=lov"))
    assert "Ada Lovelace" in text(organiser, path(rally, "find?q=ADA@example.org"))
    assert "Nobody of this name" in text(organiser, path(rally, "find?q=zz"))
    part = organiser.get(path(rally, "find?q=ada"), headers={"HX-Request": "true"}).content.decode()
    assert part.startswith("<section")
    assert "Ada Lovelace" in part


def test_a_steward_finds_nobody_by_an_address(steward: Client, rally: Event) -> None:
    made_up.confirmed(rally, "ada@example.org", "Ada Lovelace")
    assert "Ada Lovelace" not in text(steward, path(rally, "find?q=ada@example.org"))
    assert "ada@example.org" not in text(steward, path(rally, "find?q=ada"))
