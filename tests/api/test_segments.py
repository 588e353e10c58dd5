"""``/api/v1/segments``: whom somebody means, how many they are, and who they are for a token that may know."""

import pytest
from django.test import Client

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Organisation
from groundswell.ledger.models import Entry
from groundswell.people.models import Segment
from groundswell.people.saved import save_segment
from groundswell.people.segments import Segmentation, parse
from groundswell.people.sorting import tag_people
from tests import made_up
from tests.api.conftest import client_of

pytestmark = pytest.mark.django_db

HERE = "/api/v1/segments"


@pytest.fixture
def segment(organisation: Organisation) -> Segment:
    for name in ("Ada", "Bo", "Cy"):
        made_up.subscriber(organisation, name)
    made_up.person(organisation, "Di")
    return save_segment(SYSTEM, organisation=organisation, name="All", segmentation=Segmentation())


def test_it_lists_those_of_the_organisation(api: Client, segment: Segment, other: Organisation) -> None:
    save_segment(SYSTEM, organisation=other, name="Not ours", segmentation=Segmentation())
    near = parse({"steps": [{"is": "near", "postcode": "M1 1AE", "distance": 5}]})
    save_segment(SYSTEM, organisation=segment.organisation, name="Near", segmentation=near)
    items = api.get(HERE).json()["items"]
    assert [(one["name"], one["sentence"]) for one in items] == [
        ("Near", "Those who live within 5 miles of M1 1AE."),
        ("All", "Everybody."),
    ]


def test_it_counts_those_who_allow_it(api: Client, segment: Segment) -> None:
    found = api.get(f"{HERE}/{segment.id}").json()
    assert (found["people"], found["purpose"], found["channel"]) == (3, "updates", "email")
    assert api.get(f"{HERE}/{segment.id}?channel=sms").json()["people"] == 0
    assert api.get(f"{HERE}/{segment.id}?channel=pigeon").status_code == 422


def test_its_people_come_page_by_page_and_that_is_written_down(api: Client, segment: Segment) -> None:
    ada = made_up.person(segment.organisation, "Ada")
    tag_people(SYSTEM, organisation=segment.organisation, people=[ada.id], name="Stall")
    first = api.get(f"{HERE}/{segment.id}/people?limit=2").json()
    assert [one["name"] for one in first["items"]] == ["Cy", "Bo"]
    second = api.get(first["next"].partition("testserver")[2] or first["next"]).json()
    (one,) = second["items"]
    assert second["next"] is None
    assert (one["id"], one["email"], one["tags"]) == (str(ada.id), "ada@example.org", ["Stall"])
    assert one["consents"] == [{"purpose": "updates", "channel": "email"}]
    read = Entry.objects.filter(verb="people.see_segment", object_id=segment.id)
    assert sorted(entry.detail["people"] for entry in read) == [1, 2]


def test_a_token_without_contact_data_counts_and_names_nobody(
    organisation: Organisation, segment: Segment, other: Organisation
) -> None:
    blind = client_of(organisation, contact_data=False)
    assert blind.get(f"{HERE}/{segment.id}").json()["people"] == 3
    assert blind.get(f"{HERE}/{segment.id}/people").status_code == 403
    assert client_of(other).get(f"{HERE}/{segment.id}/people").status_code == 404
