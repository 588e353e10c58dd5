"""``/me/object/<token>``: somebody objects to everything that is done with what is known about them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from groundswell.groups.errors import NotFound
from groundswell.people.links import PREFERENCES
from groundswell.web.me.opening import open_link
from groundswell.web.public.button import ask, done
from groundswell.web.public.pages import act, public


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def object_to_all(request: HttpRequest, given: str) -> HttpResponse:
    """Say what the button does (1 query); on POST take down that they object. A GET changes nothing.

    :raises NotFound: if whom the link names is forgotten.
    """
    organisation, person_id = open_link(request, PREFERENCES, given)
    if organisation is None:
        raise NotFound
    if request.method == "POST":
        act(request, kind="object", organisation_id=organisation.id, subject=person_id, payload=b"{}")
        back = {"url": reverse("mailings-me", args=[given]), "label": _("Look at it again")}
        sentence = _("%(name)s does nothing more with it, and keeps that you objected.")
        sentences = [sentence % {"name": organisation.name}]
        return done(request, organisation, _("Your objection is kept"), sentences, back)
    sentences = [
        _("Press the button, and all that you allowed %(name)s ends at once: no mail, no message, no call.")
        % {"name": organisation.name},
        _("What you said yes to and lies ahead is cancelled. No other organisation sees your answers any more."),
        _("What is known about you stays, so that your objection is known too. You can have it deleted instead."),
    ]
    return ask(request, organisation, (_("Object to everything?"), sentences, _("I object")), danger=True)
