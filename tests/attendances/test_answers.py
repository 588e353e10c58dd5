"""What somebody types when they say that they are coming."""

from collections.abc import Mapping
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from groundswell.attendances.answers import (
    BOXES,
    LONGEST_NAME,
    MOST_GUESTS,
    Answer,
    Choice,
    parse_answer,
    parse_choice,
    read_answer,
    read_choice,
)
from groundswell.attendances.models import Attendance
from groundswell.intake import kinds
from groundswell.intake.kinds import Action, Invalid
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from tests import made_up

FORM = {"name": "Ada", "email": "ada@example.org", "agree": "yes"}
WORDING = UUID("01890000-0000-7000-8000-000000000001")


def read(**changed: str) -> Answer:
    return read_answer(parse_answer({**FORM, **changed}))


def errors(**changed: str) -> Mapping[str, str]:
    with pytest.raises(Invalid) as caught:
        parse_answer({**FORM, **changed})
    return caught.value.errors


def test_a_name_an_address_and_a_tick_are_enough() -> None:
    assert read() == Answer(name="Ada", email="ada@example.org", ticked={"event": None})


def test_everything_that_is_asked_is_read() -> None:
    answer = read(
        name="  Ada  Lovelace",
        email="Ada@Example.org",
        postcode="m1 1ae",
        guests=" 2 ",
        agree=str(WORDING),
        updates="on",
        nearby=str(WORDING),
    )
    assert answer == Answer(
        name="Ada Lovelace",
        email="Ada@example.org",
        sector="M1 1",
        guests=2,
        ticked={"event": WORDING, "updates": None, "nearby": WORDING},
    )


def test_of_a_postcode_only_the_sector_is_ever_written_down() -> None:
    assert b"1AE" not in parse_answer({**FORM, "postcode": "M1 1AE"}).upper()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * (LONGEST_NAME + 1)),
        ("name", "Ada\r\nBcc: eve@example.org"),
        ("name", "Ada\0"),
        ("name", "\ud800"),
        ("name", "Ad\ufffd"),
        ("email", ""),
        ("email", "ada"),
        ("email", "ada@example.org\nBcc: eve@example.org"),
        ("postcode", "nowhere"),
        ("guests", "-1"),
        ("guests", str(MOST_GUESTS + 1)),
        ("guests", "two"),
        ("guests", "٣"),
        ("guests", "²"),
        ("guests", "1.5"),
        ("guests", "000099999"),
        ("guests", "9" * 5000),
        ("agree", ""),
    ],
)
def test_each_field_that_is_wrong_gets_its_sentence(field: str, typed: str) -> None:
    found = errors(**{field: typed})
    assert list(found) == [field]
    assert found[field].endswith(".")


def test_all_sentences_come_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        parse_answer({"postcode": "x", "guests": "x"})
    assert set(caught.value.errors) == {"name", "email", "postcode", "guests", "agree"}
    assert str(caught.value).count(";") == 4


@pytest.mark.parametrize(("typed", "guests"), [("", 0), ("0", 0), ("9", 9), ("007", 7), ("0" * 9000, 0)])
def test_guests_are_a_small_number(typed: str, guests: int) -> None:
    assert read(guests=typed).guests == guests


def test_the_longest_name_is_taken() -> None:
    assert read(name="x" * LONGEST_NAME).name == "x" * LONGEST_NAME


def test_a_box_that_names_nothing_known_is_ticked_by_the_words_in_force() -> None:
    assert read(updates="whatever").ticked == {"event": None, "updates": None}


def test_a_choice_names_the_answer_that_was_shown() -> None:
    assert read_choice(parse_choice({"answer": str(WORDING)})) == Choice(WORDING)
    assert read_choice(parse_choice({"answer": ""})) == read_choice(parse_choice({})) == Choice(None)
    with pytest.raises(Invalid):
        parse_choice({"answer": "x"})


def parsed(form: dict[str, str]) -> tuple[bytes | None, dict[str, str]]:
    try:
        return parse_answer(form), {}
    except Invalid as invalid:
        return None, invalid.errors


typed = st.one_of(
    st.text(st.characters(), max_size=300),
    st.sampled_from(["Ada", "ada@example.org", "ada@bücher.example", "M1 1AE", "BT1 5GS", "3", "0009", "yes", ""]),
    st.uuids().map(str),
    st.integers().map(str),
)
forms = st.dictionaries(st.sampled_from(["name", "email", "postcode", "guests", *BOXES]), typed)


@given(st.builds(lambda base, form: {**base, **form}, st.sampled_from([{}, FORM]), forms))
def test_anything_typed_is_a_payload_or_a_sentence(form: dict[str, str]) -> None:
    payload, errors = parsed(form)
    assert set(errors) <= {"name", "email", "postcode", "guests", "agree"}
    assert all(sentence.endswith(".") for sentence in errors.values())
    if payload is None:
        assert errors
        return
    assert b"\0" not in payload
    assert payload.decode()
    answer = read_answer(payload)
    assert 1 <= len(answer.name) <= LONGEST_NAME
    assert 0 <= answer.guests <= MOST_GUESTS
    assert len(answer.sector) <= 8
    assert len(answer.email) <= 254


@pytest.mark.django_db
@given(st.builds(lambda form: {**FORM, **form}, forms))
@example({**FORM, "name": "\u0000"})
@example({**FORM, "guests": "000099999"})
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_accepted_settles(db: None, form: dict[str, str]) -> None:
    payload, _ = parsed({**form, "agree": "yes"})
    if payload is None:
        return
    event = made_up.event(made_up.root(made_up.organisation(f"o-{uuid7().hex}")))
    action = Action(uuid7(), "attend", event.organisation_id, event.id, payload, now())
    assert list(kinds.named("attend").settle(event.organisation_id, [action])) == []
    attendance = Attendance.objects.select_related("person").get(event=event)
    answer = read_answer(payload)
    assert attendance.answer() == answer
    made_up.confirm(attendance)
    attendance = Attendance.objects.select_related("person").get(event=event)
    assert (attendance.person.name, attendance.person.email) == (answer.name, answer.email)
    assert (attendance.person.sector, attendance.guests) == (answer.sector, answer.guests)
