"""What somebody had better know before a mailing goes."""

import pytest

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from groundswell.mailings.checks import warnings
from groundswell.mailings.models import Mailing
from groundswell.mailings.operations import Draft, compose
from tests import made_up

pytestmark = pytest.mark.django_db

GOOD = {"subject": "Come on Saturday", "preheader": "At noon", "text": "Come, all of you: https://example.org/x"}


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation())


def of(root: Group, more: dict[str, str] | None = None, **rest: object) -> list[str]:
    """What is said about a mailing that differs from a good one in this."""
    draft = Draft(words={"en": GOOD | (more or {})}, **rest)  # type: ignore[arg-type]
    return warnings(compose(SYSTEM, group=root, draft=draft))


def test_of_a_good_one_nothing_is_said(root: Group) -> None:
    assert of(root) == []
    assert of(root, {"text": "Come.\n\n{event}"}, event=made_up.event(root)) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"subject": "COME ON SATURDAY"}, "in capitals"),
        ({"subject": "Come!!"}, "shouts"),
        ({"subject": "Come " * 13}, "64 characters"),
        ({"preheader": ""}, "Nothing stands beside the subject"),
        ({"text": "Look: https://bit.ly/abc."}, "hides where it leads"),
        ({"text": "Look: http://example.org/abc"}, "is not encrypted"),
        ({"text": '"' * 19_000}, "KB long"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_better_looked_at(root: Group, more: dict[str, str], said: str) -> None:
    (sentence,) = of(root, more)
    assert said in sentence


def test_an_event_is_shown_and_an_invitation_has_one(root: Group) -> None:
    (sentence,) = of(root, event=made_up.event(root))
    assert "The event is not shown" in sentence
    (sentence,) = of(root, kind=Mailing.Kind.INVITATION)
    assert "An invitation is about an event" in sentence


def test_a_language_that_is_offered_and_not_written(root: Group) -> None:
    made_up.speak(root.organisation, "fr")
    root.refresh_from_db()
    (sentence,) = of(Group.objects.get(id=root.id))
    assert sentence.startswith("Nothing is written in Fran")
