"""Who stands with what, at the desk: entered, let onto the page, taken off and taken back."""

import pytest
from django.http import HttpResponse
from django.test import Client

from groundswell.endorsements import operations
from groundswell.endorsements.models import Endorsement
from groundswell.endorsements.subjects import subject_at
from groundswell.events.models import Event
from groundswell.groups.models import Group
from groundswell.web.desk import endorsements
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def event(group: Group) -> Event:
    return made_up.event(group, day=made_up.in_days(20))


@pytest.fixture
def desk(group: Group) -> Client:
    return made_up.browser(made_up.account(group))


@pytest.fixture
def allies() -> Group:
    return made_up.root(made_up.organisation("allies", "Allies"))


def page(response: HttpResponse) -> str:
    found = Markup(response.content.decode())
    assert faults(found) == []
    return " ".join(found.text.split())


def form(event: Event, **fields: str) -> dict[str, str]:
    ordinary = {
        "page": f"http://127.0.0.1:8000/e/{event.slug}",
        "body": "Rail workers",
        "kind": "union",
        "decided": "motion",
        "contact_email": "office@rail.example.org",
    }
    return {**ordinary, **fields}


def test_one_is_entered_and_its_contact_is_asked(desk: Client, event: Event) -> None:
    assert "Nobody yet" in page(desk.get("/desk/endorsements"))
    new = f"/desk/endorsements/new?page=/e/{event.slug}"
    assert f'value="/e/{event.slug}"' in desk.get(new).content.decode()
    assert desk.post(new, form(event)).status_code == 303
    said = page(desk.get("/desk/endorsements"))
    for words in ("Written down.", "Rail workers", "Waits for its contact", "@rail.example.org", event.title):
        assert words in said
    assert "office@" not in said
    operations.confirm(token=operations.token_of(Endorsement.objects.get().id))
    said = page(desk.get("/desk/endorsements"))
    assert "Shown" in said
    assert "Confirmed from @rail.example.org" in said


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"page": "/nowhere"}, "Copy the address of a page here"),
        ({"decided_on": "soon"}, "Enter a day"),
        ({"body": ""}, "Write what the body is called"),
        ({"contact_email": "OLU@example.org"}, "signs in with this address"),
        ({"who": "01890a5d-ac96-774b-bcce-b302099a8057"}, "Choose one of your groups"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    desk: Client, event: Event, wrong: dict[str, str], words: str
) -> None:
    response = desk.post("/desk/endorsements/new", form(event, text="Kept <b>", **wrong))
    assert response.status_code == 422
    said = page(response)
    assert words in said
    assert "Kept <b>" in said


def test_a_group_says_that_it_stands_with_somebody_elses_and_these_let_it(
    desk: Client, event: Event, allies: Group
) -> None:
    theirs = made_up.browser(made_up.account(allies, email="max@example.org"))
    typed = form(event, who=str(allies.id), body="", contact_email="")
    assert theirs.post("/desk/endorsements/new", typed).status_code == 303
    assert "as soon as those who call to it let it" in page(theirs.get("/desk/endorsements"))
    again = theirs.post("/desk/endorsements/new", typed)
    assert (again.status_code, "stands with it already" in page(again)) == (409, True)
    assert "1 body stands with you and waits to be shown." in page(desk.get("/desk/"))
    one = f"/desk/endorsements/{Endorsement.objects.get().id}"
    assert desk.post(one, {"then": "accept"})["Location"] == "/desk/endorsements"
    assert "It stands on the page now." in page(desk.get("/desk/endorsements"))
    desk.post(one, {"then": "accept"})
    assert "stands on the page already" in page(desk.get("/desk/endorsements"))
    assert "What your groups stand with" in page(theirs.get("/desk/endorsements"))
    theirs.post(one, {"then": "remove"})
    assert "It stands on no page any more." in page(theirs.get("/desk/endorsements"))
    assert Endorsement.objects.count() == 0


def test_ones_own_group_stands_with_ones_own_event_at_once(desk: Client, group: Group, event: Event) -> None:
    desk.post("/desk/endorsements/new", form(event, who=str(group.id)))
    assert "It stands on the page now." in page(desk.get("/desk/endorsements"))


def test_with_somebody_elses_event_no_body_is_entered(desk: Client, allies: Group) -> None:
    theirs = made_up.event(allies)
    assert desk.post("/desk/endorsements/new", form(theirs)).status_code == 404
    assert desk.post(f"/desk/endorsements/{made_up.asked_endorsement(f'/e/{theirs.slug}').id}").status_code == 404


def test_who_only_looks_enters_nothing(group: Group, event: Event) -> None:
    viewer = made_up.browser(made_up.account(group, made_up.VIEWER, "vi@example.org"))
    made_up.endorsement(f"/e/{event.slug}")
    assert viewer.get("/desk/endorsements/new").status_code == 403
    said = page(viewer.get("/desk/endorsements"))
    assert "Rail workers" in said
    assert "Take off" not in said
    assert "@rail" not in said


def test_fifty_at_once(desk: Client, group: Group, event: Event) -> None:
    for number in range(51):
        operations.enter(
            made_up.SYSTEM,
            subject=subject_at(f"/e/{event.slug}"),
            details=made_up.endorsement_details(body=f"Body {number}"),
        )
    assert "Body 0" not in page(desk.get("/desk/endorsements"))
    assert "Body 0" in page(desk.get("/desk/endorsements?page=1"))


def test_what_is_shown_in_a_bloc_links_to_entering_one(desk: Client, group: Group, event: Event) -> None:
    bloc = made_up.bloc(group, event)
    assert "Enter an endorsement" in page(desk.get(f"/desk/blocs/{bloc.id}"))
    assert "Enter an endorsement" in page(desk.get(f"/desk/events/{event.id}"))


def test_a_bloc_that_asks_for_a_place_waits(desk: Client, event: Event, allies: Group) -> None:
    from groundswell.blocs.march import ask_for_place

    ask_for_place(made_up.SYSTEM, bloc=made_up.bloc(allies, event))
    made_up.bloc(allies, event, name="Asks nobody")
    from groundswell.blocs.models import Bloc

    Bloc.objects.filter(name="Red bloc").update(place="asked")
    said = page(desk.get("/desk/"))
    assert f"1 bloc asks for a place in the march of “{event.title}”." in said
    other = made_up.browser(made_up.account(allies, email="max@example.org"))
    assert "asks for a place" not in page(other.get("/desk/"))


def test_what_ones_groups_stand_with_leads_on_to_the_rest(
    desk: Client, group: Group, allies: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endorsements, "AT_ONCE", 2)
    for number in range(3):
        subject = subject_at(f"/e/{made_up.event(allies, title=f'Rally {number}').slug}")
        operations.stand(made_up.SYSTEM, group=group, subject=subject, details=made_up.endorsement_details())
    first = desk.get("/desk/endorsements").context
    last = desk.get("/desk/endorsements" + first["more_stands_url"]).context
    assert [one["subject"] for one in (*first["stands"], *last["stands"])] == ["Rally 2", "Rally 1", "Rally 0"]
    assert last["more_stands_url"] == ""
