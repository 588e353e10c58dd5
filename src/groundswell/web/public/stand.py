"""``/stand/<kind>/<slug>``: "Our branch stands with this", all who do, and what a contact's mail leads to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from groundswell.endorsements import operations
from groundswell.endorsements.details import KINDS, WAYS
from groundswell.endorsements.queries import shown_with, subject_of
from groundswell.endorsements.subjects import Subject, subject_named
from groundswell.endorsements.upkeep import CONTACT_STAYS
from groundswell.front.handover import Door
from groundswell.groups.errors import NotFound
from groundswell.web.languages import speak
from groundswell.web.public.button import ask, done
from groundswell.web.public.pages import keep, public, sent_form, take_down
from groundswell.web.public.paging import is_keepable, turned
from groundswell.web.public.sides import frame, frame_of
from groundswell.web.public.stands import PAGE, by_sort, how

if TYPE_CHECKING:
    from groundswell.endorsements.models import Endorsement

FIELDS = ("body", "kind", "decided", "decided_on", "text", "contact_email", "language")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def stand(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Ask which body it is and how it decided (1 query, or 2); on POST, take that down.

    :raises NotFound: where there is nothing to stand with, or it is past.
    """
    subject = subject_named(kind, slug)
    if not subject.is_open:
        raise NotFound
    speak(request, subject.group.organisation.offered)
    if request.method == "POST":
        return _take(request, subject)
    keep(request, tags=_tags(subject), door=_door(subject))
    return _page(request, subject, {}, {})


def _door(subject: Subject) -> Door:
    return Door(
        kind="endorse",
        organisation_id=subject.group.organisation_id,
        subject=subject.about.id,
        closes_at=subject.closes_at.timestamp(),
        then=reverse("stand-thanks", args=[subject.kind, subject.about.slug]),
        tags=_tags(subject),
    )


def _tags(subject: Subject) -> tuple[str, ...]:
    return (*subject.tags, f"organisation:{subject.group.organisation_id}")


def _take(request: HttpRequest, subject: Subject) -> HttpResponse:
    sent = sent_form(request)
    typed = {name: sent.get(name, "") for name in FIELDS}
    return take_down(request, _door(subject), typed, partial(_page, request, subject))


def _page(
    request: HttpRequest, subject: Subject, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    context = {
        **_around(subject),
        "form": {"values": typed, "errors": errors},
        "kinds": [("", _("Choose one")), *KINDS],
        "ways": [("", _("Choose one")), *WAYS],
        "days": CONTACT_STAYS.days,
    }
    return render(request, "public/stand.html", context, status=status)


def _around(subject: Subject) -> dict[str, object]:
    """The frame of the page, and what is stood with (0 queries)."""
    return {**frame(subject.group.organisation), "name": subject.name, "back_url": _url(subject), "noindex": True}


def _url(subject: Subject) -> str:
    return reverse(subject.kind, args=[subject.about.slug])


@public
@require_http_methods(["GET", "HEAD"])
def stand_all(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Show who stands with it, page by page (2 queries, 3 for a series).

    :raises NotFound: where there is nothing to stand with, and for a page that there is none of.
    """
    subject = subject_named(kind, slug)
    organisation = subject.about.organisation
    speak(request, organisation.offered)
    page = turned(request, "page", shown_with(subject), PAGE)
    if is_keepable(request, {"page": page.number}):
        keep(request, tags=(*_tags(subject), subject.tag), queries=frozenset({"page"}))
    around = frame_of(subject.event) if subject.event else frame(organisation)
    path = reverse("stand-all", args=[kind, slug])
    context = {
        **around,
        "organisation": organisation,
        "name": subject.name,
        "back_url": _url(subject),
        "canonical": settings.PUBLIC_URL + path + (f"?page={page.number}" if page.number > 1 else ""),
        "stands": {**by_sort(subject, page.rows), "more": page.more},
    }
    return render(request, "public/stand_all.html", context)


@public
@require_http_methods(["GET", "HEAD"])
def stand_thanks(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Say that it is kept, and what happens next (1 query, or 2)."""
    subject = subject_named(kind, slug)
    speak(request, subject.group.organisation.offered)
    keep(request, tags=_tags(subject))
    sentences = [
        _("Your body’s contact gets a mail with a button. Only when it is pressed does this count."),
        _("Whoever calls to it then lets it onto the page."),
    ]
    return _done(request, subject, _("We have written it down"), sentences)


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def stand_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show a body what is said of it, and a button that says yes or takes it back (1 query); on POST, do it.

    :raises NotFound: if it is gone, or the link was not made here.
    :raises ConfirmedAlready: if the button was pressed before.
    """
    found = operations.by_link(token)
    subject = subject_of(found)
    speak(request, found.organisation.offered)
    if request.method != "POST":
        return _ask(request, found, subject)
    if request.POST.get("then") == "withdraw":
        operations.withdraw(token=token)
        sentence = _("It stands on no page any more, and we have erased what we held about it.")
        return _done(request, subject, _("Taken back"), [sentence])
    if request.POST.get("then") != "confirm":
        raise NotFound
    confirmed = operations.confirm(token=token)
    shown = _("It stands on the page from now on.")
    waits = _("Whoever calls to it looks at it, and then it stands on the page.")
    by_the_same = _("By the same link your body can take it back at any time.")
    return _done(request, subject, _("Thank you"), [shown if confirmed.accepted_at else waits, by_the_same])


def _ask(request: HttpRequest, found: Endorsement, subject: Subject) -> HttpResponse:
    confirmed = found.confirmed_at is not None
    facts = [
        (_("Who"), found.body),
        (_("Stands with"), subject.name),
        (_("How it was decided"), how(found)),
        *([(_("In your words"), found.text)] if found.text else []),
    ]
    words = (
        _("You stand with this") if confirmed else _("Do you stand with this?"),
        [
            _("Press the button, and it stands on no page any more.")
            if confirmed
            else _("Press the button only if your body has decided this.")
        ],
        _("Take it back") if confirmed else _("Yes, we stand with this"),
    )
    hidden = [("then", "withdraw" if confirmed else "confirm")]
    return ask(request, found.organisation, words, facts=facts, hidden=hidden, danger=confirmed, noindex=True)


def _done(request: HttpRequest, subject: Subject, heading: str, sentences: list[str]) -> HttpResponse:
    back = {"url": _url(subject), "label": subject.name}
    return done(request, subject.group.organisation, heading, sentences, back, noindex=True)
