"""What the callers say of a bloc, checked field by field."""

from datetime import time

import pytest

from groundswell.blocs.details import MOST_PICK_UPS, MOST_STEWARDS, Coach, Details, Looks, checked, details_of
from groundswell.blocs.models import Bloc
from groundswell.groups.errors import InvalidFields
from tests import made_up


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 141}, "name"),
        ({"text": "\x00"}, "text"),
        ({"latitude": 91.0, "longitude": 0.0}, "latitude"),
        ({"latitude": 51.0}, "longitude"),
        ({"longitude": 1.0}, "latitude"),
        ({"gathers": time(12), "sets_off": time(11)}, "sets_off"),
        ({"stewards": (Looks(name="", phone="1"),)}, "steward-0-name"),
        ({"stewards": (Looks(name="", section="A"),)}, "steward-0-name"),
        ({"stewards": (Looks(name="A", phone="1" * 41),)}, "steward-0-phone"),
        ({"stewards": (Looks(name="A"),) * (MOST_STEWARDS + 1)}, "steward-0-name"),
        ({"pick_ups": (Coach(where="", seats=1),)}, "coach-0-where"),
        ({"pick_ups": (Coach(where="A", seats=0),)}, "coach-0-seats"),
        ({"pick_ups": (Coach(where="A", seats=1),) * (MOST_PICK_UPS + 1)}, "coach-0-where"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(facts: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        checked(made_up.bloc_details(**facts))
    assert set(refused.value.errors) == {field}


def test_lines_that_name_nothing_are_left_out() -> None:
    lines = {
        "stewards": (Looks(name=" "), Looks(name="A")),
        "pick_ups": (Coach(where=""), Coach(where="B", seats=2)),
    }
    values = checked(Details(name="A", **lines))  # type: ignore[arg-type]
    assert [one.name for one in values.stewards] == ["A"]
    assert [one.where for one in values.pick_ups] == ["B"]


@pytest.mark.django_db
def test_a_bloc_says_again_what_it_was_told(bloc: Bloc) -> None:
    known = details_of(bloc)
    assert known.pick_ups[0].id is not None
    told = made_up.bloc_details()
    assert (known.name, known.gathers, known.stewards) == (told.name, told.gathers, told.stewards)
