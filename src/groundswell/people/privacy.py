"""What is kept about persons, and why."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from groundswell.kit.privacy import (
    About,
    Chapter,
    Erasure,
    Purpose,
    Table,
    Term,
    Trace,
    not_personal,
    personal,
    register,
    secret,
    special,
    tell,
)
from groundswell.people.complaints import KEPT
from groundswell.people.merging import STAY
from groundswell.people.models import Belonging, Consent, Merge, NameWord, Person, Reach, Tagged
from groundswell.people.telling import complaints_about, told_complaints, told_consents

_AGREED = "Explicit consent (Articles 6(1)(a) and 9(2)(a))"

CONTACT = Purpose(
    what=_("Your name, your e-mail address and your language"),
    why=_("To know who answered, and to write to you about it."),
    kept=_(
        "As long as an answer of yours, or until you take back your other consents. If you were on a list that "
        "was brought here, until you ask to be forgotten, or until 30 days after an event that you said yes to."
    ),
    basis=_AGREED,
)
PLACE = Purpose(
    what=_("The first part of your postcode, if you gave one"),
    why=_("To see from where people travel. The rest of it is never stored."),
    kept=_("As long as your name."),
    basis=_AGREED,
)
CONSENT = Purpose(
    what=_("Which boxes you ticked, with their words and the time"),
    why=_("To write to you about what you allowed and nothing else. You can take each back at any time."),
    kept=_("As long as your name."),
    basis="Accountability for consent (Articles 6(1)(c) and 7(1))",
)
PHONE = Purpose(
    what=_("Your telephone number, if you gave one"),
    why=_("To reach you by it for what you allowed."),
    kept=_("As long as your name."),
    basis=_AGREED,
)
SORTED = Purpose(
    what=_("Words and groups by which you are sorted"),
    why=_("To write to those whom something concerns, and not to everybody."),
    kept=_("As long as your name."),
    basis=_AGREED,
)
SUPPRESSED = Purpose(
    what=_("That nothing may be sent to an address any more, as a figure that names nobody"),
    why=_("To send nothing to it, whatever list it comes back on."),
    kept=_("It stays."),
    basis="Legal obligation (Articles 6(1)(c) and 21)",
)
BROUGHT = Purpose(
    what="Which lists of people an account brought from elsewhere, and when",
    why="To show where an address comes from, and by which words its owner may be written to.",
    kept="As long as the organisation; the list itself and the rows left out, 7 days.",
    basis="Accountability (Article 5(2))",
)
MERGED = Purpose(
    what=_("That two entries about you were made one, and what they were before"),
    why=_("To write to you once and not twice, and to undo it if it was a mistake."),
    kept=_("30 days; which other address is yours as well, as long as your name."),
    basis="Accuracy (Article 5(1)(d)), on the consent that both entries rest on",
)
COMPLAINED = Purpose(
    what=_("A complaint of yours about how we handle what we know about you, and our answer"),
    why=_("To look into it and answer you, and to be able to show that we did."),
    kept=_("Two years after we answered it, or until you are forgotten."),
    basis="Legal obligation (Article 6(1)(c); Data Protection Act 2018, section 164A)",
)
FORGOTTEN = Purpose(
    what=_("That somebody was forgotten, as a figure that names nobody"),
    why=_("To forget them again if an older backup must be put back."),
    kept=_("It stays."),
    basis="Legal obligation (Articles 6(1)(c) and 17)",
)


def _person(trace: Trace) -> QuerySet[Person]:
    return Person.objects.filter(organisation_id=trace.organisation_id, id__in=trace.people)


def _consents(trace: Trace) -> QuerySet[Consent]:
    return Consent.objects.filter(organisation_id=trace.organisation_id, person_id__in=trace.people)


def _words(trace: Trace) -> QuerySet[NameWord]:
    return NameWord.objects.filter(organisation_id=trace.organisation_id, person_id__in=trace.people)


def _tagged(trace: Trace) -> QuerySet[Tagged]:
    return Tagged.objects.filter(organisation_id=trace.organisation_id, person_id__in=trace.people)


def _belonging(trace: Trace) -> QuerySet[Belonging]:
    return Belonging.objects.filter(organisation_id=trace.organisation_id, person_id__in=trace.people)


def _merges(trace: Trace) -> QuerySet[Merge]:
    return Merge.objects.filter(organisation_id=trace.organisation_id, kept_id__in=trace.people)


def _reach(trace: Trace) -> QuerySet[Reach]:
    return Reach.objects.filter(organisation_id=trace.organisation_id, person_id__in=trace.people)


tell(
    Chapter(heading=_("Your complaints"), models=("people.Complaint",), tell=told_complaints),
    Chapter(heading=_("What you said before"), models=("people.Consent",), tell=told_consents),
)

register(
    Table(
        model="people.Tag",
        about=About.NOBODY,
        term=Term(words="as long as the organisation"),
        fields=not_personal("id", "organisation", "name", "key", "created_at"),
    ),
    Table(
        model="people.Segment",
        about=About.NOBODY,
        term=Term(words="as long as the organisation, or until it is deleted"),
        fields=not_personal("id", "organisation", "name", "key", "definition", "created_at", "changed_at"),
    ),
    Table(
        model="people.Tagged",
        about=About.SUPPORTERS,
        term=Term(words="as long as the person"),
        erasure=Erasure.DELETED,
        rows=_tagged,
        fields=not_personal("organisation_id", "person") | special(SORTED, "tag"),
    ),
    Table(
        model="people.Belonging",
        about=About.SUPPORTERS,
        term=Term(words="as long as the person"),
        erasure=Erasure.DELETED,
        rows=_belonging,
        fields=not_personal("organisation_id", "person") | special(SORTED, "group", "since"),
    ),
    Table(
        model="people.Reach",
        about=About.SUPPORTERS,
        term=Term(words="as long as the person, of whom it is a copy"),
        erasure=Erasure.DELETED,
        rows=_reach,
        fields=not_personal("organisation_id", "person")
        | personal(CONTACT, "language", export=False)
        | personal(PLACE, "sector", export=False)
        | special(CONSENT, "allows", export=False)
        | special(SORTED, "contacted_on", export=False),
    ),
    Table(
        model="people.Suppression",
        about=About.SUPPORTERS,
        term=Term(words="as long as the organisation: the address may come back on any list"),
        fields=not_personal("organisation_id", "channel", "reason", "at") | secret(SUPPRESSED, "digest"),
    ),
    Table(
        model="people.Import",
        about=About.ACCOUNTS,
        term=Term(words="as long as the organisation; the list itself and the rows left out, 7 days"),
        fields=not_personal(
            "id",
            "organisation",
            "group",
            "deed",
            "sha256",
            "size",
            "encoding",
            "lines",
            "header_digest",
            "source",
            "columns",
            "wording",
            "all_agreed",
            "state",
            "reason",
            "kept_here",
            "read",
            "bytes_left_out",
            "new",
            "known",
            "left_out",
            "shut",
            "agreed",
            "made_at",
            "ended_at",
        )
        | personal(BROUGHT, "account", "file_name"),
    ),
    Table(
        model="people.NameWord",
        about=About.SUPPORTERS,
        term=Term(words="as long as the person"),
        erasure=Erasure.DELETED,
        rows=_words,
        fields=not_personal("organisation_id") | special(CONTACT, "word", "person", export=False),
    ),
    Table(
        model="people.Person",
        about=About.SUPPORTERS,
        term=Term(words="as long as an answer of theirs, a consent to more, or a list on which they were brought"),
        erasure=Erasure.DELETED,
        rows=_person,
        fields=not_personal("id", "organisation")
        | special(MERGED, "merged_into", export=False)
        | personal(CONTACT, "name", "email", "language", "created_at", "confirmed_at")
        | personal(CONTACT, "email_key", export=False)
        | personal(PHONE, "phone")
        | personal(PLACE, "sector")
        | secret(CONTACT, "ledger_key"),
    ),
    Table(
        model="people.Merge",
        about=About.SUPPORTERS,
        term=Term(words="30 days, as long as it can be undone", after=STAY, since="at"),
        erasure=Erasure.DELETED,
        rows=_merges,
        fields=not_personal("id", "organisation", "account")
        | special(MERGED, "before", "at")
        | special(MERGED, "kept", "away", export=False),
    ),
    Table(
        model="people.Wording",
        about=About.NOBODY,
        term=Term(words="as long as the organisation: somebody may have agreed to it"),
        fields=not_personal(
            "id",
            "organisation",
            "purpose",
            "channel",
            "language",
            "partner",
            "elsewhere",
            "text",
            "sha256",
            "valid_from",
        ),
    ),
    Table(
        model="people.Consent",
        about=About.SUPPORTERS,
        term=Term(words="as long as the person"),
        erasure=Erasure.DELETED,
        rows=_consents,
        fields=not_personal("organisation_id", "id", "person", "source")
        | special(CONSENT, "purpose", "channel", "action", "partner", "wording", "asked_at", "at"),
    ),
    Table(
        model="people.Complaint",
        about=About.SUPPORTERS,
        term=Term(words="two years after it was answered", after=KEPT, since="answered_at"),
        erasure=Erasure.DELETED,
        rows=complaints_about,
        fields=not_personal("id", "organisation", "person", "way")
        | personal(COMPLAINED, "email_key", export=False)
        | personal(COMPLAINED, "name", "email", "language", "received_at", "acknowledged_at", "answered_at")
        | special(COMPLAINED, "text", "answer"),
    ),
    Table(
        model="people.Erasure",
        about=About.SUPPORTERS,
        term=Term(words="as long as the organisation: a backup of any age may be put back"),
        fields=not_personal("organisation_id", "id", "at") | secret(FORGOTTEN, "digest"),
    ),
)
