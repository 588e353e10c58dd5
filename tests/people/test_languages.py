"""A language is offered only where people can agree to something in it."""

import pytest
from django.conf import settings as installation
from pytest_django import Settings

from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.models import Organisation
from groundswell.people.languages import offer_languages
from groundswell.people.models import Purpose, Wording
from groundswell.people.operations import publish_wording
from groundswell.people.queries import current_wordings
from groundswell.people.standard import renew_standard_wordings
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


@pytest.fixture
def welsh(settings: Settings) -> None:
    settings.LANGUAGES = [*installation.LANGUAGES, ("cy", "Cymraeg")]


def own_words(organisation: Organisation, purpose: Purpose, language: str, text: str) -> Wording:
    return publish_wording(
        made_up.SYSTEM, organisation=organisation, purpose=purpose, text=text, language=language
    )


def test_the_standard_words_come_with_a_language(organisation: Organisation) -> None:
    owner = made_up.actor(made_up.root(organisation), made_up.OWNER)
    offered = offer_languages(owner, organisation=organisation, languages=["fr", "en", "fr"])
    assert offered.offered == ["fr", "en"]
    assert set(current_wordings(organisation.id, "fr")) == {"event", "updates", "nearby"}
    assert "J’accepte" in current_wordings(organisation.id, "fr")["event"].text


def test_words_of_its_own_stay(organisation: Organisation) -> None:
    words = own_words(organisation, Purpose.EVENT, "fr", "Je viens.")
    offer_languages(made_up.SYSTEM, organisation=organisation, languages=["en", "fr"])
    assert current_wordings(organisation.id, "fr") == {"event": words}


@pytest.mark.usefixtures("welsh")
def test_a_language_without_the_required_words_is_refused(organisation: Organisation) -> None:
    own_words(organisation, Purpose.UPDATES, "cy", "Newyddion.")
    with pytest.raises(InvalidFields) as refused:
        offer_languages(made_up.SYSTEM, organisation=organisation, languages=["en", "cy"])
    assert refused.value.errors == {"own": "The words that everybody must agree to are missing in: Cymraeg."}
    organisation.refresh_from_db()
    assert organisation.offered == ["en"]


@pytest.mark.usefixtures("welsh")
def test_a_language_for_which_nobody_has_words_is_refused(organisation: Organisation) -> None:
    with pytest.raises(InvalidFields):
        offer_languages(made_up.SYSTEM, organisation=organisation, languages=["cy"])


@pytest.mark.parametrize("languages", [[], ["xx"], ["en", ""]])
def test_only_languages_of_the_installation(organisation: Organisation, languages: list[str]) -> None:
    with pytest.raises(InvalidFields):
        offer_languages(made_up.SYSTEM, organisation=organisation, languages=languages)


def test_only_an_owner_chooses(organisation: Organisation) -> None:
    organiser = made_up.actor(made_up.root(organisation), made_up.ORGANISER)
    elsewhere = made_up.root(made_up.organisation("others", "Others"))
    with pytest.raises(NotAllowed):
        offer_languages(organiser, organisation=organisation, languages=["en", "fr"])
    with pytest.raises(NotFound):
        offer_languages(
            made_up.actor(elsewhere, made_up.OWNER, "x@example.org"), organisation=organisation, languages=["en"]
        )


def test_a_new_name_is_followed_in_every_language(organisation: Organisation) -> None:
    offer_languages(made_up.SYSTEM, organisation=organisation, languages=["en", "fr"])
    before, organisation.name = organisation.name, "Renters’ Union"
    organisation.save()
    assert len(renew_standard_wordings(made_up.SYSTEM, organisation=organisation, former_name=before)) == 6
    assert "Renters’ Union" in current_wordings(organisation.id, "fr")["updates"].text
