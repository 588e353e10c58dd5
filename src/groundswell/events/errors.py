"""Why something is not done to an event."""

from django.utils.translation import gettext_noop as _

from groundswell.groups.errors import Refusal


class NotADraft(Refusal):
    """Only a draft can be published."""

    code = "not-a-draft"
    status = 409
    sentence = _("This event is published already, or it is over.")


class SomethingHangsOnIt(Refusal):
    """A draft with which others have done something already."""

    code = "something-hangs-on-it"
    status = 409
    sentence = _(
        "Answers, blocs, meetings, organisations or roles belong to this draft: it cannot be thrown away."
    )


class NotCancelled(Refusal):
    """Only what was cancelled can take place after all."""

    code = "not-cancelled"
    status = 409
    sentence = _("This event is not cancelled.")


class NotOpen(Refusal):
    """The event takes no answers: it is a draft, cancelled or over."""

    code = "event-closed"
    status = 409
    sentence = _("This event takes no more answers.")


class InThePast(Refusal):
    """An event that is over before it is published."""

    code = "in-the-past"
    status = 422
    sentence = _("This event would be over already. Choose a day that lies ahead.")


class StillAhead(Refusal):
    """An event that is written down as held, and is not over yet."""

    code = "still-ahead"
    status = 422
    sentence = _("This day is not past yet. Announce the event instead, so that people can come.")


class ChangedMeanwhile(Refusal):
    """Somebody else saved the event after it was opened."""

    code = "changed-meanwhile"
    status = 409
    sentence = _("Somebody else has changed this event since you opened it. Open it again to see what is new.")


class NoCapacity(Refusal):
    """A door list for an event that has room for everybody."""

    code = "no-capacity"
    status = 409
    sentence = _("A door list is only for rooms with a capacity: at an open event nobody is registered.")


class CoHostAlready(Refusal):
    """An organisation that holds the event already, or was asked to."""

    code = "co-host-already"
    status = 409
    sentence = _("This organisation holds the event already, or was asked to.")


class InvitationGone(Refusal):
    """An invitation to hold an event together that is good no more; those below say why."""

    code = "invitation-gone"
    status = 410
    sentence = _("This invitation is no longer good. Ask the host for a new one.")


class InvitationAnswered(InvitationGone):
    """Somebody of the invited organisation said yes or no before."""

    code = "invitation-answered"
    sentence = _("Your organisation has answered this invitation already. Nothing was changed.")


class InvitationTakenBack(InvitationGone):
    """The host asks no longer."""

    code = "invitation-taken-back"
    sentence = _("The host has taken this invitation back. Ask them for a new one if you did not expect it.")


class InvitationOld(InvitationGone):
    """It was left lying."""

    code = "invitation-old"
    sentence = _("This invitation is older than two weeks. Ask the host for a new one.")


class NoArrangement(Refusal):
    """Nobody has said yet who answers for what."""

    code = "no-arrangement"
    status = 409
    sentence = _("First write down who answers for what: the others agree to that.")


class OldArrangement(Refusal):
    """Agreed to a version that was replaced meanwhile."""

    code = "old-arrangement"
    status = 409
    sentence = _("Who answers for what was changed meanwhile. Read it again before you agree.")
