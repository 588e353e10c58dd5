"""``/v/<id>``: a visit is counted, whoever comes, and leads where an organiser wrote that it does."""

import pytest
from django.test import Client

from groundswell.intake.journal import Journal, NotKept
from groundswell.intake.settling import settle
from groundswell.mailings.models import Link
from groundswell.mailings.visits import visits_of
from tests import made_up
from tests.mailings.archived import letter as archived_letter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def link() -> Link:
    return visits_of(archived_letter(made_up.root(made_up.organisation())))[0]


def visits() -> int:
    while settle():
        pass
    return Link.objects.get().visits


def test_a_visit_counts_and_leads_on(client: Client, link: Link) -> None:
    answer = client.get(f"/v/{link.id}?to=https://elsewhere.example/")
    assert (answer.status_code, answer["Location"]) == (302, "https://example.org/sign")
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    client.get(f"/v/{link.id}")
    assert visits() == 2


def test_who_looks_what_is_there_does_not_count(client: Client, link: Link) -> None:
    assert client.head(f"/v/{link.id}").status_code == 302
    assert client.post(f"/v/{link.id}").status_code == 405
    assert visits() == 0


def test_a_visit_that_cannot_be_taken_down_leads_on(
    client: Client, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise NotKept

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "append", full)
        assert client.get(f"/v/{link.id}")["Location"] == "https://example.org/sign"
    assert visits() == 0


def test_what_is_not_there_says_so(client: Client) -> None:
    assert client.get("/v/01a22518-67e0-7832-a66a-64e59b818d3b").status_code == 404
