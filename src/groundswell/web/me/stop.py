"""``/me/stop/<token>``: no more news; ``/me/mute/<token>``: no more mail that can be done without.

A GET shows a button; a POST does it, by a mail program too (RFC 8058). Their links stand in heads of mails, where
others see them too: they lead to nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from groundswell.people.links import MUTE, STOP
from groundswell.web.me.opening import open_link
from groundswell.web.public.button import ask, done
from groundswell.web.public.pages import act, public

if TYPE_CHECKING:
    from django.utils.functional import Promise


class _Words(NamedTuple):
    """What the button does, what it leaves, and what it has done."""

    asks: Promise
    leaves: Promise
    done: Promise


WORDS = {
    STOP: _Words(
        asks=gettext_lazy("Press the button, and %(name)s sends you no more news and invitations."),
        leaves=gettext_lazy("What belongs to an event that you said yes to still reaches you."),
        done=gettext_lazy("%(name)s sends you no more news and invitations."),
    ),
    MUTE: _Words(
        asks=gettext_lazy("Press the button, and %(name)s sends you no more news, reminders, notes and thanks."),
        leaves=gettext_lazy(
            "What you said yes to stays so, and that it is cancelled, has moved or is not safe still reaches you."
        ),
        done=gettext_lazy("%(name)s sends you no more news, reminders, notes and thanks."),
    ),
}


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, given: str) -> HttpResponse:
    """Say what the button does (1 query); on POST take down that no more news is wanted.

    Whoever has the link may press it: it is in every mailing, and takes nothing but mail away.
    """
    return _end(request, STOP, given)


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def mute(request: HttpRequest, given: str) -> HttpResponse:
    """The same of reminders, notes and thanks for an event as well, whose mails have this link (1 query)."""
    return _end(request, MUTE, given)


def _end(request: HttpRequest, purpose: str, given: str) -> HttpResponse:
    organisation, person_id = open_link(request, purpose, given)
    if organisation is None:
        sentences = [_("We hold nothing about you any more, so nothing is sent to you.")]
        return done(request, None, _("There is nothing here any more"), sentences)
    words, name = WORDS[purpose], {"name": organisation.name}
    if request.method == "POST":
        # The kind of action is called as the link is.
        act(request, kind=purpose, organisation_id=organisation.id, subject=person_id, payload=b"{}")
        return done(request, organisation, _("No more mail"), [str(words.done) % name])
    sentences = [str(words.asks) % name, str(words.leaves)]
    return ask(request, organisation, (_("No more mail?"), sentences, _("Send me no more")))
