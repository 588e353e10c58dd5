"""A page answers in the language of its address, or else the browser's, as far as the organisation offers it."""

import pytest
from django.test import Client

from groundswell.attendances.models import Attendance
from groundswell.events.models import Event
from groundswell.groups.models import Organisation
from groundswell.intake import kinds
from groundswell.people.languages import offer_languages
from groundswell.people.models import Wording
from groundswell.web.languages import bare, is_public
from tests import made_up
from tests.guards.addresses import ADDRESSES
from tests.guards.world import World, build
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db

FRENCH = {"Accept-Language": "fr-CH, fr;q=0.9, en;q=0.8"}


@pytest.fixture
def organisation() -> Organisation:
    made = made_up.organisation()
    return offer_languages(made_up.SYSTEM, organisation=made, languages=["en", "fr"])


@pytest.fixture
def event(organisation: Organisation) -> Event:
    return made_up.event(made_up.root(organisation))


def language_of(client: Client, path: str, **headers: str) -> str:
    """What a page says of itself, in its markup and in its headers alike."""
    response = client.get(path, headers=headers)
    spoken = Markup(response.content.decode()).all("html")[0]["lang"]
    assert response["Content-Language"] == spoken
    assert "Accept-Language" in response["Vary"]
    return spoken


def test_the_browser_chooses(client: Client, event: Event) -> None:
    assert language_of(client, f"/e/{event.slug}") == "en"
    assert language_of(client, f"/e/{event.slug}", **FRENCH) == "fr"
    assert language_of(client, f"/e/{event.slug}", **{"Accept-Language": "cy"}) == "en"


def test_a_link_chooses_whatever_the_browser_asks(client: Client, event: Event) -> None:
    assert language_of(client, f"/fr/e/{event.slug}") == "fr"
    assert language_of(client, f"/en/e/{event.slug}", **FRENCH) == "en"


def test_the_links_of_a_page_stay_in_its_language(client: Client, event: Event) -> None:
    page = Markup(client.get(f"/fr/e/{event.slug}").content.decode())
    links = {link["href"] for link in page.all("a")}
    assert {"/fr/privacy/tenants-union", "/fr/g/tenants-union"} <= links
    assert {"/fr/e/stand-in-unity", "/en/e/stand-in-unity"} <= links
    page = Markup(client.get(f"/e/{event.slug}", headers=FRENCH).content.decode())
    assert "/privacy/tenants-union" in {link["href"] for link in page.all("a")}


def test_search_engines_find_each_language(client: Client, event: Event) -> None:
    page = Markup(client.get(f"/fr/e/{event.slug}").content.decode())
    found = {link["hreflang"]: link["href"] for link in page.all("link") if link["rel"] == "alternate"}
    assert set(found) == {"en", "fr", "x-default"}
    assert found["fr"].endswith("/fr/e/stand-in-unity")
    assert found["x-default"].endswith("0/e/stand-in-unity")


def test_who_offers_one_language_is_read_in_it_and_shows_no_choice(client: Client) -> None:
    event = made_up.event(made_up.root(made_up.organisation()))
    for path in (f"/e/{event.slug}", f"/fr/e/{event.slug}"):
        assert language_of(client, path, **FRENCH) == "en"
        assert "hreflang" not in client.get(path).content.decode()


def test_dates_numbers_and_plurals_follow(client: Client, organisation: Organisation) -> None:
    event = made_up.event(made_up.root(organisation))
    made_up.confirmed(event)
    page = " ".join(Markup(client.get(f"/fr/e/{event.slug}").content.decode()).text.split())
    assert "à partir de 18 h 30" in page
    assert "1 personne vient." in page
    assert any(day in page for day in ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"))


def test_what_was_wrong_is_said_in_the_language_of_the_page(client: Client, event: Event) -> None:
    response = client.post(f"/fr/e/{event.slug}", {"email": "ada@example.org"})
    assert response.status_code == 422
    assert "Un prénom suffit" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_an_answer_names_the_words_of_its_language_and_leads_on_in_it(client: Client, event: Event) -> None:
    page = Markup(client.get(f"/fr/e/{event.slug}").content.decode())
    fields = {field["name"]: field["value"] for field in page.all("input") if "value" in field}
    assert fields["language"] == "fr"
    assert Wording.objects.get(id=fields["agree"]).language == "fr"
    typed = {"name": "Ada", "email": "ada@example.org", "agree": fields["agree"], "language": "fr"}
    assert client.post(f"/fr/e/{event.slug}", typed)["Location"] == f"/fr/e/{event.slug}/thanks"


def test_the_language_of_an_answer_becomes_the_persons(event: Event) -> None:
    words = Wording.objects.get(organisation=event.organisation, language="fr", purpose="event")
    form = {"name": "Ada", "email": "ada@example.org", "agree": str(words.id), "language": "fr"}
    assert not made_up.act("attend", event.organisation_id, event.id, form)
    made_up.confirm(Attendance.objects.get())
    person = Attendance.objects.select_related("person").get().person
    assert person.language == "fr"
    assert person.consents.get().wording == words


def test_a_language_that_is_none_of_ours_is_not_taken(event: Event) -> None:
    form = {"name": "Ada", "email": "ada@example.org", "agree": "yes", "language": "xx"}
    assert b"xx" not in kinds.named("attend").parse(form)
    assert not made_up.act("attend", event.organisation_id, event.id, form)


def test_the_desk_follows_the_browser_and_has_no_address_in_a_language(client: Client) -> None:
    assert "Se connecter" in client.get("/desk/sign-in", headers=FRENCH).content.decode()
    assert client.get("/fr/desk/sign-in").status_code == 404
    assert client.get("/fr/api/v1/events").status_code == 404


@pytest.mark.parametrize(
    ("path", "known", "rest"),
    [
        ("/fr/e/rally", "fr", "/e/rally"),
        ("/fr/", "fr", "/"),
        ("/fr", "", "/fr"),
        ("/xx/e/rally", "", "/xx/e/rally"),
        ("/fr/fr/e/rally", "", "/fr/fr/e/rally"),
        ("/fr/desk/", "", "/fr/desk/"),
        ("/fr//e/rally", "", "/fr//e/rally"),
    ],
)
def test_only_the_address_of_a_public_page_begins_with_a_language(path: str, known: str, rest: str) -> None:
    assert bare(path) == (known, rest)
    assert is_public(path) == bool(known)


PAGES = [
    address
    for address in ADDRESSES
    if is_public(
        address.route.replace("<slug:slug>", "x").replace("<slug:purpose>/<str:token>", "x/y").join(("/", ""))
    )
]


def spoken(world: World) -> dict[str, str]:
    """By its address, the language in which each page of an organisation answers a browser that wants French."""
    answers = {str(page): Client().get(page.url(world.own), headers={"Accept-Language": "fr"}) for page in PAGES}
    return {
        address: Markup(answer.content.decode()).all("html")[0]["lang"]
        for address, answer in answers.items()
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    }


def test_every_page_of_an_organisation_speaks_its_languages_only() -> None:
    world = build()
    alone = spoken(world)
    assert {address: language for address, language in alone.items() if language != "en"} == {}
    assert len(alone) > 20
    for own in (world.own, world.other):
        offer_languages(made_up.SYSTEM, organisation=own.organisation, languages=["en", "fr"])
    assert spoken(world) == dict.fromkeys(alone, "fr")
