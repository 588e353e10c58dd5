"""``/api/v1/endorsements``: which bodies stand with what the organisation calls to, and never who was asked."""

import pytest
from django.test import Client

from groundswell.groups.models import Organisation
from tests import made_up

pytestmark = pytest.mark.django_db


def test_it_lists_those_of_the_organisation_without_a_contact(api: Client, organisation: Organisation) -> None:
    event = made_up.event(made_up.root(organisation))
    made_up.endorsement(f"/e/{event.slug}")
    waits = made_up.asked_endorsement(f"/e/{event.slug}", body="Silent")
    other = made_up.event(made_up.root(made_up.organisation("others", "Others")))
    made_up.endorsement(f"/e/{other.slug}", body="Not ours")
    found = api.get("/api/v1/endorsements")
    assert [one["body"] for one in found.json()["items"]] == ["Silent", "Rail workers, Riverside branch"]
    first = found.json()["items"][0]
    assert (first["id"], first["event"], first["confirmed_at"]) == (str(waits.id), str(event.id), None)
    assert "secretary@" not in found.content.decode()
