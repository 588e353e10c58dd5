"""Where the demo may be loaded and shown: on this machine, apart from real records, and nowhere else."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from groundswell.groups.models import Organisation
from groundswell.groups.operations import create_organisation
from groundswell.ops.demo.loading import DemoRefused, guard, load
from groundswell.ops.prepare import NotPossible, prepare
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(settings: Settings) -> None:
    """An installation that holds an organisation of the demo."""
    create_organisation(made_up.SYSTEM, slug="demo", name="Demo", demonstration_note=settings.DEMONSTRATION_NOTE)


def test_the_command_says_what_it_did() -> None:
    printed = StringIO()
    call_command("demo", stdout=printed)
    call_command("demo", stdout=printed)
    assert printed.getvalue().splitlines() == ["The demo is loaded.", "The demo was there already."]


def test_it_keeps_away_from_real_records(settings: Settings) -> None:
    made_up.organisation()
    with pytest.raises(CommandError, match="organisations of your own in this installation"):
        call_command("demo")
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, demo=True)
    with pytest.raises(NotPossible, match="organisations of your own in this installation"):
        prepare()
    assert Organisation.objects.count() == 1


UNSAFE = [
    {"smtp": "smtp://mail.example.org"},
    {"host": "0.0.0.0"},
    {"base_url": "https://rally.example.org"},
]


@pytest.mark.parametrize("unsafe", UNSAFE)
def test_it_is_not_loaded_where_others_would_see_it(settings: Settings, unsafe: dict[str, str]) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, **unsafe)
    with pytest.raises(DemoRefused, match=r"^The demo "):
        load()
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("unsafe", UNSAFE)
def test_it_is_not_shown_to_others_at_a_later_start(
    settings: Settings, held: None, unsafe: dict[str, str]
) -> None:
    guard()
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, **unsafe)
    with pytest.raises(DemoRefused, match=r"^What is kept here is the demo"):
        guard()


@pytest.mark.parametrize("unsafe", UNSAFE)
def test_a_real_installation_is_shown_to_everybody(settings: Settings, unsafe: dict[str, str]) -> None:
    made_up.organisation()
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, **unsafe)
    guard()
