"""Saying whom one means at the desk, line by line."""

from collections.abc import Mapping

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.events.models import Event
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from groundswell.people.models import Segment
from groundswell.people.queries import segments_of
from groundswell.people.saved import save_segment
from groundswell.people.segments import kinds, parse
from groundswell.web.desk.segment_form import LABELS, NUMBERS, OPTIONS
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = [pytest.mark.django_db, pytest.mark.door]

NEW = "/desk/people/segments/new"
BOXES = ("agree", "updates")


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def desk(root: Group) -> Client:
    return made_up.browser(made_up.account(root))


@pytest.fixture
def event(root: Group) -> Event:
    event = made_up.event(root, venue_postcode="M1 1AE")
    for name, postcode in (("Ada", "M1 1AE"), ("Bo", "M1 2AA"), ("Cy", "SW1A 1AA")):
        made_up.confirmed(event, f"{name}@example.org", name, postcode=postcode, boxes=BOXES)
    return event


def line(number: int, **parts: str) -> dict[str, str]:
    return {f"line-{number}-{part}": value for part, value in parts.items()}


NEAR = {"is": "near", "postcode": "M1 1AE", "distance": "5", "unit": "miles", "join": "and"}


def sent(desk: Client, form: Mapping[str, str], then: str = "count", path: str = NEW) -> HttpResponse:
    return desk.post(path, {**form, "then": then})


def text(response: HttpResponse) -> str:
    page = Markup(response.content.decode())
    assert faults(page) == []
    return page.text


def test_a_new_one_has_one_line_and_says_what_is_missing(desk: Client) -> None:
    said = text(desk.get(NEW))
    assert "Line 1: This does not look like a UK postcode" in said


def test_it_is_counted_and_said_in_a_sentence_with_where_they_live(desk: Client, event: Event) -> None:
    response = sent(desk, line(0, **NEAR))
    said = text(response)
    assert "Those who live within 5 miles of M1 1AE." in said
    assert response.context["result"]["people"] == 2
    assert [(bar.label, bar.people) for bar in response.context["result"]["areas"]] == [("M", 2)]
    assert b"<svg" in response.content
    answered = {"join": "not", "is": "answered", "event": str(event.id)}
    response = sent(desk, {**line(0, **NEAR), **line(1, **answered)})
    assert response.context["result"]["people"] == 0


def test_whoever_did_not_agree_to_it_is_not_counted(desk: Client, event: Event) -> None:
    assert sent(desk, {"purpose": "nearby"}).context["result"]["people"] == 0
    assert sent(desk, {"purpose": "updates", "channel": "sms"}).context["result"]["people"] == 0
    assert sent(desk, {"purpose": "ally"}).context["result"]["people"] == 3


def test_lines_are_added_moved_and_taken_out(desk: Client) -> None:
    form = {**line(0, **NEAR), **line(1, **{"is": "tag", "name": "Stall"})}
    lines = sent(desk, form, "line-up-1").context["lines"]
    assert [row["is"]["value"] for row in lines] == ["tag", "near"]
    assert [row["is"]["value"] for row in sent(desk, form, "line-drop-0").context["lines"]] == ["tag"]
    assert len(sent(desk, form, "line-more").context["lines"]) == 3


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_kind_of_line_shows_its_fields_by_words(desk: Client, event: Event, kind: str) -> None:
    fields = kinds()[kind].__struct_fields__
    assert set(fields) <= set(LABELS)
    response = sent(desk, line(0, **{"is": kind}))
    [row] = response.context["lines"]
    assert [field["name"] for field in row["fields"]] == [f"line-0-{name}" for name in fields]
    for field, name in zip(row["fields"], fields, strict=True):
        picked = name in {*OPTIONS, "event", "group", "language"}
        assert bool(field["options"]) == picked
        assert field["figure"] == (name in NUMBERS)
        assert str(field["label"]) in text(response)


def test_it_is_saved_found_changed_and_deleted(desk: Client, root: Group, event: Event) -> None:
    form = {**line(0, **NEAR), "name": "Near the hall", "sample": "1"}
    response = sent(desk, form, "save")
    kept = Segment.objects.get()
    url = f"/desk/people/segments/{kept.id}"
    assert (response.status_code, response["Location"]) == (303, url)
    assert parse(kept.definition).sample == 1
    assert "Near the hall" in text(desk.get("/desk/people/segments"))
    response = desk.get(url)
    assert "of these 1 at random" in text(response)
    assert response.context["lines"][0]["fields"][0]["value"] == "M1 1AE"
    sent(desk, {**form, "name": "Nearer", "sample": ""}, "save", url)
    kept.refresh_from_db()
    assert (kept.name, parse(kept.definition).sample) == ("Nearer", None)
    sent(desk, {}, "delete", url)
    assert not segments_of(root.organisation_id)


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"name": ""}, 422, "Please give it a name."),
        ({"name": "Near", **line(0, **{"is": "near"})}, 422, "Line 1: This does not look like a UK postcode"),
        ({"name": "Near", "sample": "many"}, 422, "must be a number above nought"),
    ],
)
def test_what_cannot_be_saved_says_why(desk: Client, form: Mapping[str, str], status: int, words: str) -> None:
    response = sent(desk, form, "save")
    assert response.status_code == status
    assert words in text(response)
    assert not Segment.objects.exists()


def test_a_name_that_another_one_has_is_refused(desk: Client, root: Group) -> None:
    for name in ("One", "Other"):
        sent(desk, {"name": name}, "save")
    other = segments_of(root.organisation_id).get(name="Other")
    response = sent(desk, {"name": "one"}, "save", f"/desk/people/segments/{other.id}")
    assert response.status_code == 409
    assert "There is a segment of this name already." in text(response)


def test_brackets_of_a_program_are_read_and_not_changed(desk: Client, root: Group) -> None:
    said = parse({"steps": [{"steps": [{"is": "tag", "name": "Stall"}]}]})
    kept = save_segment(SYSTEM, organisation=root.organisation, name="Made", segmentation=said)
    response = desk.get(f"/desk/people/segments/{kept.id}")
    assert response.context["lines"] is None
    assert "those who are among these (those who have the tag “Stall”)" in text(response).casefold().replace(
        "stall", "Stall"
    )


def test_who_may_write_and_not_see_addresses_gets_a_figure_and_no_map(root: Group, event: Event) -> None:
    mailer = made_up.browser(made_up.account(root, made_up.MAILER, "max@example.org"))
    result = sent(mailer, {}).context["result"]
    assert result["people"] == 3
    assert "map" not in result
    assert "areas" not in result


@pytest.mark.parametrize("role", [made_up.VIEWER, made_up.TREASURER])
def test_who_may_not_write_to_them_is_refused(root: Group, role: made_up.Role) -> None:
    other = made_up.browser(made_up.account(root, role, "vic@example.org"))
    assert other.get("/desk/people/segments").status_code == 403
    assert other.get(NEW).status_code == 403
    nobody = made_up.browser(made_up.account(made_up.branch(root), email="bea@example.org"))
    assert nobody.get(NEW).status_code == 403


def test_without_a_role_there_is_nobody_to_mean(root: Group) -> None:
    account = made_up.account(root)
    account.memberships.all().delete()
    assert made_up.browser(account).get("/desk/people/segments").status_code == 403


def test_a_page_asks_the_database_a_fixed_number_of_times(
    desk: Client, event: Event, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk.get(NEW)
    for _ in range(2):
        with django_assert_num_queries(11):
            sent(desk, line(0, **NEAR))
        made_up.confirmed(event, "dee@example.org", "Dee", postcode="M1 1AE", boxes=BOXES)


def test_a_day_is_picked_from_a_calendar_and_kept(desk: Client, event: Event) -> None:
    since = {"is": "answered_since", "since": made_up.in_days(-1).isoformat(), "join": "and"}
    page = sent(desk, line(0, **since)).content.decode()
    (field,) = [one for one in Markup(page).all("input") if one.get("type") == "date"]
    assert field["value"] == since["since"]
    assert "answered an event since" in page
    sent(desk, {**line(0, **since), "name": "Lately"}, "save")
    assert Segment.objects.get().definition["steps"] == [since]
    assert "Line 1" in sent(desk, line(0, **{**since, "since": ""})).content.decode()
