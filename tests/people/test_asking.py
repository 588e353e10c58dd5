"""By which further ways an organisation asks, with which words; and that a yes by one way is none by another."""

import pytest
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.models import Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.people import operations
from groundswell.people.asking import FURTHER, ask_by
from groundswell.people.languages import offer_languages
from groundswell.people.models import Channel, Person, Purpose, Suppression, Wording
from groundswell.people.operations import Granted, grant, publish_wording
from groundswell.people.queries import current_wordings, granted, words_in_force
from groundswell.people.reach import allowing, suppress
from groundswell.people.standard import TEXTS, renew_standard_wordings
from tests import made_up

pytestmark = pytest.mark.django_db

SMS = (Purpose.UPDATES, Channel.SMS)


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


@pytest.fixture
def ada(organisation: Organisation) -> Person:
    made = made_up.person(organisation, "Ada")
    Person.objects.filter(id=made.id).update(phone="+441134960000")
    return made


def ticked(who: Person, channel: str, wording: Wording | None = None) -> Granted:
    named = wording.id if wording else None
    return Granted(
        person=who.id, purpose="updates", channel=channel, wording=named, asked_at=now(), source=uuid7()
    )


def words(organisation: Organisation, channel: str, language: str = "en") -> Wording:
    return words_in_force(organisation.id, language)["updates", channel]


def test_every_language_has_words_for_the_same() -> None:
    assert {language: texts.keys() for language, texts in TEXTS.items()} == dict.fromkeys(
        TEXTS, TEXTS["en"].keys()
    )
    assert {channel for _purpose, channel in TEXTS["en"]} == {Channel.EMAIL, *FURTHER}


def test_who_asks_by_more_ways_has_words_for_them_in_each_language(organisation: Organisation) -> None:
    offer_languages(made_up.SYSTEM, organisation=organisation, languages=["en", "fr"])
    owner = made_up.actor(made_up.root(organisation), made_up.OWNER)
    assert ask_by(owner, organisation=organisation, ways=["post", "sms"]).ways == ["sms", "post"]
    organisation.refresh_from_db()
    assert organisation.ways == ["sms", "post"]
    assert "by text message" in words(organisation, "sms").text
    assert "par la poste" in words(organisation, "post", "fr").text
    assert ("updates", "phone") not in words_in_force(organisation.id, "en")
    entry = Entry.objects.get(verb="groups.ask_by")
    assert (entry.actor, entry.detail) == (owner.id, {"ways": "sms,post"})


def test_no_form_asks_by_them(organisation: Organisation) -> None:
    before = current_wordings(organisation.id)
    ask_by(made_up.SYSTEM, organisation=organisation, ways=FURTHER)
    assert current_wordings(organisation.id) == before


def test_a_language_that_comes_later_has_words_for_them_too(organisation: Organisation) -> None:
    ask_by(made_up.SYSTEM, organisation=organisation, ways=["phone"])
    offer_languages(made_up.SYSTEM, organisation=organisation, languages=["en", "fr"])
    assert "m’appeler" in words(organisation, "phone", "fr").text


def test_words_of_its_own_stay_and_the_standard_ones_follow_its_name(organisation: Organisation) -> None:
    own = publish_wording(
        made_up.SYSTEM, organisation=organisation, purpose=Purpose.UPDATES, channel=Channel.SMS, text="Ours."
    )
    ask_by(made_up.SYSTEM, organisation=organisation, ways=["sms", "phone"])
    assert words(organisation, "sms") == own
    before, organisation.name = organisation.name, "Renters’ Union"
    organisation.save()
    renew_standard_wordings(made_up.SYSTEM, organisation=organisation, former_name=before)
    assert "Renters’ Union" in words(organisation, "phone").text
    assert words(organisation, "sms") == own


def test_who_asks_by_a_way_no_more_keeps_what_was_allowed(organisation: Organisation, ada: Person) -> None:
    ask_by(made_up.SYSTEM, organisation=organisation, ways=["sms"])
    grant(organisation.id, [ticked(ada, "sms")])
    ask_by(made_up.SYSTEM, organisation=organisation, ways=[])
    organisation.refresh_from_db()
    assert organisation.ways == []
    assert granted(organisation.id, [ada.id]) == {ada.id: {("updates", "sms")}}
    published = Wording.objects.count()
    ask_by(made_up.SYSTEM, organisation=organisation, ways=["sms"])
    assert Wording.objects.count() == published


def test_only_an_owner_says_by_which_ways_and_by_no_others(organisation: Organisation) -> None:
    organiser = made_up.actor(made_up.root(organisation), made_up.ORGANISER)
    elsewhere = made_up.root(made_up.organisation("others", "Others"))
    stranger = made_up.actor(elsewhere, made_up.OWNER, "x@example.org")
    for ways in ([], ["sms"]):
        with pytest.raises(NotAllowed):
            ask_by(organiser, organisation=organisation, ways=ways)
        with pytest.raises(NotFound):
            ask_by(stranger, organisation=organisation, ways=ways)
    for ways in (["email"], ["sms", "fax"]):
        with pytest.raises(InvalidFields):
            ask_by(made_up.SYSTEM, organisation=organisation, ways=ways)


def test_what_it_costs(organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ask_by(made_up.SYSTEM, organisation=organisation, ways=["sms"])
    with django_assert_num_queries(5 + 6):  # with three savepoints
        ask_by(made_up.SYSTEM, organisation=organisation, ways=["sms"])


def test_a_yes_by_one_way_is_none_by_another(organisation: Organisation, ada: Person) -> None:
    ask_by(made_up.SYSTEM, organisation=organisation, ways=FURTHER)
    by_sms = words(organisation, "sms")
    assert grant(organisation.id, [ticked(ada, "email", by_sms), ticked(ada, "phone", by_sms)]) == []
    grant(organisation.id, [ticked(ada, "sms", by_sms)])
    assert granted(organisation.id, [ada.id]) == {ada.id: {("updates", "sms")}}
    grant(organisation.id, [ticked(ada, "email")])
    assert granted(organisation.id, [ada.id]) == {ada.id: {("updates", "sms"), ("updates", "email")}}
    assert not allowing(organisation.id, "updates", "phone").exists()


def test_by_the_purpose_alone_a_box_for_mail_would_be_one_for_messages(
    organisation: Organisation, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: without a look at the channel, what is ticked for e-mail is by the words for something else."""
    ask_by(made_up.SYSTEM, organisation=organisation, ways=["post"])
    careful = operations.wording_of

    def by_purpose(purpose, named, asked_at, known, language="", partner=None, channel="") -> Wording | None:
        of_purpose = [one for one in known if one.purpose == purpose]
        return careful(purpose, named, asked_at, of_purpose, language, partner, of_purpose[-1].channel)

    monkeypatch.setattr(operations, "wording_of", by_purpose)
    grant(organisation.id, [ticked(ada, "email")])
    assert granted(organisation.id, [ada.id]) == {ada.id: {("updates", "post")}}


def shut(organisation: Organisation, ada: Person) -> set[str]:
    """The channels by which nothing goes to her any more."""
    for channel, address in (("email", ada.email), ("sms", "+441134960000")):
        suppress(organisation.id, channel, {address: Suppression.Reason.UNSUBSCRIBED})
    grant(organisation.id, [ticked(ada, "sms"), ticked(ada, "phone")])
    return set(Suppression.objects.values_list("channel", flat=True))


def test_a_yes_by_a_number_opens_nothing_that_was_shut(organisation: Organisation, ada: Person) -> None:
    ask_by(made_up.SYSTEM, organisation=organisation, ways=["sms", "phone"])
    assert shut(organisation, ada) == {"email", "sms"}
    grant(organisation.id, [ticked(ada, "email")])
    assert set(Suppression.objects.values_list("channel", flat=True)) == {"sms"}


def test_without_a_look_at_the_channel_it_would(
    organisation: Organisation, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: to lift for whoever said yes to anything lets mail go to who said no to it."""
    ask_by(made_up.SYSTEM, organisation=organisation, ways=["sms", "phone"])
    append = operations.append_entries

    def and_lift(organisation_id, entries) -> None:
        append(organisation_id, entries)
        operations.lift(organisation_id, Channel.EMAIL, {entry.person_id for entry in entries})

    monkeypatch.setattr(operations, "append_entries", and_lift)
    assert shut(organisation, ada) == {"sms"}
