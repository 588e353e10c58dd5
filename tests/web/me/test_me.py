"""What an organisation knows about somebody, for them: shown, chosen anew, taken along, and no more mail."""

import json

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Organisation
from groundswell.intake.journal import NotKept
from groundswell.people.asking import ask_by
from groundswell.people.links import PREFERENCES, STOP, tokens
from groundswell.people.models import Consent, Person, Suppression
from groundswell.people.queries import current_wordings, granted
from groundswell.people.reach import suppress
from groundswell.people.sorting import tag_people
from groundswell.web.public import pages
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = [pytest.mark.django_db, pytest.mark.door]


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation(contact_email="office@example.org")


@pytest.fixture
def ada(organisation: Organisation) -> Person:
    return made_up.subscriber(organisation, "Ada")


class Full:
    """Stands where the journal stands, on a full disk."""

    def append(self, _action: object) -> None:
        raise NotKept


def path(person: Person, purpose: str = PREFERENCES) -> str:
    given = tokens(purpose, person.organisation_id)(person.id)
    return f"/me/{given}" if purpose == PREFERENCES else f"/me/stop/{given}"


def page(where: str) -> Markup:
    answer = Client().get(where)
    assert answer.status_code == 200
    markup = Markup(answer.content.decode())
    assert faults(markup) == []
    return markup


def allows(person: Person) -> set[str]:
    state = granted(person.organisation_id, [person.id])
    return {purpose for purpose, _channel in state.get(person.id, set())}


def test_they_see_what_is_known_and_what_they_said(ada: Person, organisation: Organisation) -> None:
    tag_people(SYSTEM, organisation=organisation, people=[ada.id], name="Stall")
    shown = page(path(ada))
    for text in ("Ada", "ada@example.org", "Stall", "office@example.org", "Allowed"):
        assert text in shown.text
    assert boxes(shown) == {"allow-updates": True, "allow-nearby": False}


def test_what_they_choose_holds_and_what_stays_is_not_said_again(ada: Person, organisation: Organisation) -> None:
    wordings = current_wordings(organisation.id)
    both = {f"allow-{purpose}": str(wordings[purpose].id) for purpose in ("updates", "nearby")}
    assert Client().post(path(ada), both).status_code == 200
    assert allows(ada) == {"updates", "nearby"}
    assert Consent.objects.filter(purpose="updates").count() == 1
    assert Client().post(path(ada), {}).status_code == 200
    assert allows(ada) == set()
    assert "Taken back" in page(path(ada)).text


def test_who_allows_it_again_by_a_mail_that_reached_them_is_written_to_again(
    ada: Person, organisation: Organisation
) -> None:
    Client().post(path(ada), {})
    suppress(organisation.id, "email", {ada.email: "complained"})
    Client().post(path(ada), {"allow-nearby": "no wording"})
    assert allows(ada) == {"nearby"}
    assert Client().get(path(ada)).status_code == 200


def test_they_correct_themselves_and_are_chosen_by_it(
    ada: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    where = path(ada).replace("/me/", "/me/correct/")
    with django_assert_num_queries(2):
        shown = page(where)
    assert 'value="Ada"' in Client().get(where).content.decode()
    assert "office@example.org" in shown.text
    answer = Client().post(where, {"name": "Ada King", "phone": "0113 496 0000", "postcode": "M1 1AE"})
    assert "Your correction is kept" in answer.content.decode()
    shown = page(path(ada))
    for text in ("Ada King", "+441134960000", "M1 1"):
        assert text in shown.text
    assert where in {link.get("href") for link in shown.all("a")}


def test_what_is_wrong_is_said_and_what_they_typed_stays(ada: Person) -> None:
    where = path(ada).replace("/me/", "/me/correct/")
    typed = {"name": "Ada King", "phone": "call <me>", "postcode": "nowhere"}
    answer = Client().post(where, typed)
    assert answer.status_code == 422
    shown = Markup(answer.content.decode())
    assert faults(shown) == []
    values = {field["name"]: field["value"] for field in shown.all("input")}
    assert values == typed
    assert "Enter a telephone number" in shown.text
    assert "Enter a UK postcode" in shown.text
    ada.refresh_from_db()
    assert ada.name == "Ada"


def test_what_cannot_be_kept_stays_typed(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "journal", Full)
    answer = Client().post(path(ada).replace("/me/", "/me/correct/"), {"name": "Ada King"})
    assert answer.status_code == 503
    assert 'value="Ada King"' in answer.content.decode()


def test_the_way_to_no_more_mail_stands_there(ada: Person) -> None:
    (link,) = [one["href"] for one in page(path(ada)).all("a") if one.get("href", "").startswith("/me/mute/")]
    assert "reminders, notes and thanks" in page(link).text
    assert allows(ada) == {"updates"}
    assert Client().post(link).status_code == 200
    assert allows(ada) == set()
    assert Suppression.objects.get().channel == "email"


def test_they_object_to_everything_and_see_that_they_did(ada: Person) -> None:
    where = path(ada).replace("/me/", "/me/object/")
    assert where in {link.get("href") for link in page(path(ada)).all("a")}
    assert "I object" in page(where).text
    assert allows(ada) == {"updates"}
    assert "Your objection is kept" in Client().post(where).content.decode()
    assert allows(ada) == set()
    assert "Objected to" in page(path(ada)).text


def boxes(markup: Markup) -> dict[str, bool]:
    return {box["name"]: "checked" in box for box in markup.all("input") if box.get("type") == "checkbox"}


def sent(markup: Markup, **ticked: bool) -> dict[str, str]:
    """The form of a page as a browser sends it, with these boxes ticked or not."""
    wanted = {**boxes(markup), **{name.replace("_", "-"): value for name, value in ticked.items()}}
    fields = {field["name"]: field["value"] for field in markup.all("input")}
    return {name: value for name, value in fields.items() if wanted.get(name, True)}


def test_they_are_asked_by_each_way_and_what_they_say_of_one_is_for_it_alone(
    ada: Person, organisation: Organisation
) -> None:
    made_up.speak(organisation, "fr")
    ask_by(SYSTEM, organisation=organisation, ways=["sms", "post"])
    without = page(path(ada))
    assert boxes(without) == {"allow-updates": True, "allow-nearby": False, "allow-updates-post": False}
    assert "once we know a telephone number" in without.text
    Client().post(path(ada).replace("/me/", "/me/correct/"), {"name": "Ada", "phone": "0113 496 0000"})
    shown = page(f"/fr{path(ada)}")
    assert "peut m’envoyer par texto des nouvelles" in shown.text
    Client().post(path(ada), sent(shown, allow_updates_sms=True, allow_updates=False))
    assert granted(ada.organisation_id, [ada.id]) == {ada.id: {("updates", "sms")}}
    Client().post(path(ada), sent(page(path(ada)), allow_updates_sms=False))
    assert allows(ada) == set()
    shown = page(f"/fr{path(ada)}").text
    assert "Permis : nouvelles de la campagne (texto)" in shown
    assert "Retiré : nouvelles de la campagne (texto)" in shown


def test_who_asks_by_no_further_way_sends_the_page_that_it_sent(ada: Person) -> None:
    shown = page(path(ada))
    assert "allow-updates-post" not in boxes(shown)
    assert "telephone number" not in shown.text


def test_to_which_number_nothing_goes_is_said(ada: Person, organisation: Organisation) -> None:
    ask_by(SYSTEM, organisation=organisation, ways=["sms", "phone"])
    Person.objects.filter(id=ada.id).update(phone="+441134960000")
    for channel in ("sms", "phone"):
        suppress(organisation.id, channel, {"+441134960000": "unsubscribed"})
    shown = page(path(ada))
    assert "allow-updates-sms" not in boxes(shown)
    assert "any more by text message, telephone" in shown.text


def test_what_they_said_is_in_their_language_even_where_no_words_tell_it(
    ada: Person, organisation: Organisation
) -> None:
    made_up.speak(organisation, "fr")
    Client().post(path(ada).replace("/me/", "/me/object/"))
    shown = page(f"/fr{path(ada)}").text
    for label in ("nouvelles de la campagne (téléphone)", "d’autres événements près de chez moi (courriel)"):
        assert label in shown
    assert "Opposition : " in shown
    assert "news of the campaign" not in shown
    assert "other events near me" not in shown


def test_all_of_it_can_be_taken_along(ada: Person) -> None:
    answer = Client().get(f"{path(ada)}.json")
    assert "attachment" in answer["Content-Disposition"]
    held = json.loads(answer.content)
    assert held["people.Person"][0]["email"] == "ada@example.org"
    assert held["people.Consent"]


def test_a_get_changes_nothing_and_one_click_without_a_cookie_does(
    ada: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert "Send me no more" in page(path(ada, STOP)).text
    assert allows(ada) == {"updates"}
    client = Client(enforce_csrf_checks=True)
    answer = client.post(path(ada, STOP), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not client.cookies
    assert allows(ada) == set()
    assert Consent.objects.get(action="object").purpose == "updates"


def test_the_link_that_stops_mail_shows_nobody_what_is_known(ada: Person) -> None:
    given = path(ada, STOP).rpartition("/")[2]
    for where in (f"/me/{given}", f"/me/{given}.json", path(ada).replace("/me/", "/me/stop/")):
        assert Client().get(where).status_code == 404
    stop = page(path(ada, STOP)).text
    assert "ada@example.org" not in stop


def test_who_was_forgotten_finds_nothing(ada: Person) -> None:
    links = [path(ada), path(ada, STOP)]
    json_link = f"{path(ada)}.json"
    ada.delete()
    for link in links:
        assert "There is nothing here any more" in page(link).text
    for purpose in ("correct", "object"):
        assert Client().get(links[0].replace("/me/", f"/me/{purpose}/")).status_code == 404
    assert Client().get(json_link).status_code == 404
