"""Rows that were written down are the same again."""

import json

import pytest

from groundswell.attendances.models import Attendance
from groundswell.kit.written import read, written
from tests import made_up

pytestmark = pytest.mark.django_db


def test_a_row_comes_back_to_the_last_column() -> None:
    event = made_up.event(made_up.root(made_up.organisation()))
    row = made_up.confirmed(event, guests=2, via="choir")
    again = read(Attendance, json.loads(json.dumps(written(row))))
    columns = [field.attname for field in Attendance._meta.concrete_fields]
    assert [getattr(again, name) for name in columns] == [getattr(row, name) for name in columns]
