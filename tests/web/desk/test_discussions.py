"""Questions and their meetings at the desk: put, opened, held, written up, and one step to an event."""

import pytest
from django.http import HttpResponse
from django.test import Client

from groundswell.discussions import operations
from groundswell.discussions.models import Caller, Discussion, Meeting, Note, Outcome
from groundswell.events.models import Event
from groundswell.groups.models import Group
from groundswell.kit.ids import uuid7
from groundswell.web.desk import discussion_hold, discussions
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def desk(group: Group) -> Client:
    return made_up.browser(made_up.account(group))


def page(response: HttpResponse) -> str:
    found = Markup(response.content.decode())
    assert faults(found) == []
    return " ".join(found.text.split())


def test_a_question_is_put_and_opened(desk: Client, group: Group) -> None:
    wrong = desk.post("/desk/discussions/new", {"question": "", "background": "Kept <b>"})
    assert (wrong.status_code, "Kept <b>" in page(wrong)) == (422, True)
    made = desk.post("/desk/discussions/new", {"question": "Why now?", "background": "", "group": str(group.id)})
    question = Discussion.objects.get()
    assert made["Location"] == f"/desk/discussions/{question.id}"
    assert "Draft" in page(desk.get(made["Location"]))
    desk.post(f"/desk/discussions/{question.id}/act", {"then": "open"})
    assert "Why now?" in page(desk.get("/desk/discussions"))
    assert "It is open" in page(desk.get(made["Location"])) or Discussion.objects.get().status == "open"
    desk.post(f"/desk/discussions/{question.id}/act", {"then": "close"})
    assert Discussion.objects.get().status == "closed"


def test_its_words_are_changed(desk: Client, group: Group) -> None:
    path = f"/desk/discussions/{made_up.question(group).id}"
    assert desk.post(path, {"question": "Why later?", "background": ""}).status_code == 303
    assert Discussion.objects.get().question == "Why later?"
    wrong = desk.post(path, {"question": " ", "background": "Typed"})
    assert (wrong.status_code, "Typed" in page(wrong)) == (422, True)


def test_allies_are_asked_by_their_address(desk: Client, group: Group) -> None:
    question = made_up.discussion(group)
    allies = made_up.root(made_up.organisation("allies", "Allies"))
    act = f"/desk/discussions/{question.id}/act"
    desk.post(act, {"then": "ask", "organisation": "http://127.0.0.1:8000/g/nobody"})
    assert "There is nothing at this address." in page(desk.get(f"/desk/discussions/{question.id}"))
    desk.post(act, {"then": "ask", "organisation": "http://127.0.0.1:8000/g/allies"})
    caller = Caller.objects.get()
    theirs = made_up.browser(made_up.account(allies, email="max@example.org"))
    assert "You are asked to put it too" in page(theirs.get("/desk/discussions"))
    theirs.post(f"/desk/discussions/call/{caller.id}", {"answer": "accept"})
    assert "Allies" in page(desk.get(f"/desk/discussions/{question.id}"))
    theirs.post(f"/desk/discussions/call/{caller.id}", {"answer": "accept"})
    assert "This invitation was answered" in page(theirs.get("/desk/discussions"))
    desk.post(act, {"then": "end", "caller": str(uuid7())})
    assert Caller.objects.get().status == "accepted"
    desk.post(act, {"then": "end", "caller": str(caller.id)})
    assert Caller.objects.get().status == "ended"


def test_a_meeting_is_held_on_it(desk: Client, group: Group) -> None:
    question = made_up.discussion(group)
    path = f"/desk/discussions/hold/{question.slug}"
    assert "You have announced no event" in page(desk.get(path))
    event = made_up.event(group, kind="discussion", title="An evening")
    assert "An evening" in page(desk.get(path))
    desk.post(path, {"event": "x"})
    assert "Choose one of your discussions." in page(desk.get(path))
    rally = made_up.event(group, kind="rally")
    desk.post(path, {"event": str(rally.id)})
    assert "Only an event of the kind" in page(desk.get(path))
    held = desk.post(path, {"event": str(event.id)})
    meeting = Meeting.objects.get()
    assert held["Location"] == f"/desk/meetings/{meeting.id}"
    assert "An evening" in page(desk.get(f"/desk/discussions/{question.id}"))


def test_a_meeting_that_was_held_already_is_written_down(desk: Client, group: Group) -> None:
    question = made_up.discussion(group)
    path = f"/desk/discussions/hold/{question.slug}"
    typed = {"then": "held", "title": "", "date": "2026-01-15", "group": str(group.id), "venue": "Riverside Hall"}
    ahead = desk.post(path, typed | {"date": made_up.in_days(3).isoformat(), "title": "Kept"})
    assert (ahead.status_code, Event.objects.count()) == (422, 0)
    assert "This day is not past yet." in page(ahead)
    assert 'value="Kept"' in ahead.content.decode()
    written = desk.post(path, typed)
    meeting = Meeting.objects.select_related("event").get()
    assert written["Location"] == f"/desk/meetings/{meeting.id}"
    assert (meeting.event.title, meeting.event.venue_name) == (question.question, "Riverside Hall")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"date": "yesterday"}, "Enter a day, for example"),
        ({"group": "x"}, "Choose one of your groups."),
        ({"title": "A" * 141}, "140"),
    ],
)
def test_what_is_wrong_about_it_is_said(desk: Client, group: Group, wrong: dict[str, str], sentence: str) -> None:
    question = made_up.discussion(group)
    typed = {"then": "held", "title": "An evening", "date": "2026-01-15", "group": str(group.id), **wrong}
    answer = desk.post(f"/desk/discussions/hold/{question.slug}", typed)
    assert (answer.status_code, Event.objects.count()) == (422, 0)
    assert sentence in page(answer)


def test_none_is_written_down_on_a_question_that_is_closed(desk: Client, group: Group) -> None:
    question = made_up.discussion(group)
    desk.post(f"/desk/discussions/{question.id}/act", {"then": "close"})
    typed = {"then": "held", "title": "An evening", "date": "2026-01-15", "group": str(group.id)}
    answer = desk.post(f"/desk/discussions/hold/{question.slug}", typed)
    assert (answer.status_code, Event.objects.count()) == (422, 0)


def test_it_is_written_up_without_losing_a_line(desk: Client, group: Group) -> None:
    meeting = made_up.meeting(made_up.discussion(group), group)
    path = f"/desk/meetings/{meeting.id}"
    kept = Outcome.objects.get()
    typed = {
        "note-0-heading": "Rents",
        "note-0-text": "Too high",
        "note-1-heading": "",
        "note-1-text": "No heading",
        "outcome-0-id": str(kept.id),
        "outcome-0-text": kept.text,
        "outcome-0-owner": "The branch",
        "outcome-0-due": "soon",
        "outcome-0-state": "done",
        "outcome-1-id": "x",
        "outcome-1-text": "New",
        "outcome-1-owner": "Ada",
        "outcome-1-due": "2030-01-06",
        "outcome-1-state": "",
    }
    more = desk.post(path, {**typed, "then": "more"})
    assert (more.status_code, "No heading" in page(more)) == (200, True)
    wrong = desk.post(path, typed)
    assert (wrong.status_code, "No heading" in page(wrong)) == (422, True)
    wrong = desk.post(path, {**typed, "outcome-0-due": "", "outcome-1-owner": ""})
    assert wrong.status_code == 422
    for sentence in ("Give it a heading.", "Say until when.", "Say who sees to it"):
        assert sentence in page(wrong)
    saved = desk.post(path, {**typed, "outcome-0-due": "2030-01-05", "note-1-heading": "Other"})
    assert saved.status_code == 303
    assert list(Note.objects.values_list("heading", flat=True)) == ["Rents", "Other"]
    assert set(Outcome.objects.values_list("text", "state")) == {(kept.text, "done"), ("New", "open")}
    assert "Too high" in page(desk.get(path))


def test_from_an_outcome_to_a_call(desk: Client, group: Group) -> None:
    meeting = made_up.meeting(made_up.discussion(group), group)
    shown = Markup(desk.get(f"/desk/meetings/{meeting.id}").content.decode())
    (link,) = [each["href"] for each in shown.all("a") if each["href"].startswith("/desk/blocs/new?")]
    form = Markup(desk.get(link).content.decode())
    assert (
        next(each["value"] for each in form.all("input") if each.get("id") == "name") == Outcome.objects.get().text
    )


def test_from_an_outcome_to_an_event(desk: Client, group: Group) -> None:
    meeting = made_up.meeting(made_up.discussion(group), group)
    outcome = Outcome.objects.get()
    step = f"/desk/outcomes/{outcome.id}/step"
    desk.post(step, {"date": "x"})
    assert "Choose a day for it." in page(desk.get(f"/desk/meetings/{meeting.id}"))
    made = desk.post(step, {"date": made_up.in_days(9).isoformat()})
    event = Event.objects.get(status="draft")
    assert made["Location"] == f"/desk/events/{event.id}/edit"
    desk.post(step, {"date": made_up.in_days(9).isoformat()})
    assert "There is an event for this outcome already." in page(desk.get(f"/desk/meetings/{meeting.id}"))


def test_the_sheet_for_whoever_leads_it(desk: Client, group: Group) -> None:
    meeting = made_up.meeting(made_up.discussion(group), group)
    shown = page(desk.get(f"/desk/meetings/{meeting.id}/sheet"))
    for words in ("How do we assemble mass support?", "How the evening can go", "nobody’s name is written down"):
        assert words in shown


def test_a_viewer_reads_and_changes_nothing(group: Group) -> None:
    viewer = made_up.browser(made_up.account(group, made_up.VIEWER, "vi@example.org"))
    meeting = made_up.meeting(made_up.discussion(group), group)
    assert "Only organisers" in page(viewer.get(f"/desk/meetings/{meeting.id}"))
    assert viewer.get("/desk/discussions/new").status_code == 403
    assert viewer.get(f"/desk/discussions/hold/{meeting.discussion.slug}").status_code == 403
    assert viewer.post(f"/desk/meetings/{meeting.id}", {}).status_code == 403


def test_a_meeting_is_chosen_from_discussions_however_many_other_events_come_first(
    desk: Client, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discussion_hold, "MOST_EVENTS", 1)
    made_up.event(group, day=made_up.in_days(2))
    evening = made_up.event(group, kind="discussion", day=made_up.in_days(3))
    question = made_up.discussion(group)
    shown = desk.get(f"/desk/discussions/hold/{question.slug}").context["events"]
    assert [choice for choice, _label in shown] == [str(evening.id)]


def test_each_list_of_questions_leads_on_to_the_rest(
    desk: Client, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discussions, "AT_ONCE", 2)
    allies = made_up.root(made_up.organisation("allies", "Allies"))
    for number in range(3):
        question = made_up.discussion(group, f"Why {number}?")
        theirs = made_up.discussion(allies, f"When {number}?")
        operations.ask(made_up.SYSTEM, discussion=theirs, group=group)
        made_up.meeting(question, group)
        made_up.meeting(theirs, group, days=number + 1)
    lists = {"discussions": (3, "more_url"), "calls": (3, "more_calls_url"), "open": (6, "more_open_url")}
    for name, (many, more) in lists.items():
        assert turned(desk, "/desk/discussions", name, more) == many
    for number in range(2):
        made_up.meeting(question, group, days=number + 1)
    assert turned(desk, f"/desk/discussions/{question.id}", "meetings", "more_url") == 3


def turned(desk: Client, path: str, name: str, more: str) -> int:
    """How many lines a list has on all of its pages together."""
    lines, query = 0, "?"
    while query:
        context = desk.get(path + query).context
        lines, query = lines + len(context[name]), context[more]
    return lines
