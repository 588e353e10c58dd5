"""``/a/<purpose>/<token>``: behind the links of a mail. A GET never changes anything."""

import pytest
from django.db.models import Model
from django.test import Client

from groundswell.attendances.links import link
from groundswell.attendances.models import Attendance, Tally
from groundswell.attendances.queries import responses_of
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.events.queries import questions_of
from groundswell.events.questions import Asking, set_questions
from groundswell.intake.journal import Journal, NotKept
from groundswell.intake.models import Entry
from groundswell.intake.settling import settle
from groundswell.kit.ids import uuid7
from groundswell.people.languages import offer_languages
from groundswell.people.models import Consent, Person
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db

writes_down = pytest.mark.django_db(transaction=True)
"""What goes into the journal is committed by its own thread."""

PURPOSES = ["confirm", "cancel", "forget"]


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation()))


@pytest.fixture
def attendance(event: Event) -> Attendance:
    return made_up.answer(event, guests=2)


def address(purpose: str, attendance: Attendance) -> str:
    subject = attendance.person_id if purpose == "forget" else attendance.id
    whole = link(purpose, attendance.organisation_id, subject)
    return "/" + whole.split("/", 3)[3]


def page(client: Client, where: str, form: dict[str, str] | None = None, status: int = 200) -> Markup:
    response = client.get(where) if form is None else client.post(where, form)
    assert response.status_code == status
    assert "no-store" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers
    found = Markup(response.content.decode())
    assert faults(found) == []
    return found


def press(client: Client, purpose: str, attendance: Attendance, status: int = 200) -> Markup:
    """Open the link and press its one button, as a browser does."""
    where = address(purpose, attendance)
    shown = page(client, where)
    hidden = {field["name"]: field["value"] for field in shown.all("input") if field.get("type") == "hidden"}
    return page(client, where, hidden, status)


def rows() -> list[object]:
    tables: list[type[Model]] = [Person, Attendance, Consent, Tally, Entry]
    return [list(table.objects.values()) for table in tables]  # type: ignore[attr-defined]


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("method", ["get", "head"])
def test_what_a_mail_scanner_opens_changes_nothing(
    client: Client, attendance: Attendance, purpose: str, method: str
) -> None:
    before = rows()
    for _ in range(3):
        assert getattr(client, method)(address(purpose, attendance)).status_code == 200
    while settle():
        pass
    assert rows() == before


@pytest.mark.parametrize("purpose", PURPOSES)
def test_it_shows_what_it_is_about_and_one_button(client: Client, attendance: Attendance, purpose: str) -> None:
    shown = page(client, address(purpose, attendance))
    assert len(shown.all("form")) == len(shown.all("button")) == 1
    assert ("Stand in unity" in shown.text) is (purpose != "forget")
    assert "Tenants’ Union" in shown.text
    if purpose == "confirm":
        assert "Ada" in shown.text
        assert "2" in shown.text


@writes_down
def test_the_button_confirms(client: Client, attendance: Attendance) -> None:
    done = press(client, "confirm", attendance)
    assert "We have your answer" in done.text
    settle()
    attendance.refresh_from_db()
    assert attendance.confirmed_at is not None
    assert Tally.objects.get().guests == 2


@writes_down
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("capacity", [None, 1])
def test_a_maybe_is_confirmed_as_a_maybe(client: Client, language: str, capacity: int | None) -> None:
    organisation = made_up.organisation()
    offer_languages(made_up.SYSTEM, organisation=organisation, languages=["en", "fr"])
    event = made_up.event(made_up.root(organisation), capacity=capacity)
    found = made_up.answer(event, answer="tentative", language=language)
    where = f"/{language}{address('confirm', found)}"
    shown = page(client, where)
    asked, button, said, afterwards, none_held, known = {
        "en": (
            "You may come?",
            "Yes, maybe",
            "Maybe",
            "You may come",
            "holds no place",
            "You have said that you may",
        ),
        "fr": (
            "Vous viendrez peut-être ?",
            "Oui, peut-être",
            "Peut-être",
            "Vous viendrez peut-être",
            "ne retient aucune place",
            "Vous avez dit que vous viendrez peut-être",
        ),
    }[language]
    words = shown.text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert asked in words
    assert button in words
    assert said in words
    done = page(client, where, {"answer": str(found.action)})
    assert afterwards in done.text
    assert (none_held in done.text) is (capacity is not None)
    assert not [
        no for no in ("You are coming", "A mail tells you", "Vous venez", "Un courriel") if no in done.text
    ]
    settle()
    found.refresh_from_db()
    assert (found.status, found.has_place) == ("tentative", False)
    changing = f"/{language}{address('change', found)}"
    assert known in page(client, changing).text
    assert "A mail tells you" not in page(client, changing, {"answer": "tentative", "guests": "0"}).text


@writes_down
def test_the_button_cancels(client: Client, attendance: Attendance) -> None:
    made_up.confirm(attendance)
    assert "You are not coming" in press(client, "cancel", attendance).text
    settle()
    assert Tally.objects.get().confirmed == 0


@writes_down
def test_the_button_forgets(client: Client, attendance: Attendance) -> None:
    assert "You are forgotten" in press(client, "forget", attendance).text
    settle()
    assert Person.objects.count() == Attendance.objects.count() == 0
    for purpose in PURPOSES:
        assert "There is nothing here any more" in page(client, address(purpose, attendance)).text
        assert "There is nothing here any more" in page(client, address(purpose, attendance), {}).text
    assert Entry.objects.count() == 1


@writes_down
def test_pressing_twice_is_pressing_once(client: Client, attendance: Attendance) -> None:
    for _ in range(2):
        press(client, "confirm", attendance)
    settle()
    press(client, "confirm", attendance)
    settle()
    assert (Tally.objects.get().confirmed, Consent.objects.count()) == (1, 1)


def test_a_page_that_shows_an_older_answer_confirms_nothing(
    client: Client, event: Event, attendance: Attendance
) -> None:
    shown = page(client, address("confirm", attendance))
    (answer,) = [field["value"] for field in shown.all("input") if field.get("name") == "answer"]
    made_up.answer(event, name="Mallory")
    refused = client.post(address("confirm", attendance), {"answer": answer})
    assert refused.status_code == 409
    assert "A newer answer has come in since" in refused.content.decode()
    assert Entry.objects.count() == 0
    # Opened again, it shows what came in, and who it is said to be from.
    assert "Mallory" in page(client, address("confirm", attendance)).text


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_link_is_good_for_its_purpose_and_organisation_only(
    client: Client, attendance: Attendance, purpose: str
) -> None:
    where = address(purpose, attendance)
    token = where.rpartition("/")[2]
    others = [other for other in PURPOSES if other != purpose]
    tokens = [f"/a/{other}/{token}" for other in [*others, "nothing", ""]]
    tokens += [where[:-1], f"{where}x", f"/a/{purpose}/", f"/a/{purpose}/x", f"/a/{purpose}/%00"]
    elsewhere = made_up.organisation("others", "Others")
    foreign = link(purpose, elsewhere.id, attendance.id)
    for wrong in tokens:
        assert client.get(wrong).status_code == 404, wrong
        assert client.post(wrong).status_code in {404, 405}, wrong
    assert "nothing here any more" in client.get("/" + foreign.split("/", 3)[3]).content.decode()
    assert Entry.objects.count() == 0


def test_a_broken_answer_is_refused(client: Client, attendance: Attendance) -> None:
    made_up.confirm(attendance)
    assert client.post(address("confirm", attendance), {"answer": "x"}).status_code == 404
    assert Entry.objects.count() == 0


def test_another_method_is_refused(client: Client, attendance: Attendance) -> None:
    assert client.delete(address("confirm", attendance)).status_code == 405


def test_somebody_elses_person_is_not_shown(client: Client, attendance: Attendance) -> None:
    unknown = link("forget", attendance.organisation_id, uuid7())
    assert "nothing here any more" in client.get("/" + unknown.split("/", 3)[3]).content.decode()


@writes_down
def test_an_answer_is_changed_by_who_has_the_mail(client: Client, event: Event) -> None:
    set_questions(made_up.SYSTEM, event=event, questions=[Asking(text="Which coach?", purpose="To book seats")])
    (question,) = questions_of(event.id)
    name = f"question-{question.id}"
    found = made_up.confirmed(event, guests=2, needs="A seat", **{"offer-drive": "yes", name: "Hull"})
    where = address("change", found)
    fields = {field["id"]: field for field in page(client, where).all("input")}
    assert "checked" in fields["answer-accepted"]
    assert "checked" in fields["guests-2"]
    assert "checked" in fields["offer-drive"]
    assert (fields["needs"]["value"], fields[name]["value"]) == ("A seat", "Hull")
    page(client, where, {"answer": "accepted", "guests": "12"}, 422)
    done = page(client, where, {"answer": "tentative", "guests": "1", name: "Leeds"})
    assert "We have your answer." in done.text
    settle()
    found.refresh_from_db()
    assert (found.status, found.guests, found.needs, found.offers) == ("tentative", 1, "", "")
    assert responses_of([found.id]) == {found.id: {question.id: "Leeds"}}


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk on which nothing can be written any more."""

    def fail(_: object, __: object) -> None:
        raise NotKept("The journal could not be written.")

    monkeypatch.setattr(Journal, "append", fail)


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    ("purpose", "stands"),
    [
        ("confirm", "your answer does not count yet"),
        ("cancel", "your answer stands as it was"),
        ("forget", "nothing is deleted yet"),
    ],
)
def test_a_button_that_could_not_be_kept_is_there_once_more_and_says_what_stands(
    client: Client, attendance: Attendance, purpose: str, stands: str
) -> None:
    before, first = rows(), page(client, address(purpose, attendance))
    shown = press(client, purpose, attendance, 503)
    assert f"This could not be kept, so {stands}. Press the button again in a minute." in shown.text
    assert shown.all("input") == first.all("input")
    assert "go" in shown.all("button")[0]["class"]
    assert rows() == before


@pytest.mark.usefixtures("full")
def test_boxes_of_an_answer_that_could_not_be_kept_stay_ticked(client: Client, event: Event) -> None:
    for number in range(6):
        made_up.cohost(event, made_up.organisation(f"crowd-{number}", f"Crowd {number}"))
    where = address("confirm", made_up.answer(event))
    boxes = [field for field in page(client, where).all("input") if field.get("type") == "checkbox"]
    hidden = {field["name"]: field["value"] for field in page(client, where).all("input") if field not in boxes}
    assert len(boxes) == 6
    shown = page(client, where, {**hidden, boxes[1]["name"]: boxes[1]["value"]}, 503)
    assert [field["id"] for field in shown.all("input") if "checked" in field] == [boxes[1]["id"]]


@pytest.mark.usefixtures("full")
def test_a_change_that_could_not_be_written_down_stays_on_the_page(client: Client, event: Event) -> None:
    found = made_up.confirmed(event)
    typed = {"answer": "tentative", "guests": "3", "needs": "A seat by the door", "offer-drive": "yes"}
    shown = page(client, address("change", found), typed, 503)
    assert "Nothing was stored" in shown.text
    fields = {field["id"]: field for field in shown.all("input")}
    assert all("checked" in fields[name] for name in ("answer-tentative", "guests-3", "offer-drive"))
    assert fields["needs"]["value"] == "A seat by the door"


def test_what_is_not_confirmed_is_not_changed(client: Client, attendance: Attendance) -> None:
    assert "Please confirm first" in page(client, address("change", attendance)).text


def test_once_it_is_off_nothing_is_changed(client: Client, event: Event) -> None:
    where = address("change", made_up.confirmed(event))
    events.cancel(made_up.SYSTEM, event=event)
    assert client.get(where).status_code == 409


def test_online_is_told_to_those_who_have_a_place(client: Client, event: Event) -> None:
    online = made_up.event(event.group, title="Online", online_url="https://meet.example.org/x", capacity=1)
    seated, waiting = made_up.confirmed(online), made_up.confirmed(online, "ben@example.org")
    assert "https://meet.example.org/x" in page(client, address("change", seated)).text
    shown = page(client, address("change", waiting)).text
    assert "waiting list" in shown
    assert "https://meet.example.org/x" not in shown


@writes_down
def test_a_limited_room_promises_no_place(client: Client, event: Event) -> None:
    limited = made_up.event(event.group, title="Small", capacity=1)
    first = made_up.answer(limited)
    assert "whether you have a place" in press(client, "confirm", first).text
    settle()
    where = address("change", first)
    assert "whether there is room" in page(client, where, {"answer": "accepted", "guests": "3"}).text
