"""``/api/v1/events``: listing, announcing and publishing."""

from datetime import datetime, time, timedelta
from typing import Any, get_args

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.events import programme, questions
from groundswell.events.details import Details
from groundswell.events.models import Event, Kind, Question, Speaker, Status
from groundswell.events.programme import Speaking
from groundswell.events.questions import Asking
from groundswell.groups.models import Organisation
from groundswell.ledger.models import Entry
from tests import made_up
from tests.api.conftest import client_of

EVENTS = "/api/v1/events"


def new_event(**facts: Any) -> dict[str, Any]:
    """The body of an ordinary new event."""
    return {"title": "Stand in unity", "day": made_up.in_days(7).isoformat(), **facts}


def announce(api: Client, **facts: Any) -> Any:
    return api.post(EVENTS, new_event(**facts), content_type="application/json")


def pointers(answer: Any) -> dict[str, str]:
    """The faults of a problem: a sentence by pointer or parameter."""
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return {fault.get("pointer", fault.get("parameter")): fault["detail"] for fault in answer.json()["errors"]}


def test_an_event_is_shown_as_it_is(api: Client, organisation: Organisation) -> None:
    event = made_up.event(made_up.root(organisation), venue_postcode="M1 1AE", ends=time(20))
    made_up.confirmed(event, guests=2)
    made_up.answer(event, "ben@example.org", "Ben", guests=5)
    (item,) = api.get(EVENTS).json()["items"]
    event.refresh_from_db()
    assert item == {
        "id": str(event.id),
        "slug": "stand-in-unity",
        "url": f"{settings.PUBLIC_URL}/e/stand-in-unity",
        "status": "published",
        "organisation": "tenants-union",
        "group": "tenants-union",
        "series": "",
        "campaign": "",
        "version": 0,
        "title": "Stand in unity",
        "kind": "rally",
        "text": "Bring a friend.",
        "day": event.day.isoformat(),
        "starts": "18:30:00",
        "ends": "20:00:00",
        "zone": "Europe/London",
        "opens_at": item["opens_at"],
        "closes_at": item["closes_at"],
        "venue_name": "Riverside Hall",
        "venue_address": "",
        "venue_postcode": "M1 1AE",
        "latitude": None,
        "longitude": None,
        "online_url": "",
        "step_free": "unknown",
        "seats": "unknown",
        "bsl": "unknown",
        "quiet_space": "unknown",
        "access_information": "",
        "capacity": None,
        "audience": "everybody",
        "contact_name": "",
        "contact_how": "",
        "count_shown": True,
        "expected": None,
        "target": None,
        "programme": [],
        "questions": [],
        "changed_at": None,
        "coming": 3,
        "demonstration_note": "",
        "created_at": item["created_at"],
        "published_at": item["published_at"],
    }
    for name in ("opens_at", "closes_at", "created_at", "published_at"):
        assert abs(datetime.fromisoformat(item[name]) - getattr(event, name)) < timedelta(milliseconds=1)


@pytest.mark.parametrize("events", [1, 3])
def test_a_list_costs_six_queries_however_long(
    api: Client, organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries, events: int
) -> None:
    for number in range(events):
        made_up.confirmed(made_up.event(made_up.root(organisation), title=f"Stand {number}"))
        made_up.in_full(made_up.root(organisation))
    with django_assert_num_queries(6):
        assert len(api.get(EVENTS).json()["items"]) == 2 * events


def test_the_slug_finds_one_event(api: Client, organisation: Organisation) -> None:
    made_up.event(made_up.root(organisation), title="One")
    made_up.draft(made_up.root(organisation), title="Two")
    assert [item["title"] for item in api.get(f"{EVENTS}?slug=two").json()["items"]] == ["Two"]
    assert api.get(f"{EVENTS}?slug=three").json() == {"items": [], "next": None}


def test_one_event_is_the_same_as_in_the_list(
    api: Client, organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    root = made_up.root(organisation)
    event = made_up.event(root, made_up.series(root))
    made_up.confirmed(event, guests=2)
    with django_assert_num_queries(6):
        one = api.get(f"{EVENTS}/{event.id}").json()
    assert [one] == api.get(EVENTS).json()["items"]
    assert (one["series"], one["coming"]) == ("homes-for-all", 3)


def test_events_of_branches_belong_to_the_organisation(api: Client, organisation: Organisation) -> None:
    made_up.event(made_up.branch(made_up.root(organisation)))
    (item,) = api.get(EVENTS).json()["items"]
    assert (item["organisation"], item["group"]) == ("tenants-union", "riverside")


def test_another_organisations_events_are_not_there(api: Client, other: Organisation) -> None:
    event = made_up.event(made_up.root(other))
    assert api.get(EVENTS).json()["items"] == []
    assert api.get(f"{EVENTS}?slug={event.slug}").json()["items"] == []


def test_an_event_is_announced_as_a_draft_and_published(api: Client, organisation: Organisation) -> None:
    answer = announce(
        api,
        kind="discussion",
        text="First paragraph.\r\n\r\nSecond.",
        starts="18:30",
        ends="01:00",
        zone="Europe/Dublin",
        venue_name="Hall",
        venue_address="Station Road 1",
        venue_postcode="bt1 5gs",
        access_information="Step-free.",
    )
    assert answer.status_code == 201, answer.content
    draft = answer.json()
    assert (draft["status"], draft["coming"], draft["published_at"]) == ("draft", 0, None)
    assert (draft["text"], draft["venue_postcode"]) == ("First paragraph.\n\nSecond.", "BT1 5GS")
    published = api.post(f"{EVENTS}/{draft['id']}/publish")
    assert published.status_code == 200
    assert published.json()["published_at"]
    assert published.json() == {**draft, "status": "published", "published_at": published.json()["published_at"]}
    assert Event.objects.get(id=draft["id"]).organisation == organisation
    assert api.get(f"/e/{draft['slug']}").status_code == 200


def test_what_is_left_out_is_to_be_announced(api: Client) -> None:
    draft = announce(api).json()
    assert (draft["starts"], draft["venue_name"], draft["kind"]) == (None, "", "rally")
    assert draft["group"] == "tenants-union"


def test_a_branch_announces(api: Client, organisation: Organisation) -> None:
    made_up.branch(made_up.root(organisation))
    assert announce(api, group="riverside").json()["group"] == "riverside"


@pytest.mark.parametrize("slug", ["cyclists", "nowhere"])
def test_a_group_must_be_the_organisations_own(api: Client, other: Organisation, slug: str) -> None:
    assert pointers(announce(api, group=slug)) == {"#/group": "The organisation has no group of this slug."}


@pytest.mark.parametrize(
    ("facts", "pointer", "sentence"),
    [
        ({"title": "  "}, "#/title", "Give the event a title."),
        ({"title": ""}, "#/title", "String should have at least 1 character."),
        ({"title": "a\nb"}, "#/title", "This contains characters that are not text."),
        ({"day": "tomorrow"}, "#/day", "Write the day like 2026-07-20."),
        ({"day": 0}, "#/day", "Write the day like 2026-07-20."),
        ({"day": "9999-12-31"}, "#/day", "Choose a day in one of the years 1900 to 2199."),
        ({"starts": "6 pm"}, "#/starts", "Write the time like 18:30."),
        ({"starts": 1830}, "#/starts", "Write the time like 18:30."),
        ({"ends": "20:00"}, "#/starts", "Say when it starts, or leave the end open as well."),
        ({"zone": "Europe/Atlantis"}, "#/zone", "This is not a time zone, for example Europe/London."),
        (
            {"venue_postcode": "ZZ9"},
            "#/venue_postcode",
            "This does not look like a UK postcode, for example M1 1AE.",
        ),
        ({"venue": "Hall"}, "#/venue", "Extra inputs are not permitted."),
        ({"a/b~": "Hall"}, "#/a~1b~0", "Extra inputs are not permitted."),
    ],
)
def test_what_is_wrong_is_named(api: Client, facts: dict[str, Any], pointer: str, sentence: str) -> None:
    assert pointers(announce(api, **facts)) == {pointer: sentence}
    assert not Event.objects.exists()


def test_all_faults_are_named_at_once(api: Client) -> None:
    assert set(pointers(announce(api, zone="Nowhere", venue_postcode="Q", ends="20:00"))) == {
        "#/zone",
        "#/venue_postcode",
        "#/starts",
    }


TEXTS = [
    "title",
    "kind",
    "text",
    "day",
    "starts",
    "zone",
    "venue_name",
    "venue_address",
    "venue_postcode",
    "group",
]


@pytest.mark.parametrize("field", [*TEXTS, "access_information", "ends", "no\0field"])
def test_a_null_character_is_refused_by_both_databases_alike(api: Client, field: str) -> None:
    assert announce(api, **{field: "a\0b"}).status_code == 422


@pytest.mark.parametrize("query", ["slug=a%00b", "cursor=a%00b", "limit=1%00", "slug=%ff", "slug=" + "a" * 81])
def test_a_parameter_that_cannot_be_is_refused(api: Client, query: str) -> None:
    assert set(pointers(api.get(f"{EVENTS}?{query}"))) == {query.partition("=")[0]}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b'"a"', b"[]", b"null", b'{"title": "\\ud800"}', b"[" * 9999]
)
def test_a_body_that_is_no_event_is_refused(api: Client, body: bytes) -> None:
    answer = api.post(EVENTS, body, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"


def test_a_body_that_is_too_large_is_refused(api: Client) -> None:
    answer = announce(api, text="a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    assert answer.status_code == 413
    assert answer.json()["code"] == "content-too-large"


def test_publishing_twice_is_a_conflict(api: Client, organisation: Organisation) -> None:
    event = made_up.event(made_up.root(organisation))
    answer = api.post(f"{EVENTS}/{event.id}/publish")
    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["title"]) == ("not-a-draft", "Conflict")


def test_an_event_that_is_over_cannot_be_published(api: Client, organisation: Organisation) -> None:
    event = made_up.draft(made_up.root(organisation), day=made_up.in_days(-3))
    answer = api.post(f"{EVENTS}/{event.id}/publish")
    assert (answer.status_code, answer.json()["code"]) == (422, "in-the-past")
    assert Event.objects.get().status == Status.DRAFT


def test_the_ledger_says_which_token_did_it(api: Client, organisation: Organisation) -> None:
    announce(api)
    entry = Entry.objects.get(verb="events.announce")
    assert entry.actor == organisation.api_tokens.get().id


def test_a_token_without_contact_data_announces_as_well(organisation: Organisation) -> None:
    assert announce(client_of(organisation, contact_data=False)).status_code == 201


def test_the_contract_knows_every_kind(api: Client) -> None:
    for number, kind in enumerate(Kind.values):
        assert announce(api, title=f"Event {number}", kind=kind).json()["kind"] == kind


def test_the_contract_takes_the_longest_texts_that_the_house_takes(api: Client) -> None:
    longest = {
        "title": 140,
        "text": 10_000,
        "venue_name": 140,
        "venue_address": 300,
        "access_information": 2000,
        "contact_name": 120,
        "contact_how": 200,
    }
    assert announce(api, **{name: "a" * length for name, length in longest.items()}).status_code == 201
    for name, length in longest.items():
        assert set(pointers(announce(api, **{name: "a" * (length + 1)}))) == {f"#/{name}"}


def test_the_contract_names_every_detail() -> None:
    from groundswell.api import schemas

    beside = {"group", "series", "campaign", "programme", "questions"}
    assert schemas.NewEvent.model_fields.keys() == Details.__dataclass_fields__.keys() | beside
    changed = schemas.ChangedEvent.model_fields.keys() - {"version", "tell", "words"}
    assert changed == schemas.NewEvent.model_fields.keys() - {"group"}
    assert schemas.NewEvent.model_fields.keys() < schemas.Event.model_fields.keys()
    assert schemas.Speaker.model_fields.keys() == Speaking.__dataclass_fields__.keys()
    assert schemas.Asked.model_fields.keys() == Asking.__dataclass_fields__.keys()


def test_the_contract_knows_every_standing_and_kind_of_question_and_each_most() -> None:
    from groundswell.api import schemas

    assert list(get_args(schemas.Standing)) == Speaker.Standing.values
    assert list(get_args(schemas.QuestionKind)) == Question.Kind.values
    fields = schemas.NewEvent.model_json_schema()["properties"]
    assert (fields["programme"]["maxItems"], fields["questions"]["maxItems"]) == (programme.MOST, questions.MOST)
    asked = schemas.Asked.model_json_schema()["properties"]
    assert (asked["choices"]["maxItems"], asked["days"]["maximum"]) == (
        questions.MOST_CHOICES,
        questions.LONGEST_DAYS,
    )
    assert asked["text"]["maxLength"] == asked["purpose"]["maxLength"] == questions.LONGEST
