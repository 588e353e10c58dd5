"""What the outbox holds about those to whom mail goes."""

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
    tell,
)
from groundswell.outbox.delivery import called
from groundswell.outbox.models import Effect
from groundswell.outbox.operations import mailbox_hash
from groundswell.outbox.queries import STATES
from groundswell.outbox.upkeep import MAILS_STAY

MAIL = Purpose(
    what=_("Which mails went to you, and when"),
    why=_("To send each only once, and none of them too often."),
    kept=_("30 days after it was sent, or until you are forgotten."),
    basis="Legitimate interests (Article 6(1)(f))",
)


def _mails(trace: Trace) -> QuerySet[Effect]:
    mailboxes = [mailbox_hash(email) for email in trace.emails]
    return Effect.objects.filter(organisation_id=trace.organisation_id, mailbox__in=mailboxes)


def _told(trace: Trace, most: int) -> list[Told]:
    return [_in_words(mail) for mail in _mails(trace).order_by("-id")[:most]]


def _in_words(mail: Effect) -> Told:
    words = [str(STATES[mail.state][1]), mail.note, mail.address]
    return Told(title=called(mail.kind), at=mail.done_at or mail.created_at, lines=[*filter(None, words)])


tell(Chapter(heading=_("Mails to you in the last thirty days"), models=("outbox.Effect",), tell=_told))
register(
    Table(
        model="outbox.Effect",
        about=About.SUPPORTERS,
        term=Term(words="30 days after it was dealt with, its kept copy too", after=MAILS_STAY, since="done_at"),
        erasure=Erasure.DELETED,
        rows=_mails,
        fields=not_personal("organisation_id", "id", "subject", "about", "attempts", "due_at")
        | personal(MAIL, "kind", "state", "note", "created_at", "done_at")
        | personal(MAIL, "mailbox", export=False)
        | personal(MAIL, "address", "language", term=Term(words="until the mail is dealt with")),
    ),
)
