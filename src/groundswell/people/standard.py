"""The wordings that every organisation starts with: one place for the words that people agree to."""

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.db import transaction

from groundswell.groups.access import OWNER, Actor
from groundswell.groups.models import Organisation
from groundswell.groups.queries import root_group
from groundswell.people.models import Purpose, Wording
from groundswell.people.operations import publish_wording
from groundswell.people.queries import ally_wordings, current_wordings

TEXTS = {
    "en": {
        Purpose.EVENT: (
            "I agree that {organisation} records that I plan to come. "
            "This may show my political views. Deleted 30 days after the event."
        ),
        Purpose.UPDATES: (
            "{organisation} may send me news of its campaigns by e-mail. "
            "This may show my political views. I can take this back in every mail."
        ),
        Purpose.NEARBY: (
            "{organisation} may tell me by e-mail about other events near me. "
            "This may show my political views. I can take this back in every mail."
        ),
    },
    "fr": {
        Purpose.EVENT: (
            "J’accepte que {organisation} note que je pense venir. "
            "Cela peut révéler mes opinions politiques. Effacé 30 jours après l’événement."
        ),
        Purpose.UPDATES: (
            "{organisation} peut m’envoyer par courriel des nouvelles de ses campagnes. "
            "Cela peut révéler mes opinions politiques. Je peux le retirer dans chaque courriel."
        ),
        Purpose.NEARBY: (
            "{organisation} peut me signaler par courriel d’autres événements près de chez moi. "
            "Cela peut révéler mes opinions politiques. Je peux le retirer dans chaque courriel."
        ),
    },
}
"""The words for each purpose, by language: no translation of a page, since each is what somebody agrees to."""


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


def _standard(organisation: Organisation, language: str, name: str) -> list[Purpose]:
    """The purposes for which the standard words are in force, with this name in them."""
    in_force = current_wordings(organisation.id, language)
    return [
        purpose
        for purpose, text in TEXTS[language].items()
        if purpose in in_force and in_force[purpose].text == text.format(organisation=name)
    ]


@transaction.atomic
def publish_standard_wordings(
    actor: Actor, *, organisation: Organisation, language: str = settings.LANGUAGE_CODE
) -> list[Wording]:
    """Put the standard wordings into force under the organisation's present name; those in force already stay.

    Returns what is new: nothing in a language for which there are none. Queries: 2, and 3 for each new wording.

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    """
    return _publish(actor, organisation, language, list(TEXTS.get(language, {})))


def _publish(actor: Actor, organisation: Organisation, language: str, purposes: list[Purpose]) -> list[Wording]:
    actor.require(OWNER, root_group(organisation.id).id)
    in_force = {purpose: wording.text for purpose, wording in current_wordings(organisation.id, language).items()}
    texts = {purpose: TEXTS[language][purpose].format(organisation=organisation.name) for purpose in purposes}
    # The words are ours, so an owner may put them into force; words of their own need a review first.
    reviewed = replace(actor, everything=True)
    return [
        publish_wording(reviewed, organisation=organisation, purpose=purpose, text=text, language=language)
        for purpose, text in texts.items()
        if in_force.get(purpose) != text
    ]
