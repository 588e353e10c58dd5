"""How a mailing looks: as one of its readers, on a page of its own, and with buttons that are counted."""

import pytest
from django.test import Client

from groundswell.groups.models import Group
from groundswell.ledger.models import Entry
from groundswell.mailings.models import Link, Mailing
from groundswell.people.models import Person
from tests import made_up
from tests.mailings.archived import letter as archived_letter
from tests.web.desk.test_mailings import TYPED, mailer, shown, write

pytestmark = [pytest.mark.django_db, pytest.mark.door]


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation(postal_address="1 High Street"))


def organiser(group: Group, email: str = "bo@example.org") -> Client:
    """Somebody who writes mailings and sees people as well."""
    return made_up.browser(made_up.account(group, made_up.ORGANISER, email))


def found(client: Client, mailing: Mailing, typed: str) -> str:
    return shown(client, f"/desk/mailings/{mailing.id}?who={typed}").text


def test_it_is_looked_at_as_one_of_those_whom_it_reaches(root: Group) -> None:
    made_up.speak(root.organisation, "fr")
    client, french = organiser(root), "Venez, {first_name|ami}"
    mailing = write(client, root, subject_fr=french, text_fr="Venez, {name|vous}.")
    ada = made_up.subscriber(root.organisation, "Ada Lovelace")
    Person.objects.filter(id=ada.id).update(language="fr")
    made_up.person(root.organisation, "Adam Silent")
    page = client.get(f"/desk/mailings/{mailing.id}?who=ada").content.decode()
    assert "Ada Lovelace" in page
    # He allows nothing, so it does not reach him.
    assert "Adam Silent" not in page
    assert f'href="?of={ada.id}#looks"' in page
    looked = client.get(f"/desk/mailings/{mailing.id}?of={ada.id}").content.decode()
    assert "Venez, Ada" in looked
    assert f"/look?of={ada.id}&amp;in=fr" in looked
    assert "Venez, Ada Lovelace." in client.get(f"/desk/mailings/{mailing.id}/look?of={ada.id}").content.decode()
    assert "Dear Ada Lovelace." in client.get(f"/desk/mailings/{mailing.id}?of={ada.id}&in=en").content.decode()
    assert "It reaches nobody whose name begins like that." in found(client, mailing, "zed")
    assert {"people.see_people", "people.see_person"} <= set(Entry.objects.values_list("verb", flat=True))


def test_who_may_not_see_somebody_is_not_offered_them(root: Group) -> None:
    mailing, branch = write(mailer(root), root), made_up.branch(root)
    ada = made_up.subscriber(root.organisation, "Ada Byron")
    path = f"/desk/mailings/{mailing.id}"
    # A mailer writes, and sees nobody.
    assert 'name="who"' not in mailer(root, "di@example.org").get(f"{path}?who=ada").content.decode()
    assert mailer(root, "ed@example.org").get(f"{path}?of={ada.id}").status_code == 404
    Mailing.objects.update(group=branch)
    # She belongs to no branch: neither does it reach her, nor do they see her.
    there = organiser(branch, "cy@example.org")
    assert "It reaches nobody" in found(there, mailing, "ada")
    assert there.get(f"{path}?of={ada.id}").status_code == 404


def test_nobody_of_another_organisation_is_who_it_is_for(root: Group) -> None:
    mailing, other = write(mailer(root), root), made_up.root(made_up.organisation("other"))
    ada = made_up.subscriber(other.organisation, "Ada Byron")
    both = made_up.account(root, made_up.ORGANISER, "bo@example.org")
    made_up.account(other, made_up.ORGANISER, "bo@example.org")
    path = f"/desk/mailings/{mailing.id}"
    assert made_up.browser(both).get(f"{path}?of={ada.id}").status_code == 404
    assert made_up.browser(both).get(f"{path}/look?of={ada.id}").status_code == 404


def test_a_page_and_counted_buttons_are_chosen_in_the_form(root: Group) -> None:
    client = mailer(root)
    mailing = write(client, root, archived="yes", counted="yes", text="[Sign](https://example.org/sign)")
    assert (mailing.archived, mailing.counted) == (True, True)
    form = client.get(f"/desk/mailings/{mailing.id}/edit").content.decode()
    assert form.count(' value="yes" checked') == 2
    again = client.post(f"/desk/mailings/{mailing.id}/edit", {"group": str(root.id), **TYPED})
    assert again.status_code == 303
    mailing.refresh_from_db()
    assert (mailing.archived, mailing.counted) == (False, False)


def test_the_page_of_one_that_went_out_says_how_often_its_buttons_were_followed(root: Group) -> None:
    client, mailing = mailer(root), archived_letter(root)
    Link.objects.update(visits=1204)
    page = client.get(f"/desk/mailings/{mailing.id}").content.decode()
    assert "1,204" in page
    assert "https://example.org/sign" in page
    assert f'href="/m/{mailing.id}"' in page
