"""What became of the copies for one person."""

import pytest
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.models import Group
from groundswell.mailings.models import Mailing, Result, Return
from groundswell.mailings.queries import Copy, copies_to, in_words, subject_of
from groundswell.people.models import Person
from tests import made_up
from tests.mailings.archived import letter as archived_letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def ada(root: Group) -> Person:
    return made_up.subscriber(root.organisation, "Ada")


def copies(*people: Person) -> list[Copy]:
    return in_words(list(copies_to(people[0].organisation_id, [one.id for one in people])))


def sent(root: Group, to: Person) -> Mailing:
    first = made_up.person(root.organisation, "Zoe")
    return made_up.mailing(root, [first, to])


def test_each_copy_is_there_once_the_latest_first(root: Group, ada: Person) -> None:
    before, after = sent(root, ada), sent(root, ada)
    assert [one.mailing for one in copies(ada)] == [after, before]
    assert {one.words for one in copies(ada)} == {"Taken by the mail server"}
    assert all(one.reached for one in copies(ada))


def test_copies_for_an_address_that_was_merged_are_among_them(root: Group, ada: Person) -> None:
    other = made_up.subscriber(root.organisation, "Bea")
    to_other = sent(root, other)
    assert [one.mailing for one in copies(ada, other)] == [to_other]
    assert copies(ada) == []


def test_what_another_organisation_sent_is_not_among_them(root: Group, ada: Person) -> None:
    sent(root, ada)
    elsewhere = made_up.organisation("other", "Other")
    assert list(copies_to(elsewhere.id, [ada.id])) == []


@pytest.mark.parametrize(
    ("state", "words", "reached"),
    [
        ("refused", "Refused for good", True),
        ("given-up", "Tried for days", True),
        ("skipped", "Not sent: taken back, suppressed or enough for this week", False),
        ("doubt", "In doubt: the connection ended before the answer", True),
        ("left", "In doubt, and left at that", True),
    ],
)
def test_what_became_of_it_is_said(root: Group, ada: Person, state: str, words: str, reached: bool) -> None:
    sent(root, ada)
    Result.objects.update(state=state)
    (copy,) = copies(ada)
    assert (copy.state, copy.words, copy.reached) == (state, words, reached)
    assert copy.at == Result.objects.get().at


def test_a_complaint_says_more_than_that_it_came_back(root: Group, ada: Person) -> None:
    mailing = sent(root, ada)
    own = {"organisation_id": root.organisation_id, "mailing_id": mailing.id, "number": 2}
    for kind, words in (
        ("soft", "Came back for now"),
        ("hard", "Came back: the address takes no mail"),
        ("complaint", "Called unwanted"),
    ):
        Return.objects.create(**own, kind=kind)
        (copy,) = copies(ada)
        assert (copy.state, copy.words) == (kind, words)


def test_a_copy_waits_or_was_cancelled_before_it_went(root: Group, ada: Person) -> None:
    mailing = sent(root, ada)
    Result.objects.all().delete()
    (copy,) = copies(ada)
    assert (copy.state, copy.at, copy.reached) == ("waiting", mailing.created_at, False)
    Mailing.objects.update(state="cancelled", starts_at=mailing.created_at)
    (copy,) = copies(ada)
    assert (copy.state, copy.words, copy.reached) == ("cancelled", "Not sent: cancelled before", False)


def test_three_cost_no_more_than_one(
    root: Group, ada: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(2):
        sent(root, ada)
        with django_assert_num_queries(2):
            assert copies(ada)


def test_a_subject_names_its_event_as_it_is_now() -> None:
    root = made_up.root(made_up.organisation())
    event = made_up.event(root, title="The great march")
    mailing = archived_letter(root, "Come.", event=event)
    mailing.words["en"]["subject"] = "{first_name|Friend}: {event_title|our rally}"
    assert subject_of(mailing) == "Friend: The great march"
    mailing.event = None
    assert subject_of(mailing) == "Friend: our rally"
