"""The languages of an organisation: one is offered only where people can agree to something in it."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields
from groundswell.groups.models import Organisation
from groundswell.groups.operations import speak
from groundswell.people.models import Purpose
from groundswell.people.queries import current_wordings
from groundswell.people.standard import publish_further_wordings, publish_standard_wordings


@transaction.atomic
def offer_languages(actor: Actor, *, organisation: Organisation, languages: Sequence[str]) -> Organisation:
    """Offer an organisation's pages in these languages, its own first.

    Where an organisation has no words in a language, the standard ones come into force. What people may agree to
    besides is asked in those languages only that have words for it. Queries: 4, and 2 to 4 for each language, and
    3 for each new wording; 1 to 3 more for each language where it asks by more ways than e-mail.

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    :raises InvalidFields: for a language that this installation has not, or one without the words for the box that
        everybody must tick.
    """
    names = dict(settings.LANGUAGES)
    chosen = list(dict.fromkeys(languages))
    if not chosen or not set(chosen) <= set(names):
        raise InvalidFields({"own": _("Choose one of the languages.")})
    wordless = [names[each] for each in chosen if not _has_words(actor, organisation, each)]
    if wordless:
        sentence = _("The words that everybody must agree to are missing in: %(languages)s.")
        raise InvalidFields({"own": sentence % {"languages": ", ".join(wordless)}})
    publish_further_wordings(actor, organisation=organisation, ways=organisation.ways, languages=chosen)
    return speak(actor, organisation=organisation, languages=chosen)


def _has_words(actor: Actor, organisation: Organisation, language: str) -> bool:
    if current_wordings(organisation.id, language):
        return Purpose.EVENT in current_wordings(organisation.id, language)
    published = publish_standard_wordings(actor, organisation=organisation, language=language)
    return any(wording.purpose == Purpose.EVENT for wording in published)
