"""Every field of an event's form, its lines, and that nothing else moves."""

from datetime import time
from uuid import UUID

import pytest
from django.test import Client

from groundswell.attendances.models import Response
from groundswell.attendances.totals import open_held
from groundswell.events.models import Event, Question, Series, Speaker
from groundswell.events.programme import Speaking, set_programme
from groundswell.events.questions import Asking, set_questions
from groundswell.events.series import begin_series
from groundswell.groups.models import Group
from groundswell.kit.scope import everywhere
from groundswell.ledger.models import Entry
from groundswell.web.desk import event_edit
from tests import made_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db

NEW = "/desk/events/new"


@pytest.fixture
def typed(group: Group) -> dict[str, str]:
    return {
        "title": "Stand in unity",
        "kind": "rally",
        "text": "Bring a friend.",
        "date": made_up.in_days(7).isoformat(),
        "start": "18:30",
        "zone": "Europe/London",
        "venue": "Riverside Hall",
        "group": str(group.id),
    }


EVERYTHING = {
    "online_url": "https://meet.example.org/unity",
    "latitude": "53,4794",
    "longitude": "-2.2453",
    "step_free": "yes",
    "seats": "no",
    "bsl": "unknown",
    "quiet_space": "yes",
    "access": "A lift.",
    "audience": "members",
    "capacity": "1,200",
    "expected": "300",
    "target": "900",
    "count_hidden": "yes",
    "contact_name": "Olu",
    "contact_how": "020 7946 0000",
    "speaker-0-name": "Bea",
    "speaker-0-line": "Nurse",
    "speaker-0-standing": "announced",
    "speaker-1-name": "",
    "speaker-2-name": "Ada",
    "question-0-text": "Which coach?",
    "question-0-kind": "choice",
    "question-0-choices": "North\r\nSouth",
    "question-0-purpose": "To book seats",
    "question-0-days": "3",
}


def shown(answer) -> dict[str, str]:
    """What stands in the form."""
    page = Markup(answer.content.decode())
    return {each["name"]: each.get("value", "") for each in page.all("input") if each.get("type") != "checkbox"}


def test_every_field_is_kept(organiser: Client, typed: dict[str, str]) -> None:
    assert organiser.post(NEW, {**typed, **EVERYTHING}).status_code == 303
    event = Event.objects.get()
    assert (event.online_url, event.latitude, event.longitude) == (
        "https://meet.example.org/unity",
        53.4794,
        -2.2453,
    )
    assert (event.step_free, event.seats, event.bsl, event.quiet_space) == ("yes", "no", "unknown", "yes")
    assert (event.audience, event.capacity, event.expected, event.target) == ("members", 1200, 300, 900)
    assert (event.count_shown, event.contact_name, event.contact_how) == (False, "Olu", "020 7946 0000")
    lines = list(Speaker.objects.order_by("position").values_list("name", "line", "standing"))
    assert lines == [("Bea", "Nurse", "announced"), ("Ada", "", "invited")]
    question = Question.objects.get()
    assert (question.text, question.kind, question.choices, question.purpose, question.days) == (
        "Which coach?",
        "choice",
        ["North", "South"],
        "To book seats",
        3,
    )


def test_every_field_is_shown_again_and_saving_it_changes_nothing(
    organiser: Client, typed: dict[str, str]
) -> None:
    organiser.post(NEW, {**typed, **EVERYTHING})
    event = Event.objects.get()
    kept, question = Event.objects.values().get(), Question.objects.get().id
    page = organiser.get(f"/desk/events/{event.id}/edit")
    form = shown(page)
    assert (form["capacity"], form["latitude"], form["contact_how"]) == ("1200", "53.4794", "020 7946 0000")
    assert (form["speaker-0-name"], form["speaker-1-name"], form["question-0-id"]) == ("Bea", "Ada", str(question))
    again = {**typed, **EVERYTHING, **{name: form[name] for name in ("version", "base", "question-0-id")}}
    assert organiser.post(f"/desk/events/{event.id}/edit", again).status_code == 303
    now = Event.objects.values().get()
    assert {name for name in now if now[name] != kept[name]} == {"version"}
    assert Question.objects.get().id == question
    assert list(Entry.objects.filter(verb__startswith="events.set_").values_list("verb", flat=True)) == [
        "events.set_programme",
        "events.set_questions",
    ]


def test_what_a_form_does_not_have_stays_as_it_was(organiser: Client, typed: dict[str, str], group: Group) -> None:
    series = begin_series(made_up.SYSTEM, group=group, title="Spring")
    event = made_up.draft(group, series, capacity=40, step_free="yes", online_url="https://example.org/")
    set_programme(made_up.SYSTEM, event=event, speakers=[Speaking(name="Ada")])
    set_questions(made_up.SYSTEM, event=event, questions=[Asking(text="Why?", purpose="So")])
    organiser.post(f"/desk/events/{event.id}/edit", typed)
    event.refresh_from_db()
    assert (event.capacity, event.step_free, event.online_url) == (40, "yes", "https://example.org/")
    assert (event.series, Speaker.objects.count(), Question.objects.count()) == (series, 1, 1)


def test_lines_that_are_emptied_go(organiser: Client, typed: dict[str, str]) -> None:
    organiser.post(NEW, {**typed, **EVERYTHING})
    event = Event.objects.get()
    empty = {"speaker-0-name": "", "question-0-text": "", "question-0-purpose": ""}
    organiser.post(f"/desk/events/{event.id}/edit", {**typed, **empty})
    assert (Speaker.objects.count(), Question.objects.count()) == (0, 0)


def with_an_answer(group: Group) -> tuple[Event, dict[str, str]]:
    """An event whose only question somebody has answered, and the form that takes the question out."""
    event = made_up.event(group)
    [question] = set_questions(made_up.SYSTEM, event=event, questions=[Asking(text="Why?", purpose="So")])
    made_up.confirmed(event, **{f"question-{question.id}": "Because"})
    form = {"question-0-id": str(question.id), "question-0-text": "", "question-0-purpose": ""}
    return event, form


@pytest.mark.parametrize(
    "change", [{}, {"question-0-text": "Why?", "question-0-kind": "yes-no", "question-0-purpose": "So"}]
)
def test_answers_go_with_their_question_only_when_that_is_agreed_to(
    organiser: Client, typed: dict[str, str], group: Group, change: dict[str, str]
) -> None:
    event, form = with_an_answer(group)
    path = f"/desk/events/{event.id}/edit"
    asked = organiser.post(path, {**typed, **form, **change, "title": "Another"})
    assert (asked.status_code, Response.objects.count()) == (409, 1)
    assert "1 answer, which would be deleted for good" in asked.content.decode()
    assert shown(asked)["title"] == "Another"
    assert organiser.post(path, {**typed, **form, **change, "answers_go": "yes"}).status_code == 303
    assert Response.objects.count() == 0


def test_the_twin_that_counts_no_answers_deletes_them(
    organiser: Client, typed: dict[str, str], group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_edit, "answers_to", lambda ids, whose: 0)
    event, form = with_an_answer(group)
    assert organiser.post(f"/desk/events/{event.id}/edit", {**typed, **form}).status_code == 303
    assert Response.objects.count() == 0


def asked_to_lose(organiser: Client, typed: dict[str, str], group: Group, theirs: int) -> str:
    """What the host is told who takes a question out that so many of an ally's people have answered."""
    event = made_up.event(group)
    ally = made_up.organisation(f"allies-{theirs}", "Allies")
    made_up.cohost(event, ally)
    open_held()
    [question] = set_questions(made_up.SYSTEM, event=event, questions=[Asking(text="Why?", purpose="So")])
    answered = {f"question-{question.id}": "Because"}
    for number in range(theirs):
        made_up.confirmed(event, f"{number}@example.org", by=ally, **answered)
    form = {"question-0-id": str(question.id), "question-0-text": "", "question-0-purpose": ""}
    asked = organiser.post(f"/desk/events/{event.id}/edit", {**typed, **form})
    assert asked.status_code == 409
    return asked.content.decode().partition('role="alert">')[2].partition("</div>")[0]


def test_how_many_of_others_have_answered_a_question_is_not_told(
    organiser: Client, typed: dict[str, str], group: Group
) -> None:
    nobody, one = (asked_to_lose(organiser, typed, group, theirs) for theirs in (0, 1))
    assert nobody == one
    assert "How much that is, only they know." in one


def test_the_twin_that_counts_all_answers_tells_it(
    organiser: Client, typed: dict[str, str], group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_edit, "answers_to", lambda ids, _whose: all_answers_to(ids))
    assert "1 answer, which" in asked_to_lose(organiser, typed, group, 1)


def all_answers_to(ids: list[UUID]) -> int:
    with everywhere("the twin"):
        return Response.objects.filter(question_id__in=ids).count()


def test_an_event_joins_a_series_or_begins_one(organiser: Client, typed: dict[str, str], group: Group) -> None:
    series = begin_series(made_up.SYSTEM, group=group, title="Spring")
    organiser.post(NEW, {**typed, "series": str(series.id)})
    assert Event.objects.get().series == series
    organiser.post(NEW, {**typed, "title": "Another", "series": "new", "series_title": "Autumn"})
    assert Event.objects.get(title="Another").series == Series.objects.get(title="Autumn")


def test_what_cannot_be_saved_begins_no_series(organiser: Client, typed: dict[str, str]) -> None:
    past = {"date": made_up.in_days(-1).isoformat(), "then": "publish"}
    answer = organiser.post(NEW, {**typed, **past, "series": "new", "series_title": "Autumn"})
    assert (answer.status_code, Series.objects.count()) == (422, 0)
    assert shown(answer)["series_title"] == "Autumn"


def test_somebody_elses_series_is_as_unknown_as_none(organiser: Client, typed: dict[str, str]) -> None:
    theirs = begin_series(made_up.SYSTEM, group=made_up.root(made_up.organisation("others", "Others")), title="X")
    answer = organiser.post(NEW, {**typed, "series": str(theirs.id)})
    assert answer.status_code == 422
    assert "Choose a series of the organisation that calls the event." in answer.content.decode()


def names(answer) -> list[str]:
    form = shown(answer)
    return [form[name] for name in sorted(form) if name.startswith("speaker-") and name.endswith("-name")]


@pytest.mark.parametrize(
    ("button", "then"),
    [
        ("speaker-more", ["Ada", "Bea", ""]),
        ("speaker-up-1", ["Bea", "Ada"]),
        ("speaker-up-0", ["Ada", "Bea"]),
        ("speaker-up-9", ["Ada", "Bea"]),
        ("speaker-drop-0", ["Bea"]),
        ("speaker-drop-9", ["Ada", "Bea"]),
        ("question-more", ["Ada", "Bea"]),
    ],
)
def test_the_buttons_at_the_lines_save_nothing_and_keep_everything(
    organiser: Client, button: str, then: list[str]
) -> None:
    lines = {"speaker-0-name": "Ada", "speaker-1-name": "Bea", "question-0-text": "Why?", "title": "Half typed"}
    answer = organiser.post(NEW, {**lines, "capacity": "rather many", "then": button})
    form = shown(answer)
    assert (answer.status_code, names(answer)) == (200, then)
    assert (form["title"], form["capacity"], form["question-0-text"]) == ("Half typed", "rather many", "Why?")
    assert ("question-1-text" in form) == (button == "question-more")
    assert Event.objects.count() == 0


def test_a_part_is_open_where_something_stands_or_is_wrong(organiser: Client, typed: dict[str, str]) -> None:
    def opened(answer) -> int:
        return sum("open" in each for each in Markup(answer.content.decode()).all("details"))

    assert opened(organiser.get(NEW)) == 0
    assert opened(organiser.post(NEW, {**typed, "title": "", "bsl": "yes"})) == 1
    assert opened(organiser.post(NEW, {**typed, "capacity": "x", "question-0-purpose": "x"})) == 2


SENTINELS = {"CharField": "sentinel", "SlugField": "sentinel", "URLField": "https://sentinel.example.org/"}
SENTINELS |= {
    "TextField": "sentinel",
    "UUIDField": "01890a5d-ac96-774b-bcce-b302099a8057",
    "DateField": "2031-01-01",
}
SENTINELS |= {"ForeignKey": "01890a5d-ac96-774b-bcce-b302099a8057", "TimeField": "03:33", "BooleanField": "yes"}
SENTINELS |= {"DateTimeField": "2031-01-01T03:33Z", "JSONField": '["sentinel"]', "FloatField": "3.25"}

DECLARED = {
    "title",
    "text",
    "zone",
    "kind",
    "capacity",
    "expected",
    "target",
    "latitude",
    "longitude",
    "online_url",
}
DECLARED |= {
    "step_free",
    "seats",
    "bsl",
    "quiet_space",
    "audience",
    "contact_name",
    "contact_how",
    "campaign",
    "series",
}
DECLARED |= {"group"}


def test_only_declared_fields_move_whatever_is_sent(
    organiser: Client, typed: dict[str, str], group: Group
) -> None:
    """Every field of the model by its own name, with something in it that it never has."""
    event = made_up.draft(group, venue_address="12 Made-up Street")
    before = Event.objects.values().get()
    sent = {
        name: SENTINELS.get(field.get_internal_type(), "33")
        for field in Event._meta.get_fields()
        if hasattr(field, "attname")
        for name in (field.name, field.attname)
    }
    sent = {name: value for name, value in sent.items() if name not in DECLARED}
    as_it_was = {"text": before["text"], "address": "12 Made-up Street"}
    assert organiser.post(f"/desk/events/{event.id}/edit", {**sent, **typed, **as_it_was}).status_code == 409
    assert (
        organiser.post(f"/desk/events/{event.id}/edit", {**sent, **typed, **as_it_was, "version": "0"}).status_code
        == 303
    )
    after = Event.objects.values().get()
    assert {name for name in after if after[name] != before[name]} == {"version"}
    assert (event.starts, UUID(str(event.group_id))) == (time(18, 30), group.id)


def test_a_speaker_or_question_of_another_event_is_not_reached(
    organiser: Client, typed: dict[str, str], group: Group
) -> None:
    other = made_up.draft(group, title="Other")
    theirs = set_questions(made_up.SYSTEM, event=other, questions=[Asking(text="Why?", purpose="So")])[0]
    event = made_up.draft(group)
    line = {"question-0-id": str(theirs.id), "question-0-text": "Mine", "question-0-purpose": "So"}
    organiser.post(f"/desk/events/{event.id}/edit", {**typed, **line, "question-0-event": str(other.id)})
    organiser.post(f"/desk/events/{event.id}/edit", {**typed, **line, "question-0-id": "x"})
    theirs.refresh_from_db()
    assert (theirs.text, Question.objects.get(event=event).text) == ("Why?", "Mine")
