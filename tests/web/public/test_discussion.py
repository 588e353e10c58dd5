"""``/d/<slug>``: a question, with all that came of it."""

import gzip
import random

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.discussions import operations
from groundswell.discussions.models import Discussion, Meeting
from groundswell.discussions.operations import Said
from groundswell.events.operations import publish
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from groundswell.kit.colour import Colour
from groundswell.web.fingerprints import known
from groundswell.web.public import discussion
from groundswell.web.public.accent import style_sheet
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation(contact_email="office@example.org"))


def shown(client: Client, slug: str) -> str:
    found = Markup(client.get(f"/d/{slug}").content.decode())
    assert faults(found) == []
    return " ".join(found.text.split())


def test_it_gathers_what_was_said_and_decided(
    client: Client, group: Group, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    question = made_up.discussion(group)
    made_up.meeting(question, group, title="An evening")
    with django_assert_num_queries(6):
        said = shown(client, question.slug)
    for words in ("An evening", "Rents", "They rose by a third.", "A stall after An evening", "The branch"):
        assert words in said
    assert "Hold one in your town" in said


def test_what_came_of_an_outcome_is_linked_once_it_is_public(client: Client, group: Group) -> None:
    meeting = made_up.meeting(made_up.discussion(group), group)
    outcome = meeting.outcomes.get()
    event = operations.take_step(SYSTEM, outcome=outcome, day=made_up.in_days(9))
    assert "What came of it" not in shown(client, meeting.discussion.slug)
    publish(SYSTEM, event=event)
    assert "What came of it" in shown(client, meeting.discussion.slug)


def test_only_those_who_accepted_are_named(client: Client, group: Group) -> None:
    question = made_up.discussion(group)
    allies = made_up.root(made_up.organisation("allies", "The Allies"))
    caller = operations.ask(SYSTEM, discussion=question, group=allies)
    assert "The Allies" not in shown(client, question.slug)
    operations.answer_call(SYSTEM, caller=caller, accept=True)
    assert "The Allies" in shown(client, question.slug)


def test_nothing_yet_and_closed(client: Client, group: Group) -> None:
    question = made_up.discussion(group)
    assert "No meeting is announced" in shown(client, question.slug)
    operations.close(SYSTEM, discussion=question)
    said = shown(client, question.slug)
    assert "No more meetings are held." in said
    assert "Hold one in your town" not in said


def test_its_organisations_and_meetings_lead_to_it(client: Client, group: Group) -> None:
    others = made_up.root(made_up.organisation("others", "Others"))
    question = made_up.discussion(group)
    link = f'href="/d/{question.slug}"'
    meeting = made_up.meeting(question, group)
    assert link in client.get(f"/g/{group.slug}").content.decode()
    assert link in client.get(f"/e/{meeting.event.slug}").content.decode()
    asked = operations.ask(SYSTEM, discussion=question, group=others)
    assert link not in client.get(f"/g/{others.slug}").content.decode()
    operations.answer_call(SYSTEM, caller=asked, accept=True)
    assert link in client.get(f"/g/{others.slug}").content.decode()
    operations.close(SYSTEM, discussion=question)
    assert link not in client.get(f"/g/{group.slug}").content.decode()
    # What was said at a meeting can be read for as long as its page stands.
    assert link in client.get(f"/e/{meeting.event.slug}").content.decode()


def written_up(question: Discussion, group: Group, number: int, notes: int = 1, words: str = "High.") -> Meeting:
    meeting = made_up.meeting(question, group, title=f"Evening {number}", days=number + 1)
    said = [Said(heading=f"Heading {number} {note}", text=words) for note in range(notes)]
    decided = [made_up.decided(f"Outcome {number}")]
    operations.write_up(SYSTEM, meeting=meeting, said=said, decided=decided)
    return meeting


def test_each_of_its_lists_leads_on_to_the_rest(
    client: Client,
    group: Group,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """What lies ahead from the next on, what was said and decided from the latest on."""
    for size in ("PAGE", "PAGE_OF_NOTES"):
        monkeypatch.setattr(discussion, size, 2)
    question = made_up.discussion(group)
    for number in range(3):
        written_up(question, group, number)
    with django_assert_num_queries(6):
        first = client.get(f"/d/{question.slug}").context
    assert first["more"] == {"ahead": "page=2", "decided": "decided=2", "said": "said=2"}
    assert [one["title"] for one in first["ahead"]] == ["Evening 0", "Evening 1"]
    assert [one["text"] for one in first["outcomes"]] == ["Outcome 2", "Outcome 1"]
    assert [one["title"] for one in first["held"]] == ["Evening 2", "Evening 1"]
    last = [
        client.get(f"/d/{question.slug}?{first['more'][name]}").context for name in ("ahead", "decided", "said")
    ]
    assert [one["title"] for one in last[0]["ahead"]] == ["Evening 2"]
    assert [one["text"] for one in last[1]["outcomes"]] == ["Outcome 0"]
    assert [one["title"] for one in last[2]["held"]] == ["Evening 0"]
    assert [one["more"][name] for one, name in zip(last, first["more"], strict=True)] == ["", "", ""]
    for nowhere in ("page=3", "said=3", "decided=9", "page=x", "said=0"):
        assert client.get(f"/d/{question.slug}?{nowhere}").status_code == 404


def test_what_was_said_at_one_meeting_may_go_on_on_the_next_page(
    client: Client, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discussion, "PAGE_OF_NOTES", 2)
    question = made_up.discussion(group)
    written_up(question, group, 0, notes=3)
    shown = [client.get(f"/d/{question.slug}?said={number}").context["held"] for number in (1, 2)]
    assert [[one["title"] for one in held] for held in shown] == [["Evening 0"], ["Evening 0"]]
    assert [[note["heading"][-1] for note in held[0]["notes"]] for held in shown] == [["0", "1"], ["2"]]


def test_it_is_small_however_much_was_said(client: Client, group: Group) -> None:
    question = made_up.discussion(group)
    chance = random.Random(1)
    syllables = ["".join(chance.choices("aeioulnrst", k=4)) for _ in range(400)]
    for number in range(60):
        written_up(question, group, number, 2, " ".join(chance.choices(syllables, k=900)))
    page = client.get(f"/d/{question.slug}").content
    sheets = ("public/public.css", "public/discussion.css", "public/swell.svg")
    common = [known()[name].read_bytes() for name in sheets]
    common.append(style_sheet(Colour.from_hex(group.organisation.accent)).encode())
    assert len(page) > 60_000
    assert sum(len(gzip.compress(each)) for each in (page, *common)) < 60_000
