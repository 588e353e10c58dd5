"""``/desk/people/<id>``: what is in the records about somebody, and how they are sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from groundswell.attendances.queries import answers_of_person
from groundswell.attendances.words import offered, stands
from groundswell.groups.access import ORGANISER, SEE, SEND
from groundswell.groups.access import group_for as group_with
from groundswell.groups.errors import NotFound
from groundswell.groups.queries import groups_by_id, root_group
from groundswell.kit.text import NotText
from groundswell.mailings.queries import Copy, copies_to, in_words, subject_of
from groundswell.outbox.delivery import called
from groundswell.outbox.queries import STATES, mails_to
from groundswell.people.access import person_for
from groundswell.people.errors import MergedSince
from groundswell.people.merged import addresses_merged
from groundswell.people.merging import STAY, may_merge, merges_of, take_apart
from groundswell.people.queries import consents_of, groups_of_person, tags_of, tags_of_person
from groundswell.people.seeing import see_person
from groundswell.people.sorting import LONGEST_TAG, put_into_group, tag_people, take_out_of_group, untag_people
from groundswell.web.desk.duplicates import suggestions
from groundswell.web.desk.pages import DeskRequest, desk, needed_id, page, part_named, say, see
from groundswell.web.desk.segment_form import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from groundswell.attendances.models import Attendance
    from groundswell.outbox.models import Effect
    from groundswell.people.models import Consent, Merge, Person

AT_ONCE = 50
COPIES = {
    "sent": "sent",
    "waiting": "waiting",
    "doubt": "held",
    "left": "held",
    "skipped": "void",
    "cancelled": "void",
}
"""As what a copy's state is set; every other one is trouble."""

PURPOSES = {**dict(OPTIONS["purpose"]), "ally": gettext_lazy("another organisation sees that they come")}


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Somebody's page (26 queries at most); on POST sort them anew (15), or take a merge apart."""
    found = person_for(request.actor, person_id)
    if request.method == "POST":
        _sort(request, found)
        return see("person", found.id)
    see_person(request.actor, person=found)
    root = root_group(found.organisation_id).id
    leads, merges = request.actor.may(ORGANISER, root), may_merge(request.actor, root)
    groups = groups_of_person(found)
    merged = addresses_merged(found.organisation_id, found.id)
    addresses = sorted(filter(None, merged.values()))
    others = groups_by_id([one for one in request.here.groups(SEE) if one not in {each.id for each in groups}])
    context: dict[str, object] = {
        "person": _facts(found),
        "alike": suggestions(request.actor, found) if merges else [],
        "same_url": reverse("desk:person-same", args=[found.id]) if merges else "",
        "merged": [_merged(one) for one in merges_of(found)] if merges else [],
        "addresses": addresses,
        "tags": [{"id": str(tag.id), "name": tag.name} for tag in tags_of_person(found)],
        "groups": [_group(request, one.id, one.name) for one in groups],
        "leads": leads,
        "tag_names": [tag.name for tag in tags_of(found.organisation_id)] if leads else [],
        "group_options": [(str(one.id), one.name) for one in others] if leads else [],
        **_lists(request, found, merged),
        "consents": [_consent(one, found) for one in consents_of(found.organisation_id, found.id)],
    }
    return page(request, "person", "people", context)


def _lists(request: DeskRequest, found: Person, merged: Mapping[UUID, str]) -> dict[str, object]:
    """What they did and what was sent to them, each with where the rest of it is (4 queries)."""
    whose, addresses = found.organisation_id, [found.email, *filter(None, merged.values())]
    answers, more_answers = part_named(request, "answers", answers_of_person(whose, found.id), AT_ONCE)
    copies, more_copies = part_named(request, "copies", copies_to(whose, [found.id, *merged]), AT_ONCE)
    mails, more_mails = part_named(request, "mails", mails_to(whose, *addresses), AT_ONCE)
    return {
        "answers": [_answer(request, one) for one in answers],
        "more_answers_url": more_answers,
        "copies": [_copy(request, one) for one in in_words(copies)],
        "more_copies_url": more_copies,
        "mails": [_mail(one) for one in mails],
        "more_mails_url": more_mails,
    }


def _sort(request: DeskRequest, found: Person) -> None:
    then, these = request.POST.get("then", ""), [found.id]
    if then == "tag":
        name = request.POST.get("tag", "")[:LONGEST_TAG]
        try:
            tag_people(request.actor, organisation=found.organisation, people=these, name=name)
        except NotText as error:
            say(request, str(error), "wrong")
    elif then == "untag":
        tag_id = needed_id(request.POST.get("tag", ""))
        untag_people(request.actor, organisation=found.organisation, people=these, tag_id=tag_id)
    elif then in {"put", "take"}:
        group = group_with(request.actor, needed_id(request.POST.get("group", "")))
        if group.organisation_id != found.organisation_id:
            raise NotFound
        (put_into_group if then == "put" else take_out_of_group)(request.actor, group=group, people=these)
    elif then == "apart":
        _take_apart(request)
    else:
        raise NotFound


def _take_apart(request: DeskRequest) -> None:
    try:
        away = take_apart(request.actor, merge_id=needed_id(request.POST.get("merge", "")))
    except MergedSince as refusal:
        say(request, refusal.sentence, "wrong")
    else:
        said = _("%(name)s is a person of their own again. What happened since is still here.")
        say(request, said % {"name": away.called})


def _merged(one: Merge) -> dict[str, object]:
    away = one.away
    return {
        "id": str(one.id),
        "name": away.called,
        "email": away.email,
        "at": one.at,
        "until": one.at + STAY,
    }


def _facts(found: Person) -> dict[str, object]:
    return {
        "name": found.called,
        "email": found.email,
        "phone": found.phone,
        "sector": found.sector,
        "language": dict(settings.LANGUAGES).get(found.language, found.language),
        "since": found.created_at,
        "confirmed_at": found.confirmed_at,
    }


def _group(request: DeskRequest, group_id: UUID, name: str) -> dict[str, object]:
    return {"id": str(group_id), "name": name, "may_take": request.actor.may(ORGANISER, group_id)}


def _answer(request: DeskRequest, one: Attendance) -> dict[str, object]:
    # Their answer may be to an event that another organisation holds.
    sees = request.actor.may(SEE, one.event.group_id, one.event_id)
    return {
        "title": one.event.title,
        "url": reverse("desk:event", args=[one.event_id]) if sees else "",
        "day": one.event.day,
        "state": stands(one),
        "offers": offered(one.offers.split(",")),
        "via": one.via,
    }


def _copy(request: DeskRequest, one: Copy) -> dict[str, object]:
    # What became of it is told to those who send: to others it only says what the person was written.
    sends = request.actor.may(SEND, one.mailing.group_id)
    return {
        "subject": subject_of(one.mailing),
        "url": reverse("desk:mailing", args=[one.mailing.id]) if sends else "",
        "at": one.at,
        "state": COPIES.get(one.state, "failed") if sends else "",
        "state_label": one.words if sends else "",
    }


def _mail(one: Effect) -> dict[str, Any]:
    known, label = STATES[one.state]
    return {
        "subject": called(one.kind),
        "created_at": one.created_at,
        "state": known,
        "state_label": label,
    }


def _consent(one: Consent, found: Person) -> dict[str, object]:
    actions = {"grant": _("agreed"), "withdraw": _("took it back"), "object": _("objected")}
    return {
        "at": one.at,
        "action": actions[one.action],
        "purpose": PURPOSES[one.purpose],
        "channel": one.get_channel_display(),
        "words": one.wording.text if one.wording else "",
        "by": one.person.email if one.person_id != found.id else "",
    }
