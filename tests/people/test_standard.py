"""The words that people agree to when an organisation starts."""

import pytest

from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Organisation
from groundswell.people.models import Wording
from groundswell.people.queries import current_wordings
from groundswell.people.standard import publish_standard_wordings
from tests import made_up

pytestmark = pytest.mark.django_db


def test_every_purpose_has_words_that_name_the_organisation() -> None:
    organisation = made_up.organisation(name="Tenants’ Union")
    wordings = current_wordings(organisation.id)
    assert set(wordings) == {"event", "updates", "nearby"}
    assert all("Tenants’ Union" in wording.text for wording in wordings.values())
    assert wordings["event"].text == (
        "I agree that Tenants’ Union records that I plan to come. "
        "This may show my political views. Deleted 30 days after the event."
    )


def test_words_in_force_are_not_published_again() -> None:
    organisation = made_up.organisation()
    assert publish_standard_wordings(made_up.SYSTEM, organisation=organisation) == []


def test_a_new_name_brings_new_words_and_keeps_the_old_ones() -> None:
    organisation = made_up.organisation()
    owner = made_up.actor(made_up.root(organisation), made_up.OWNER)
    Organisation.objects.filter(id=organisation.id).update(name="Renters’ Union")
    organisation.refresh_from_db()
    published = publish_standard_wordings(owner, organisation=organisation)
    assert len(published) == 3
    assert Wording.objects.filter(organisation=organisation).count() == 6
    assert "Renters’ Union" in current_wordings(organisation.id)["updates"].text


def test_only_an_owner_puts_them_into_force() -> None:
    organisation = made_up.organisation()
    organiser = made_up.actor(made_up.root(organisation), made_up.ORGANISER)
    stranger = made_up.actor(
        made_up.root(made_up.organisation("others", "Others")), made_up.OWNER, "x@example.org"
    )
    with pytest.raises(NotAllowed):
        publish_standard_wordings(organiser, organisation=organisation)
    with pytest.raises(NotFound):
        publish_standard_wordings(stranger, organisation=organisation)
