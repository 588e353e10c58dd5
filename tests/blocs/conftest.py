"""A host with an event, and another organisation that calls a bloc in it."""

import pytest

from groundswell.blocs.models import Bloc
from groundswell.events.models import Event
from groundswell.groups.access import Actor
from groundswell.groups.models import Group
from tests import made_up


@pytest.fixture
def assembly() -> Group:
    """Whoever holds the event."""
    return made_up.root(made_up.organisation("assembly", "The Assembly"))


@pytest.fixture
def wing() -> Group:
    """Whoever calls the bloc."""
    return made_up.root(made_up.organisation("wing", "The Wing"))


@pytest.fixture
def host(assembly: Group) -> Actor:
    return made_up.actor(assembly, email="host@example.org")


@pytest.fixture
def caller(wing: Group) -> Actor:
    return made_up.actor(wing, email="caller@example.org")


@pytest.fixture
def march(assembly: Group) -> Event:
    return made_up.event(assembly, title="Great march", kind="demonstration", day=made_up.in_days(7))


@pytest.fixture
def bloc(wing: Group, march: Event) -> Bloc:
    return made_up.bloc(wing, march)
