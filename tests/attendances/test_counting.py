""" "Count me, don't contact me"."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from groundswell.attendances.counting import code_digest, code_for, is_code, opened_token, token_for
from groundswell.attendances.models import Counted
from groundswell.attendances.queries import coming, tally_of
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.intake.kinds import Invalid, Refused
from groundswell.kit.clock import now
from groundswell.kit.crypto import BadLink
from groundswell.kit.ids import uuid7
from groundswell.people.models import Person
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation()), capacity=2)


def count(event: Event, people: int = 2, code: str = "", token: str = "") -> list[Refused]:
    opened = opened_token(event.id, token or token_for(event.id))
    form = {"people": str(people), "token": str(opened), "digest": code_digest(event.id, code or code_for(opened))}
    return made_up.act("count", event.organisation_id, event.id, form)


def uncount(event: Event, code: str) -> list[Refused]:
    return made_up.act("uncount", event.organisation_id, event.id, {"digest": code_digest(event.id, code)})


def test_they_count_apart_from_everybody_else(event: Event) -> None:
    assert count(event, 10) == []
    assert (tally_of(event.id).counted, coming(event.id), Person.objects.count()) == (10, 0, 0)


def test_a_token_counts_once(event: Event) -> None:
    token = token_for(event.id)
    assert count(event, token=token) == count(event, 5, token=token) == []
    assert tally_of(event.id).counted == 2


def test_a_token_is_for_one_event_and_for_two_hours(event: Event) -> None:
    token = token_for(event.id)
    with pytest.raises(BadLink):
        opened_token(uuid7(), token)
    with pytest.raises(BadLink):
        opened_token(event.id, token[:-2])
    with time_machine.travel(now() + timedelta(hours=1, minutes=59)):
        opened_token(event.id, token)
    with time_machine.travel(now() + timedelta(hours=2, minutes=1)), pytest.raises(BadLink):
        opened_token(event.id, token)


def test_a_code_takes_them_out_again_once(event: Event) -> None:
    code = code_for(uuid7())
    count(event, 3, code)
    assert code not in Counted.objects.get().digest
    assert uncount(event, code.lower().replace("-", " ")) == []
    assert (tally_of(event.id).counted, Counted.objects.count()) == (0, 0)
    assert [one.code for one in (*uncount(event, code), *uncount(event, code_for(uuid7())))] == [
        "code-unknown"
    ] * 2


def test_a_code_of_another_event_is_none(event: Event) -> None:
    code = code_for(uuid7())
    count(event, 3, code)
    assert uncount(made_up.event(event.group), code)
    assert tally_of(event.id).counted == 3


def test_nobody_is_counted_at_what_takes_no_answers(event: Event) -> None:
    events.cancel(made_up.SYSTEM, event=event)
    assert [one.code for one in count(event)] == ["event-closed"]
    gone = made_up.act(
        "count", event.organisation_id, uuid7(), {"people": "1", "token": str(uuid7()), "digest": "x"}
    )
    assert [one.code for one in gone] == ["not-found"]


@pytest.mark.parametrize(
    "form", [{"people": "0"}, {"people": "11"}, {"people": "x"}, {"people": "1", "token": "x"}]
)
def test_what_is_no_number_is_refused(event: Event, form: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        made_up.act("count", event.organisation_id, event.id, form)


def test_a_code_is_known_by_its_shape() -> None:
    code = code_for(uuid7())
    assert is_code(code)
    assert is_code(f" {code.lower().replace('-', '')} ")
    assert not is_code(code[:-1])
    assert code_for(UUID(int=1)) == code_for(UUID(int=1))
