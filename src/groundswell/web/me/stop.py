"""``/me/stop/<token>``: no more mail. A GET shows a button; a POST does it, by a mail program too (RFC 8058).

Its link stands in the head of every mail, where others than its reader see it: it leads to nothing else.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from groundswell.mailings.links import STOP
from groundswell.web.me.opening import open_link
from groundswell.web.public.button import ask, done
from groundswell.web.public.pages import act, public


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, given: str) -> HttpResponse:
    """Say what the button does (1 query); on POST take down that no more mail is wanted.

    Whoever has the link may press it: it is in every mail, and takes nothing but mail away.
    """
    organisation, person_id = open_link(request, STOP, given)
    if organisation is None:
        sentences = [_("We hold nothing about you any more, so nothing is sent to you.")]
        return done(request, None, _("There is nothing here any more"), sentences)
    if request.method == "POST":
        act(request, kind="stop", organisation_id=organisation.id, subject=person_id, payload=b"{}")
        sentence = _("%(name)s sends you no more news and invitations.") % {"name": organisation.name}
        return done(request, organisation, _("No more mail"), [sentence])
    sentence = _("Press the button, and %(name)s sends you no more news and invitations.")
    about = _("What belongs to an event that you said yes to still reaches you.")
    sentences = [sentence % {"name": organisation.name}, about]
    return ask(request, organisation, (_("No more mail?"), sentences, _("Send me no more")))
