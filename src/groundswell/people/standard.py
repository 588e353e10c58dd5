"""The wordings that every organisation starts with: one place for the words that people agree to."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.conf import settings
from django.db import transaction

from groundswell.groups.access import OWNER, Actor
from groundswell.groups.models import Organisation
from groundswell.groups.queries import root_group
from groundswell.people.models import Channel, Purpose, Wording
from groundswell.people.operations import publish_wording
from groundswell.people.queries import ally_wordings, words_in_force

Asked = tuple[Purpose, Channel]
"""For what somebody is asked, and by which way they would be reached."""

TEXTS: dict[str, dict[Asked, str]] = {
    "en": {
        (Purpose.EVENT, Channel.EMAIL): (
            "I agree that {organisation} records that I plan to come. "
            "This may show my political views. Deleted 30 days after the event."
        ),
        (Purpose.UPDATES, Channel.EMAIL): (
            "{organisation} may send me news of its campaigns by e-mail. "
            "This may show my political views. I can take this back in every mail."
        ),
        (Purpose.NEARBY, Channel.EMAIL): (
            "{organisation} may tell me by e-mail about other events near me. "
            "This may show my political views. I can take this back in every mail."
        ),
        (Purpose.UPDATES, Channel.SMS): (
            "{organisation} may send me news of its campaigns by text message. "
            "This may show my political views. I can take this back at any time by the link in its mails."
        ),
        (Purpose.UPDATES, Channel.PHONE): (
            "{organisation} may call me by telephone about its campaigns. "
            "This may show my political views. I can take this back at any time by the link in its mails."
        ),
        (Purpose.UPDATES, Channel.POST): (
            "{organisation} may send me news of its campaigns by post. "
            "This may show my political views. I can take this back at any time by the link in its mails."
        ),
    },
    "fr": {
        (Purpose.EVENT, Channel.EMAIL): (
            "J’accepte que {organisation} note que je pense venir. "
            "Cela peut révéler mes opinions politiques. Effacé 30 jours après l’événement."
        ),
        (Purpose.UPDATES, Channel.EMAIL): (
            "{organisation} peut m’envoyer par courriel des nouvelles de ses campagnes. "
            "Cela peut révéler mes opinions politiques. Je peux le retirer dans chaque courriel."
        ),
        (Purpose.NEARBY, Channel.EMAIL): (
            "{organisation} peut me signaler par courriel d’autres événements près de chez moi. "
            "Cela peut révéler mes opinions politiques. Je peux le retirer dans chaque courriel."
        ),
        (Purpose.UPDATES, Channel.SMS): (
            "{organisation} peut m’envoyer par texto des nouvelles de ses campagnes. "
            "Cela peut révéler mes opinions politiques. "
            "Je peux le retirer à tout moment par le lien dans ses courriels."
        ),
        (Purpose.UPDATES, Channel.PHONE): (
            "{organisation} peut m’appeler par téléphone au sujet de ses campagnes. "
            "Cela peut révéler mes opinions politiques. "
            "Je peux le retirer à tout moment par le lien dans ses courriels."
        ),
        (Purpose.UPDATES, Channel.POST): (
            "{organisation} peut m’envoyer par la poste des nouvelles de ses campagnes. "
            "Cela peut révéler mes opinions politiques. "
            "Je peux le retirer à tout moment par le lien dans ses courriels."
        ),
    },
}
"""The words for each purpose and channel, by language: each is what somebody agrees to, no translation."""


ALLY = {
    "en": (
        "{partner} may see that I am coming, with my name and address, and write to me about this event. "
        "This may show my political views. I can take this back by the link in my mail."
    ),
    "fr": (
        "{partner} peut voir que je viens, avec mon nom et mon adresse, et m’écrire au sujet de cet événement. "
        "Cela peut révéler mes opinions politiques. Je peux le retirer par le lien dans mon courriel."
    ),
}
"""The words by which one organisation's people let another one see them, where both hold an event."""


@transaction.atomic
def publish_ally_wordings(actor: Actor, *, organisation: Organisation, partners: Iterable[Organisation]) -> int:
    """Put the words for each partner into force in every language there is; returns how many are new.

    Queries: 1 for each language, and 3 for each new wording.

    :raises NotAllowed: unless the system asks, for whoever agreed that they hold an event together.
    """
    new = 0
    every = list(partners)
    for language, text in ALLY.items():
        in_force = ally_wordings(organisation.id, [partner.id for partner in every], language)
        for partner in every:
            words = text.format(partner=partner.name)
            if partner.id not in in_force or in_force[partner.id].text != words:
                publish_wording(
                    actor,
                    organisation=organisation,
                    purpose=Purpose.ALLY,
                    text=words,
                    language=language,
                    partner=partner.id,
                )
                new += 1
    return new


def _rename_partner(actor: Actor, partner: Organisation) -> None:
    """Let the words of other organisations about this one follow its new name."""
    asking = Wording.objects.filter(partner=partner.id).values("organisation_id")
    for organisation in Organisation.objects.filter(id__in=asking):
        publish_ally_wordings(actor, organisation=organisation, partners=[partner])


@transaction.atomic
def renew_standard_wordings(actor: Actor, *, organisation: Organisation, former_name: str) -> list[Wording]:
    """Let the standard wordings follow a new name in every language; an organisation's own words stay as they are.

    Returns what is new of its own; the words of others about it follow as well. Queries: 3 for each language and
    each new wording, and 2 for each organisation that holds events with it.

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    """
    renewed = [
        wording
        for language in TEXTS
        for wording in _publish(actor, organisation, language, _standard(organisation, language, former_name))
    ]
    _rename_partner(replace(actor, everything=True), organisation)
    return renewed


def _standard(organisation: Organisation, language: str, name: str) -> list[Asked]:
    """For what the standard words are in force, with this name in them."""
    in_force = words_in_force(organisation.id, language)
    return [
        asked
        for asked, text in TEXTS[language].items()
        if asked in in_force and in_force[asked].text == text.format(organisation=name)
    ]


@transaction.atomic
def publish_standard_wordings(
    actor: Actor, *, organisation: Organisation, language: str = settings.LANGUAGE_CODE
) -> list[Wording]:
    """Put the standard wordings for e-mail into force under the organisation's present name.

    Those in force already stay. Returns what is new: nothing in a language for which there are none. Queries: 2,
    and 3 for each new wording.

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    """
    asked = [one for one in TEXTS.get(language, ()) if one[1] == Channel.EMAIL]
    return _publish(actor, organisation, language, asked)


@transaction.atomic
def publish_further_wordings(
    actor: Actor, *, organisation: Organisation, ways: Sequence[str], languages: Sequence[str]
) -> list[Wording]:
    """Put the standard wordings for further ways into force in these languages, where there are no words for them.

    Returns what is new. Queries: none where there is no such way; 1 for each language, 2 more where something is
    new, and 3 for each new wording.

    :raises NotFound: if something is new and the organisation is none of the actor's.
    :raises NotAllowed: if something is new, unless the actor owns its root group.
    """
    new: list[Wording] = []
    for language in languages if ways else ():
        in_force = words_in_force(organisation.id, language)
        asked = [one for one in TEXTS.get(language, ()) if one[1] in ways and one not in in_force]
        new += _publish(actor, organisation, language, asked) if asked else []
    return new


def _publish(actor: Actor, organisation: Organisation, language: str, asked: Sequence[Asked]) -> list[Wording]:
    actor.require(OWNER, root_group(organisation.id).id)
    in_force = {one: wording.text for one, wording in words_in_force(organisation.id, language).items()}
    texts = {one: TEXTS[language][one].format(organisation=organisation.name) for one in asked}
    # The words are ours, so an owner may put them into force; words of their own need a review first.
    reviewed = replace(actor, everything=True)
    return [
        publish_wording(
            reviewed, organisation=organisation, purpose=purpose, channel=channel, text=text, language=language
        )
        for (purpose, channel), text in texts.items()
        if in_force.get((purpose, channel)) != text
    ]
