"""Who sees from where people were brought."""

from dataclasses import replace

import pytest

from groundswell.groups.errors import NotAllowed
from groundswell.people.access import imports_seen_by
from tests import made_up

pytestmark = pytest.mark.django_db


def test_who_brings_people_sees_where_they_came_from() -> None:
    organisation = made_up.organisation()
    root = made_up.root(organisation)
    brought = made_up.brought(organisation, "ada@example.org")
    organiser = made_up.actor(root)
    assert list(imports_seen_by(organiser, organisation.id)) == [brought]
    branch = made_up.actor(made_up.branch(root), email="bea@example.org")
    assert list(imports_seen_by(branch, organisation.id)) == []
    for actor in (
        made_up.actor(root, made_up.TREASURER, "tom@example.org"),
        replace(organiser, contact_data=False),
    ):
        with pytest.raises(NotAllowed):
            imports_seen_by(actor, organisation.id)
