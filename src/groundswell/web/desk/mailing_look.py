"""``/desk/mailings/…/look``: a mailing as most programs show it, alone in a frame in which nothing runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils.csp import CSP
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.mailings.access import mailing_for
from groundswell.mailings.letters import preview
from groundswell.mailings.operations import audience
from groundswell.people.access import people_seen_by, person_for
from groundswell.people.finding import people_found
from groundswell.people.seeing import see_people, see_person
from groundswell.web.desk.pages import DeskRequest, desk, id_from

if TYPE_CHECKING:
    from groundswell.mailings.models import Mailing

SOMEBODY = "Ada Lovelace"
"""As whom a mailing is shown until somebody else is named."""

ALONE = {
    "default-src": [CSP.NONE],
    # A letter brings its own looks along, as mail programs ask for it.
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF],
    "form-action": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": "",
}
"""The policy of a letter, in its frame and where somebody opens it alone: no script, nothing from elsewhere."""

AROUND = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
"""The policy of the page around it."""


MOST_FOUND = 10
"""People at most whom a search offers to look at it as."""


@dataclass(frozen=True)
class Reader:
    """As whom a mailing is looked at: a name and a language, and who that is in the records, if anybody."""

    name: str
    language: str
    person_id: UUID | None = None

    @property
    def query(self) -> str:
        """What makes an address show it as them."""
        who = {"of": self.person_id} if self.person_id else {"as": self.name}
        return urlencode(who | {"in": self.language})


@desk
@csp_override(ALONE)
@xframe_options_sameorigin
@require_safe
def mailing_look(request: DeskRequest, mailing_id: UUID) -> HttpResponse:
    """The HTML of a mailing, for somebody called ``?as=`` or for one of its people, ``?of=`` (up to 9 queries)."""
    found = mailing_for(request.actor, mailing_id)
    reader = reader_of(request, found)
    return HttpResponse(preview(found, reader.language, reader.name)["html"])


def reader_of(request: DeskRequest, found: Mailing) -> Reader:
    """As whom it is looked at: one of its organisation's people, or somebody made up (0 queries, or up to 5)."""
    offered = found.organisation.offered
    person_id = id_from(request.GET.get("of", ""))
    if person_id is None:
        return Reader(request.GET.get("as", "")[:120] or SOMEBODY, language_of(request, offered))
    person = person_for(request.actor, person_id)
    if person.organisation_id != found.organisation_id:
        raise NotFound
    see_person(request.actor, person=person)
    return Reader(person.name, language_of(request, offered, person.language), person.id)


def language_of(request: DeskRequest, offered: Sequence[str], own: str | None = None) -> str:
    """In which language it is looked at: the one that is named, that of whoever is shown, or the onlooker's."""
    typed = request.GET.get("in") or request.POST.get("in")
    wanted = (typed, own or get_language())
    return next((one for one in wanted if one and one in offered), offered[0])


def readers_found(request: DeskRequest, found: Mailing) -> dict[str, object] | None:
    """What the page of a mailing shows to find one of those whom it reaches, or None for who sees nobody.

    Queries: 1, and up to 6 for a search.
    """
    try:
        seen = people_seen_by(request.actor, found.organisation_id)
    except NotAllowed:
        return None
    typed = request.GET.get("who", "").strip()[:120]
    if not typed:
        return {"typed": "", "people": [], "whole": True}
    reached = seen.filter(id__in=audience(found).values("person_id"))
    rows, whole = people_found(found.organisation_id, reached, typed, MOST_FOUND)
    see_people(request.actor, organisation_id=found.organisation_id, people=len(rows), part="who")
    people = [{"name": one.name, "email": one.email, "url": f"?{urlencode({'of': one.id})}#looks"} for one in rows]
    return {"typed": typed, "people": people, "whole": whole}
