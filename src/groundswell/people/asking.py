"""By which ways besides e-mail an organisation asks whether it may send news, on the preference page only.

Groundswell itself sends e-mail. Whom it may reach by another way it counts in segments and hands over in exports.
"""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.groups import operations as groups
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields
from groundswell.groups.models import Organisation
from groundswell.people.models import Channel
from groundswell.people.standard import publish_further_wordings

FURTHER = (Channel.SMS, Channel.PHONE, Channel.POST)


@transaction.atomic
def ask_by(actor: Actor, *, organisation: Organisation, ways: Collection[str]) -> Organisation:
    """Ask people from now on by these ways besides e-mail, and by no others.

    Where an organisation has no words for one of them, the standard ones come into force in each of its languages.
    What somebody allowed by a way by which nobody is asked any more stays until they take it back. Queries: 4, and
    1 to 3 for each language, and 3 for each new wording.

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    :raises InvalidFields: for what is no such way.
    """
    if not set(ways) <= set(FURTHER):
        raise InvalidFields({"ways": _("Choose among these ways.")})
    wanted = [str(way) for way in FURTHER if way in ways]
    publish_further_wordings(actor, organisation=organisation, ways=wanted, languages=organisation.offered)
    return groups.ask_by(actor, organisation=organisation, ways=wanted)
