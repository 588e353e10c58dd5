"""What is kept about those who are written to, and why."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from groundswell.kit.privacy import (
    About,
    Chapter,
    Erasure,
    Purpose,
    Table,
    Term,
    Told,
    Trace,
    not_personal,
    personal,
    register,
    special,
    tell,
)
from groundswell.mailings.models import Delivery
from groundswell.mailings.queries import copies_to, in_words, subject_of

WRITTEN_TO = Purpose(
    what=_("Which messages were sent to you"),
    why=_("To send each of them once, and not too many."),
    kept=_("As long as your name."),
    basis="Explicit consent (Articles 6(1)(a) and 9(2)(a))",
)
LET_GO = Purpose(
    what="Who let a message to many go, and who agreed to it",
    why="To tell them what happens to it by itself: that it stops, or is called unwanted.",
    kept="As long as the account.",
    basis="Legitimate interests (Article 6(1)(f))",
)


def _deliveries(trace: Trace) -> QuerySet[Delivery]:
    return Delivery.objects.filter(organisation_id=trace.organisation_id, person_id__in=trace.people)


def _told(trace: Trace, most: int) -> list[Told]:
    copies = in_words(list(copies_to(trace.organisation_id, trace.people)[:most]))
    return [Told(title=subject_of(copy.mailing), at=copy.at, lines=[copy.words]) for copy in copies]


tell(Chapter(heading=_("Messages to many that were meant for you"), models=("mailings.Delivery",), tell=_told))

_AS_LONG = Term(words="as long as the organisation")

register(
    Table(
        model="mailings.Mailing",
        about=About.ACCOUNTS,
        term=_AS_LONG,
        fields=not_personal(
            "id",
            "organisation",
            "group",
            "event",
            "kind",
            "purpose",
            "channel",
            "state",
            "words",
            "audience",
            "segment",
            "copies",
            "next",
            "created_at",
            "starts_at",
            "frozen_at",
            "finished_at",
            "note",
            "forgiven",
            "warned",
            "doubts_told",
            *("share", "hours", "tested", "rest_at", "chosen", "chosen_by", "archived", "counted"),
        )
        | personal(LET_GO, "released_by", "agreed_by", term=Term(words="as long as the account")),
    ),
    Table(
        model="mailings.Link",
        about=About.NOBODY,
        term=_AS_LONG,
        fields=not_personal("id", "organisation", "mailing", "url", "visits"),
    ),
    Table(
        model="mailings.Delivery",
        about=About.SUPPORTERS,
        term=Term(words="as long as the person"),
        erasure=Erasure.DELETED,
        rows=_deliveries,
        fields=not_personal("organisation_id", "number", "person") | special(WRITTEN_TO, "mailing_id"),
    ),
    Table(
        model="mailings.Result",
        about=About.SUPPORTERS,
        term=_AS_LONG,
        fields=not_personal("organisation_id", "mailing_id", "number", "state", "code", "at"),
    ),
    Table(
        model="mailings.Return",
        about=About.SUPPORTERS,
        term=_AS_LONG,
        fields=not_personal("organisation_id", "mailing_id", "number", "kind", "status", "at"),
    ),
    Table(
        model="mailings.DomainTally",
        about=About.NOBODY,
        term=_AS_LONG,
        fields=not_personal(
            *("organisation_id", "mailing_id", "domain", "copies", "sent", "refused", "given_up", "doubt"),
            *("hard", "soft", "complaint"),
        ),
    ),
    Table(
        model="mailings.Deferred",
        about=About.SUPPORTERS,
        term=Term(words="until it was sent, or tried for days"),
        fields=not_personal("organisation_id", "mailing_id", "number", "attempts", "due_at", "lease", "line"),
    ),
    Table(
        model="mailings.Line",
        about=About.NOBODY,
        term=Term(words="minutes after the last copy to a provider whose mail is limited"),
        fields=not_personal("name", "taken_until"),
    ),
    Table(
        model="mailings.WarmDay",
        about=About.NOBODY,
        term=Term(words="as long as the installation"),
        fields=not_personal("day", "most", "taken"),
    ),
    Table(
        model="mailings.Lease",
        about=About.NOBODY,
        term=Term(words="while copies are in a worker's hands"),
        fields=not_personal("id", "organisation_id", "mailing", "first", "last", "home", "worker", "ends_at"),
    ),
)
