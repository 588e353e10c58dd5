"""The privacy registry: what it demands of those who declare."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from groundswell.groups.models import Campaign
from groundswell.kit import privacy
from groundswell.kit.privacy import About, Erasure, Purpose, Table, Term, not_personal, personal

PURPOSE = Purpose(what="a name", why="to call it", kept="for ever", basis="none")
EVERY_FIELD = ("id", "organisation", "name", "purpose", "created_at")


@pytest.fixture(autouse=True)
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A registry of this test's own."""
    monkeypatch.setattr(privacy, "_tables", {})
    return None


def declare(*names: str, **more: object) -> None:
    about = {"model": "groups.Campaign", "about": About.NOBODY, "term": Term(words="always")}
    privacy.register(Table(**{**about, "fields": not_personal(*names), **more}))  # type: ignore[arg-type]


def problems() -> list[str]:
    return privacy.problems([Campaign])


def test_a_table_in_which_every_field_is_classified_has_no_problem() -> None:
    declare(*EVERY_FIELD)
    assert problems() == []


def test_a_table_that_nobody_declared_is_found() -> None:
    assert problems() == ["groups.Campaign is not in the privacy registry."]


def test_a_field_that_nobody_classified_is_found() -> None:
    declare(*EVERY_FIELD[:-1])
    assert problems() == ["groups.Campaign.created_at is not classified."]


def test_a_field_that_is_gone_is_found() -> None:
    declare(*EVERY_FIELD, "colour")
    assert problems() == ["groups.Campaign.colour is classified, and is gone."]


def test_a_table_that_is_gone_is_found() -> None:
    declare(*EVERY_FIELD)
    declare(model="groups.Parish")
    assert problems() == ["groups.Parish is in the privacy registry, and there is no such model."]


def test_what_is_personal_must_be_about_somebody() -> None:
    declare(*EVERY_FIELD, fields=not_personal(*EVERY_FIELD) | personal(PURPOSE, "name"))
    assert problems() == ["groups.Campaign has personal fields, and is said to be about nobody."]


def test_what_is_personal_must_have_a_purpose() -> None:
    declare(fields=not_personal(*EVERY_FIELD) | personal(None, "name"), about=About.NAMED)
    assert problems() == ["groups.Campaign.name has no purpose."]


def test_what_is_about_supporters_must_go_when_they_are_forgotten() -> None:
    declare(fields=not_personal(*EVERY_FIELD) | personal(PURPOSE, "name"), about=About.SUPPORTERS)
    assert problems() == ["groups.Campaign.name is personal, and forgetting leaves it."]
    declare(
        fields=not_personal(*EVERY_FIELD) | personal(PURPOSE, "name"),
        about=About.SUPPORTERS,
        erasure=Erasure.DELETED,
    )
    assert problems() == []


def test_a_fields_own_term_wins_over_its_tables() -> None:
    day = Term(words="a day", after=timedelta(days=1))
    fields = personal(PURPOSE, "name", term=day)
    assert fields["name"].term == day


def test_django_refuses_to_go_on_with_an_unclassified_field() -> None:
    with pytest.raises(SystemCheckError, match=r"people\.Person is not in the privacy registry"):
        call_command("check", tags=["privacy"])


def test_purposes_come_once_and_only_those_about_these_people() -> None:
    named = {"about": About.NAMED, "fields": not_personal("id") | personal(PURPOSE, "name", "purpose")}
    declare(**named)
    assert privacy.purposes(About.NAMED) == [PURPOSE]
    assert privacy.purposes(About.SUPPORTERS) == []
