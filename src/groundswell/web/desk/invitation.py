"""``/desk/invitation/…``: the link in the mail by which somebody takes a role."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.groups.invitations import accept, invitation_of
from groundswell.web.desk.pages import threshold
from groundswell.web.desk.sign_in import keep_briefly, let_in


@threshold
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows a button and changes nothing, since mail scanners follow links; the button takes the role.

    Whoever has the link has read the mail: it lets in as a mailed code does, and no further.
    """
    if request.method == "POST":
        return let_in(request, accept(token=token))
    found = invitation_of(token)
    keep_briefly(request)
    sentences = [
        _("You are invited to work in %(group)s, as %(email)s.")
        % {"group": found.group.name, "email": found.email}
    ]
    context = {"heading": _("An invitation"), "sentences": sentences, "button": _("Accept and sign in")}
    return render(request, "desk/ask.html", context)
