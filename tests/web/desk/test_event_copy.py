"""The same event in the next town, and templates to begin with."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.events.models import Event, Speaker, Template
from groundswell.events.queries import programme_of, questions_of
from groundswell.events.questions import Asking, set_questions
from groundswell.events.series import begin_series
from groundswell.groups.models import Group
from tests import made_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(group: Group) -> Event:
    series = begin_series(made_up.SYSTEM, group=group, title="Spring")
    made = made_up.event(group, series, capacity=40, latitude=53.5, longitude=-2.2, venue_address="1 Street")
    made_up.programme(made, ("Ada", "Nurse"))
    asked = Asking(text="Which coach?", kind="choice", choices=("North", "South"), purpose="To book seats", days=3)
    set_questions(made_up.SYSTEM, event=made, questions=[asked])
    return made


def copy(client: Client, event: Event, **typed: str):
    ordinary = {"title": "Stand in unity", "date": made_up.in_days(9).isoformat(), "group": str(event.group_id)}
    return client.post(f"/desk/events/{event.id}/copy", {**ordinary, **typed})


def values(answer) -> dict[str, str]:
    page = Markup(answer.content.decode())
    return {each["name"]: each.get("value", "") for each in page.all("input")}


def wrong(answer) -> set[str]:
    page = Markup(answer.content.decode())
    return {link["href"][1:] for link in page.all("a") if link.get("href", "").startswith("#")} - {"main"}


def test_the_copy_has_its_own_day_group_and_place_and_the_rest_of_the_first(
    organiser: Client, event: Event, group: Group
) -> None:
    branch = made_up.branch(group)
    place = {"venue": "Town Hall", "address": "2 Square", "postcode": "ls11aa"}
    answer = copy(organiser, event, title="Leeds stands", group=str(branch.id), **place)
    made = Event.objects.exclude(id=event.id).get()
    assert answer.headers["Location"] == f"/desk/events/{made.id}"
    assert (made.title, made.day, made.group, made.status) == ("Leeds stands", made_up.in_days(9), branch, "draft")
    assert (made.venue_name, made.venue_address, made.venue_postcode) == ("Town Hall", "2 Square", "LS1 1AA")
    assert (made.latitude, made.longitude, made.capacity, made.series) == (None, None, 40, event.series)
    assert Speaker.objects.get(event=made).standing == "invited"
    event.refresh_from_db()
    assert (event.title, event.venue_name, event.version) == ("Stand in unity", "Riverside Hall", 0)


def test_the_place_can_be_announced_later(organiser: Client, event: Event) -> None:
    copy(organiser, event, venue_later="yes", venue="Nowhere yet")
    made = Event.objects.exclude(id=event.id).get()
    assert (made.venue_name, made.venue_address) == ("", "")


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({"title": ""}, {"title"}),
        ({"date": "soon"}, {"date"}),
        ({"group": "x", "venue": ""}, {"group", "venue"}),
        ({"postcode": "nowhere"}, {"postcode"}),
    ],
)
def test_what_was_wrong_is_said_at_its_field_and_nothing_is_left_behind(
    organiser: Client, event: Event, typed: dict[str, str], fields: set[str]
) -> None:
    answer = copy(organiser, event, **{"venue": "Town Hall", "address": "Typed", **typed})
    assert (answer.status_code, wrong(answer), values(answer)["address"]) == (422, fields, "Typed")
    assert Event.objects.count() == 1


def test_somebody_elses_group_is_as_unknown_as_none(organiser: Client, event: Event) -> None:
    theirs = made_up.root(made_up.organisation("others", "Others"))
    assert wrong(copy(organiser, event, venue="Town Hall", group=str(theirs.id))) == {"group"}


def test_copying_costs_a_fixed_number_of_queries(
    organiser: Client, event: Event, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(29):  # eight of them savepoints
        copy(organiser, event, venue="Town Hall")
    made_up.programme(event, ("Ada", ""), ("Bea", ""), ("Cem", ""))
    asked = [Asking(text=f"Question {number}", purpose="To know") for number in (1, 2, 3)]
    set_questions(made_up.SYSTEM, event=event, questions=asked)
    with django_assert_num_queries(29):
        copy(organiser, event, venue="Town Hall", title="Another")


def test_nothing_but_what_is_asked_for_moves(organiser: Client, event: Event) -> None:
    copy(
        organiser,
        event,
        venue="Town Hall",
        status="published",
        capacity="7",
        text="Mine",
        slug="mine",
        version="9",
    )
    made = Event.objects.exclude(id=event.id).get()
    assert (made.status, made.capacity, made.text, made.version) == ("draft", 40, "Bring a friend.", 1)


def test_an_event_is_kept_as_a_template_and_the_next_begins_with_it(organiser: Client, event: Event) -> None:
    answer = organiser.post(f"/desk/events/{event.id}/template", {"name": "The usual"})
    template = Template.objects.get()
    assert (answer.headers["Location"], template.name) == ("/desk/templates", "The usual")
    page = organiser.get("/desk/templates").content.decode()
    begin = f"/desk/events/new?template={template.id}"
    assert begin in {link["href"] for link in Markup(page).all("a")}
    form = values(organiser.get(begin))
    assert (form["title"], form["capacity"], form["venue"], form["date"]) == (
        "Stand in unity",
        "40",
        "Riverside Hall",
        "",
    )


def test_what_a_template_begins_has_its_speakers_questions_and_series(organiser: Client, event: Event) -> None:
    organiser.post(f"/desk/events/{event.id}/template", {"name": "The usual"})
    begin = f"/desk/events/new?template={Template.objects.get().id}"
    shown = organiser.get(begin).context["form"]
    assert shown["values"]["series"] == str(event.series_id)
    rows = (*shown["speakers"], *shown["questions"])
    lines = {cell["name"]: cell["value"] for row in rows for cell in row["cells"].values()}
    organiser.post(begin, {**shown["values"], **lines, "date": made_up.in_days(9).isoformat()})
    made = Event.objects.exclude(id=event.id).get()
    assert [(one.name, one.line, one.standing) for one in programme_of(made.id)] == [("Ada", "Nurse", "invited")]
    assert [(one.text, one.choices, one.days) for one in questions_of(made.id)] == [
        ("Which coach?", ["North", "South"], 3)
    ]
    assert made.series == event.series


def test_a_template_needs_a_name(organiser: Client, event: Event) -> None:
    answer = organiser.post(f"/desk/events/{event.id}/template", {"name": " "})
    assert (answer.status_code, wrong(answer), Template.objects.count()) == (422, {"name"}, 0)


def test_a_template_is_thrown_away_and_brought_back_with_one_press_each(organiser: Client, event: Event) -> None:
    organiser.post(f"/desk/events/{event.id}/template", {"name": "The usual"})
    path = f"/desk/templates/{Template.objects.get().id}"
    organiser.post(f"{path}/drop")
    gone = organiser.get("/desk/templates").content.decode()
    assert "No template yet." in gone
    assert f"{path}/back" in {form.get("action") for form in Markup(gone).all("form")}
    organiser.post(f"{path}/back")
    assert "Thrown away today" not in organiser.get("/desk/templates").content.decode()
    assert organiser.post(f"{path}/back").status_code == 404


def test_somebody_elses_template_begins_nothing(organiser: Client, stranger: Client, event: Event) -> None:
    organiser.post(f"/desk/events/{event.id}/template", {"name": "The usual"})
    begin = f"/desk/events/new?template={Template.objects.get().id}"
    assert stranger.get(begin).status_code == 404
    assert organiser.get("/desk/events/new?template=rubbish").status_code == 200


def test_a_viewer_sees_no_templates(viewer: Client) -> None:
    assert viewer.get("/desk/templates").status_code == 403
