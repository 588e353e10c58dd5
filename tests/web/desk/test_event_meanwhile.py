"""Two organisers edit the same rally: the second is shown what changed and loses nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from groundswell.events import operations
from groundswell.events.models import Event, Speaker
from groundswell.events.programme import Speaking, set_programme
from groundswell.groups.models import Group
from groundswell.web.desk import event_edit
from tests import made_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db

Form = dict[str, str]


@pytest.fixture
def event(group: Group) -> Event:
    made = made_up.event(group, capacity=40)
    set_programme(made_up.SYSTEM, event=made, speakers=[Speaking(name="Ada")])
    return made


def opened(client: Client, event: Event) -> Form:
    """The form as a browser would send it back."""
    return sendable(client.get(f"/desk/events/{event.id}/edit"))


def sendable(answer) -> Form:
    page = Markup(answer.content.decode())
    fields = [each for each in page.all("input") if each.get("type") != "checkbox" or "checked" in each]
    form = {each["name"]: each.get("value", "") for each in fields}
    text = answer.context["form"]["values"]
    return {
        **form,
        **{name: text[name] for name in ("text", "access", "kind", "zone", "group", "audience", "bsl")},
    }


def save(client: Client, event: Event, form: Form, **typed: str) -> Any:
    return client.post(f"/desk/events/{event.id}/edit", {**form, **typed, "then": "save"})


def rows(answer) -> list[tuple[str, str, str, bool]]:
    return [(one["label"], one["theirs"], one["mine"], one["taken"]) for one in answer.context["differences"]]


def test_the_second_is_shown_what_the_first_has_changed_and_keeps_what_was_typed(
    organiser: Client, owner: Client, event: Event
) -> None:
    first, second = opened(organiser, event), opened(owner, event)
    save(organiser, event, first, title="Theirs", capacity="50", text="One.\r\n\r\nTwo.")
    answer = save(owner, event, second, title="Mine", target="900")
    assert answer.status_code == 409
    assert rows(answer) == [
        ("Title", "Theirs", "Mine", False),
        ("Text", "One.\n\nTwo.", "Bring a friend.", True),
        ("Capacity", "50", "40", True),
    ]
    page = answer.content.decode()
    assert "Somebody else has changed this event since you opened it" in page
    form = sendable(answer)
    assert (form["title"], form["target"], form["capacity"], form["text"]) == ("Mine", "900", "50", "One.\n\nTwo.")
    assert Event.objects.get().title == "Theirs"


def test_the_second_can_save_over_it_knowingly(organiser: Client, owner: Client, event: Event) -> None:
    first, second = opened(organiser, event), opened(owner, event)
    save(organiser, event, first, title="Theirs", capacity="50")
    form = sendable(save(owner, event, second, title="Mine"))
    assert save(owner, event, form).status_code == 303
    saved = Event.objects.get()
    assert (saved.title, saved.capacity, saved.version) == ("Mine", 50, 2)


def test_a_third_is_noticed_while_the_second_looks(organiser: Client, owner: Client, event: Event) -> None:
    first, second = opened(organiser, event), opened(owner, event)
    save(organiser, event, first, title="Theirs")
    form = sendable(save(owner, event, second, title="Mine"))
    save(organiser, event, opened(organiser, event), venue="Elsewhere")
    answer = save(owner, event, form)
    assert (answer.status_code, rows(answer)) == (409, [("Place", "Elsewhere", "Riverside Hall", True)])
    assert sendable(answer)["title"] == "Mine"


def test_speakers_are_held_against_each_other_as_well(organiser: Client, owner: Client, event: Event) -> None:
    first, second = opened(organiser, event), opened(owner, event)
    save(organiser, event, first, **{"speaker-1-name": "Bea", "speaker-1-standing": "announced"})
    answer = save(owner, event, second, title="Mine")
    assert rows(answer) == [("Who speaks", "Ada, invited\nBea, announced", "Ada, invited", True)]
    save(owner, event, sendable(answer), **{"speaker-1-standing": "announced"})
    assert list(Speaker.objects.order_by("position").values_list("name", flat=True)) == ["Ada", "Bea"]


def test_what_was_chosen_and_ticked_is_shown_in_words(organiser: Client, owner: Client, event: Event) -> None:
    first, second = opened(organiser, event), opened(owner, event)
    save(organiser, event, first, kind="meeting", count_hidden="yes", postcode="M1 1AE")
    assert rows(save(owner, event, second)) == [
        ("Kind", "Meeting", "Rally", True),
        ("Postcode", "M1 1AE", "empty", True),
        ("Nobody sees how many are coming", "yes", "no", True),
    ]


def test_a_form_that_does_not_say_what_it_was_opened_on_counts_as_typed(
    organiser: Client, owner: Client, event: Event
) -> None:
    first, second = opened(organiser, event), opened(owner, event)
    save(organiser, event, first, title="Theirs")
    answer = save(owner, event, second, base="rubbish title:x")
    assert rows(answer) == [("Title", "Theirs", "Stand in unity", False)]


def test_without_the_version_the_first_loses(
    organiser: Client, owner: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: nobody looks on which version a change was made."""
    change: Callable[..., Event] = operations.change
    monkeypatch.setattr(event_edit, "change", lambda *who, **what: change(*who, **{**what, "seen": None}))
    first, second = opened(organiser, event), opened(owner, event)
    save(organiser, event, first, capacity="50")
    assert save(owner, event, second, title="Mine").status_code == 303
    assert Event.objects.get().capacity == 40
