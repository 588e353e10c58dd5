"""Buttons whose visits are counted: the same address for everybody, and only how often."""

from datetime import UTC, datetime

import pytest

from groundswell.groups.models import Organisation
from groundswell.intake.kinds import Action
from groundswell.kit.ids import uuid7
from groundswell.mailings.letters import letter, preview
from groundswell.mailings.models import Link, Mailing
from groundswell.mailings.visits import counted_addresses, make_links, settle_visits, visits_of
from tests import made_up
from tests.mailings.archived import letter as archived_letter

pytestmark = pytest.mark.django_db

TEXT = """Look at https://example.org/plain first.

[Sign](https://example.org/sign)

[Sign it](https://example.org/sign)

[Give](https://example.org/give?a=1&b=2)"""


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


def copy_of(mailing: Mailing) -> str:
    """The whole copy of somebody, with line breaks of its transport taken out."""
    form = letter(Mailing.objects.get(id=mailing.id), "en").form
    return form.fill(dict.fromkeys(form.names, "x")).decode().replace("=\r\n", "").replace("=3D", "=")


def test_each_button_leads_by_one_address_that_is_the_same_for_everybody(organisation: Organisation) -> None:
    mailing = archived_letter(made_up.root(organisation), TEXT)
    addresses = counted_addresses(mailing)
    assert set(addresses) == {"https://example.org/sign", "https://example.org/give?a=1&b=2"}
    copy = copy_of(mailing)
    assert all(copy.count(address) == many for address, many in zip(addresses.values(), (4, 2), strict=False))
    assert "https://example.org/sign" not in copy
    assert "https://example.org/plain" in copy


def test_links_are_plain_unless_somebody_wants_them_counted(organisation: Organisation) -> None:
    """The twin: the same mailing, and nobody asked for it."""
    mailing = archived_letter(made_up.root(organisation), TEXT, counted=False)
    assert not Link.objects.exists()
    assert counted_addresses(mailing) == {}
    assert "/v/" not in copy_of(mailing)
    assert copy_of(mailing).count("https://example.org/sign") == 4


def test_a_preview_shows_where_a_button_leads(organisation: Organisation) -> None:
    mailing = archived_letter(made_up.root(organisation), TEXT)
    assert "https://example.org/sign" in preview(mailing, "en", "Ada")["html"]


def test_buttons_of_all_languages_are_counted(organisation: Organisation) -> None:
    mailing = archived_letter(made_up.root(organisation), TEXT)
    Link.objects.all().delete()
    mailing.words["fr"] = {"subject": "Venez", "text": "[Signer](https://example.org/signer)", "preheader": ""}
    make_links(mailing)
    assert "https://example.org/signer" in {each.url for each in visits_of(mailing)}


def visit(link: Link) -> Action:
    at = datetime.now(UTC)
    return Action(uuid7(), "visit", link.organisation_id, link.id, b"{}", at)


def test_visits_add_up_for_each_button(organisation: Organisation) -> None:
    mailing = archived_letter(made_up.root(organisation), TEXT)
    give, sign = visits_of(mailing)
    assert settle_visits(organisation.id, [visit(sign), visit(give), visit(sign)]) == []
    assert settle_visits(organisation.id, [visit(sign)]) == []
    found = [(each.url, each.visits) for each in visits_of(mailing)]
    assert found == [("https://example.org/sign", 3), ("https://example.org/give?a=1&b=2", 1)]


def test_a_visit_in_another_organisation_s_name_counts_nowhere(organisation: Organisation) -> None:
    link = visits_of(archived_letter(made_up.root(organisation)))[0]
    other = made_up.organisation("other")
    assert settle_visits(other.id, [visit(link)]) == []
    assert Link.objects.get().visits == 0


def test_a_visit_to_a_button_that_is_gone_counts_nowhere(organisation: Organisation) -> None:
    link = visits_of(archived_letter(made_up.root(organisation)))[0]
    Mailing.objects.all().delete()
    assert settle_visits(organisation.id, [visit(link)]) == []
