"""Who a link is about: it is signed, so nothing but itself has to be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from groundswell.groups.errors import IncompleteLink
from groundswell.kit.crypto import BadLink
from groundswell.kit.scope import confine
from groundswell.people.links import opened
from groundswell.people.queries import in_records
from groundswell.web.languages import speak

if TYPE_CHECKING:
    from django.http import HttpRequest

    from groundswell.groups.models import Organisation


def open_link(request: HttpRequest, purpose: str, given: str) -> tuple[Organisation | None, UUID]:
    """The organisation and the person of a link, or whoever stands for them; no organisation if it forgot them.

    What is shown is in a language of the organisation's.

    Queries: 1.

    :raises IncompleteLink: if the link was not made here for this purpose.
    """
    try:
        organisation_id, person_id = opened(purpose, given)
    except BadLink:
        raise IncompleteLink from None
    confine([organisation_id])
    found = in_records(organisation_id, person_id)
    if found is None:
        return None, person_id
    speak(request, found.organisation.offered)
    return found.organisation, found.id
