"""What the outbox holds about those to whom mail goes."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from groundswell.kit.privacy import About, Erasure, Purpose, Table, Term, Trace, not_personal, personal, register
from groundswell.outbox.models import Effect
from groundswell.outbox.operations import mailbox_hash
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
