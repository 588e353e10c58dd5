"""``/e/<slug>``: an event, and the form with which somebody says that they are coming."""

import re
from collections.abc import Mapping
from datetime import time, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances.answers import BOXES, OFFERS, read_answer
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.events.questions import Asking, set_questions
from groundswell.intake import journal as module
from groundswell.intake.journal import NotKept
from groundswell.intake.models import Entry
from groundswell.kit.clock import now
from groundswell.people.queries import current_wordings
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db

writes_down = pytest.mark.django_db(transaction=True)
"""What goes into the journal is committed by its own thread."""

VALID = {"name": "Ada", "email": "ada@example.org", "postcode": "M1 1AE", "guests": "2", "agree": "yes"}


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation(contact_email="office@example.org")))


def page(response: HttpResponse) -> Markup:
    found = Markup(response.content.decode())
    assert faults(found) == []
    return found


def answer(client: Client, event: Event, query: str = "", **changed: str) -> HttpResponse:
    return client.post(f"/e/{event.slug}{query}", {**VALID, **changed})


def test_it_says_what_when_and_where(
    client: Client, event: Event, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(10):
        response = client.get(f"/e/{event.slug}")
    shown = " ".join(page(response).text.split())
    assert response.status_code == 200
    for words in ("Stand in unity", "Riverside Hall", "from 6.30 pm", "Tenants’ Union", "Bring a friend."):
        assert words in shown
    assert "Set-Cookie" not in response.headers


def test_the_form_asks_for_one_agreement_and_ticks_nothing(client: Client, event: Event) -> None:
    shown = page(client.get(f"/e/{event.slug}"))
    wordings = current_wordings(event.organisation_id)
    boxes = {box["name"]: box for box in shown.all("input") if box.get("type") == "checkbox"}
    assert set(boxes) == {*BOXES, *(f"offer-{offer}" for offer in OFFERS)}
    for name, purpose in BOXES.items():
        assert boxes[name]["value"] == str(wordings[purpose].id)
        assert wordings[purpose].text in shown.text
        assert "checked" not in boxes[name]
        assert ("required" in boxes[name]) is (name == "agree")
    (form,) = shown.all("form")
    assert "action" not in form
    assert form["method"] == "post"
    assert f"/privacy/{event.organisation.slug}" in client.get(f"/e/{event.slug}").content.decode()


def test_only_confirmed_people_count(client: Client, event: Event) -> None:
    made_up.answer(event, "bo@example.org", guests=5)
    assert "coming." not in page(client.get(f"/e/{event.slug}")).text
    made_up.confirmed(event, guests=2)
    assert "3 people are coming." in page(client.get(f"/e/{event.slug}")).text


@writes_down
def test_a_valid_answer_is_written_down_and_thanked(client: Client, event: Event) -> None:
    response = answer(client, event, "?via=friend-1", updates="yes")
    assert (response.status_code, response.headers["Location"]) == (303, f"/e/{event.slug}/thanks")
    entry = Entry.objects.get()
    assert (entry.kind, entry.organisation_id, entry.subject, entry.via) == (
        "attend",
        event.organisation_id,
        event.id,
        "friend-1",
    )
    read = read_answer(bytes(entry.payload))
    assert (read.name, read.email, read.sector, read.guests) == ("Ada", "ada@example.org", "M1 1", 2)
    assert set(read.ticked) == {"event", "updates"}
    thanks = page(client.get(response.headers["Location"]))
    assert "We have your answer" in thanks.text or "we have your answer" in thanks.text
    assert "You have a place" not in thanks.text


def values(shown: Markup) -> Mapping[str, str]:
    return {
        field["name"]: field.get("value", "")
        for field in shown.all("input")
        if field.get("type") not in {"checkbox", "radio"} or "checked" in field
    }


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("name", "<b>\0"),
        ("email", "ada@"),
        ("email", "ada@example.org\nBcc: eve@example.org"),
        ("postcode", "nowhere"),
        ("guests", "12"),
        ("agree", ""),
    ],
)
def test_what_is_wrong_comes_back_with_all_that_was_typed_and_a_sentence(
    client: Client, event: Event, field: str, typed: str
) -> None:
    response = answer(client, event, updates="yes", **{field: typed})
    shown = page(response)
    assert response.status_code == 422
    assert Entry.objects.count() == 0
    assert "Nothing is lost" in shown.text
    assert len([link for link in shown.all("a") if link.get("href", "").startswith(f"#{field}")]) >= 1
    back = values(shown)
    for name in {"name", "email", "postcode", "guests"} - {field}:
        assert back[name] == VALID[name]
    assert "updates" in back
    assert ("agree" in back) is (field != "agree")
    if field == "email" and "\n" not in typed:
        assert back["email"] == typed


def test_what_was_typed_is_shown_and_not_run(client: Client, event: Event) -> None:
    response = answer(client, event, name='"><script>alert(1)</script>', email="x")
    assert b"<script>alert" not in response.content
    assert values(page(response))["name"] == '"><script>alert(1)</script>'


def test_broken_utf_8_comes_back_with_a_sentence(client: Client, event: Event) -> None:
    body = urlencode(VALID).encode()
    for broken in (body.replace(b"Ada", b"Ad%FF"), body.replace(b"Ada", b"Ad\xff")):
        response = client.post(f"/e/{event.slug}", broken, content_type="application/x-www-form-urlencoded")
        assert response.status_code == 422
        assert "characters that are not text" in response.content.decode()
    assert Entry.objects.count() == 0


@writes_down
@pytest.mark.parametrize("audience", ["members", "invited"])
def test_whoever_has_the_link_can_answer_whomever_it_is_for(client: Client, event: Event, audience: str) -> None:
    """See decision 0064: nothing could prove it, and to ask would say who is a member."""
    few = made_up.event(event.group, audience=audience)
    assert answer(client, few).status_code == 303


@writes_down
def test_utf_8_that_is_not_quoted_is_read(client: Client, event: Event) -> None:
    body = urlencode(VALID).encode().replace(b"Ada", "Zoë".encode())
    response = client.post(f"/e/{event.slug}", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 303
    assert read_answer(bytes(Entry.objects.get().payload)).name == "Zoë"


@writes_down
def test_a_form_in_parts_is_read_as_well(client: Client, event: Event) -> None:
    assert client.post(f"/e/{event.slug}", VALID).status_code == 303
    assert client.post(f"/e/{event.slug}", VALID, content_type="application/json").status_code == 422


def test_an_event_that_closed_a_second_ago_takes_no_answer(client: Client, event: Event) -> None:
    with time_machine.travel(event.closes_at + timedelta(seconds=1)):
        response = answer(client, event)
        assert response.status_code == 409
        assert page(response).all("form") == []
        events.close_over()
        assert "This is over" in page(client.get(f"/e/{event.slug}")).text
    assert Entry.objects.count() == 0


def test_a_cancelled_event_says_so_and_takes_no_answer(client: Client, event: Event) -> None:
    events.cancel(made_up.SYSTEM, event=event)
    response = answer(client, event)
    assert response.status_code == 409
    assert "Cancelled" in page(response).text
    assert Entry.objects.count() == 0


@pytest.mark.parametrize("end", ["", "/thanks"])
def test_a_draft_is_as_if_it_were_not_there(client: Client, event: Event, end: str) -> None:
    draft = made_up.draft(event.group, title="Secret plans")
    response = client.get(f"/e/{draft.slug}{end}")
    missing = client.get(f"/e/unknown{end}")
    assert (response.status_code, missing.status_code) == (404, 404)
    assert response.content == missing.content
    if not end:
        assert answer(client, draft).status_code == 404


def test_what_is_not_known_is_to_be_announced(client: Client, event: Event) -> None:
    vague = made_up.event(event.group, title="Vague", starts=None, venue_name="")
    text = page(client.get(f"/e/{vague.slug}")).text
    assert "Time to be announced" in text
    assert "Place to be announced" in text


def test_another_zone_is_named(client: Client, event: Event) -> None:
    abroad = made_up.event(event.group, title="Abroad", zone="Europe/Paris", starts=time(18), ends=time(20))
    text = " ".join(page(client.get(f"/e/{abroad.slug}")).text.split())
    assert "Time of Europe/Paris" in text
    assert "from 6 pm to 8 pm" in text


def test_a_demonstration_says_so_and_asks_search_engines_to_stay_away(client: Client) -> None:
    note = "Demonstration, after events of July 2016"
    event = made_up.event(made_up.root(made_up.organisation(demonstration_note=note)))
    for address in (f"/e/{event.slug}", f"/e/{event.slug}/thanks", "/"):
        shown = page(client.get(address))
        assert note in shown.text
        assert any(meta.get("name") == "robots" and meta["content"] == "noindex" for meta in shown.all("meta"))


def test_text_is_shown_as_text(client: Client, event: Event) -> None:
    risky = made_up.event(event.group, title="Risky <b>", text="One\n\n<script>alert(1)</script>\ntwo")
    html = client.get(f"/e/{risky.slug}").content.decode()
    assert "<script>alert" not in html
    assert re.search(r"<p>One</p>", html)


def test_what_could_not_be_written_down_is_said(
    client: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object, __: object) -> None:
        raise NotKept("The journal could not be written.")

    monkeypatch.setattr(module.Journal, "append", fail)
    response = answer(client, event)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert "Nothing was stored" in page(response).text
    for typed in ("Ada", "ada@example.org"):
        assert f'value="{typed}"' in response.content.decode()


def test_another_method_is_refused(client: Client, event: Event) -> None:
    assert client.delete(f"/e/{event.slug}").status_code == 405
    assert client.post(f"/e/{event.slug}/thanks").status_code == 405
    assert client.head(f"/e/{event.slug}").status_code == 200


@writes_down
def test_an_answer_in_the_last_second_is_taken(client: Client, event: Event) -> None:
    with time_machine.travel(event.closes_at - timedelta(seconds=1)):
        assert answer(client, event).status_code == 303
    assert Entry.objects.get().received_at < event.closes_at
    assert event.closes_at > now()


@writes_down
def test_everything_that_is_asked_goes_along(client: Client, event: Event) -> None:
    (question,) = set_questions(
        made_up.SYSTEM, event=event, questions=[Asking(text="Which coach?", purpose="To book seats", days=0)]
    )
    shown = page(client.get(f"/e/{event.slug}")).text
    assert "Which coach?" in shown
    assert "To book seats. Deleted when the event is over." in " ".join(shown.split())
    name = f"question-{question.id}"
    answer(client, event, **{"answer": "tentative", "needs": "A seat", "offer-drive": "yes", name: "Hull"})
    read = read_answer(bytes(Entry.objects.get().payload))
    assert (read.status, read.needs, read.offers, read.responses) == (
        "tentative",
        "A seat",
        ("drive",),
        {question.id: "Hull"},
    )
    wrong = page(answer(client, event, **{"needs": "x" * 501, name: "Hull"}))
    assert {field["value"] for field in wrong.all("input") if field["name"] == name} == {"Hull"}


@pytest.mark.parametrize(("kind", "labels"), [("yes-no", ["Yes", "No"]), ("choice", ["Hull", "Leeds"])])
def test_a_question_with_answers_to_choose_from_shows_them(
    client: Client, event: Event, kind: str, labels: list[str]
) -> None:
    asking = Asking(text="Well?", kind=kind, choices=["Hull", "Leeds"], purpose="To know", days=1)
    set_questions(made_up.SYSTEM, event=event, questions=[asking])
    shown = page(client.get(f"/e/{event.slug}"))
    assert "Deleted 1 day after the event." in shown.text
    radios = [field for field in shown.all("input") if field["name"].startswith("question-")]
    assert len(radios) == 2
    assert all(label in shown.text for label in labels)


def test_when_all_places_are_taken_the_page_says_so(client: Client, event: Event) -> None:
    small = made_up.event(event.group, title="Small", capacity=1)
    assert "All places are taken" not in page(client.get(f"/e/{small.slug}")).text
    made_up.confirmed(small)
    assert "All places are taken" in page(client.get(f"/e/{small.slug}")).text
