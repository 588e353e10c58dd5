"""Refusals of the whole house: a code, a sentence for the person, a status for the door."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _


class Refusal(Exception):
    """Something that will not be done; nouns define their own below this one.

    A class has its sentence in English, as it is stored; one that is raised, in the language of whoever asked.
    """

    code = "refused"
    status = 400
    sentence = _("This cannot be done.")

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or gettext(self.sentence)
        super().__init__(self.sentence)


class NotFound(Refusal):
    """There is no such thing, or it belongs to somebody else: the two look the same on purpose."""

    code = "not-found"
    status = 404
    sentence = _("There is nothing at this address.")


class IncompleteLink(NotFound):
    """A link from a mail that was not made here, or of which a part is missing."""

    sentence = _("This link is not complete. Please copy it from your mail as a whole.")


class NotAllowed(Refusal):
    """The actor may see it, and may not do this to it."""

    code = "not-allowed"
    status = 403
    sentence = _("Your role does not allow this. Ask an owner of the group.")


class InvalidFields(Refusal):
    """Typed values that cannot be accepted: a sentence for each field."""

    code = "invalid"
    status = 422
    sentence = _("Some answers need another look.")

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__()
        self.errors = errors


class BadLink(Refusal):
    """A sign-in link that is unknown, used or too old."""

    code = "bad-link"
    status = 410
    sentence = _("This link was used already or is too old. Ask for a new one.")


class InvitationAccepted(BadLink):
    """An invitation to a role that somebody has taken."""

    code = "invitation-accepted"
    sentence = _("This invitation was accepted already. You can sign in.")


class InvitationWithdrawn(BadLink):
    """An invitation to a role that was taken back."""

    code = "invitation-withdrawn"
    sentence = _("This invitation was taken back. Ask whoever sent it to you.")


class InvitationReplaced(BadLink):
    """An invitation to a role behind which another one was sent to the same address."""

    code = "invitation-replaced"
    sentence = _("There is a newer invitation for you. Please use the link in the latest mail.")


class InvitationExpired(BadLink):
    """An invitation to a role that nobody took within a week, or whose role would have ended by now."""

    code = "invitation-expired"
    sentence = _("This invitation is too old. Ask for a new one.")


class InvitationVoid(BadLink):
    """An invitation to a role by somebody who cannot give it any more."""

    code = "invitation-void"
    sentence = _("Whoever invited you cannot give this role any more. Ask an owner of the group.")


class CodeGone(Refusal):
    """A mailed code that was used, is too old, or was typed wrong too often."""

    code = "code-gone"
    status = 410
    sentence = _("This code was used already, is too old, or was typed wrong three times. Ask for a new one.")


class TooManyGuesses(Refusal):
    """More guesses at one account's codes than an hour allows; this one was not looked at."""

    code = "too-many-guesses"
    status = 429
    sentence = _(
        "Codes for this address were typed wrong too often. Nothing is lost: wait an hour and try again, "
        "or sign in with a passkey."
    )


class KeyTaken(Refusal):
    """A key that came with another request within a day."""

    code = "key-taken"
    status = 422
    sentence = _("This Idempotency-Key came with another request already. Make a new one for each.")


class LastFactor(Refusal):
    """Without this one a mailbox alone would open what only a second step may."""

    code = "last-factor"
    status = 409
    sentence = _("Your role needs this second step. Add another one before you take this one away.")


class LastOwner(Refusal):
    """Without this one nobody could give anybody a role."""

    code = "last-owner"
    status = 409
    sentence = _("This is the last owner. Make somebody else an owner first.")


class AffiliationRefused(Refusal):
    """What two organisations cannot be to each other, or not any more."""

    code = "affiliation-refused"
    status = 409
    sentence = _("These two organisations cannot stand to each other like this.")


class WithItself(AffiliationRefused):
    """Both sides are one organisation."""

    code = "with-itself"
    sentence = _("An organisation cannot be affiliated with itself.")


class GoesRound(AffiliationRefused):
    """It would be a part of itself, by way of others."""

    code = "goes-round"
    sentence = _("This would go round in a circle: an organisation would be a part of itself.")


class AlreadyAffiliated(AffiliationRefused):
    """Between two organisations there is one affiliation or one offer at a time."""

    code = "already-affiliated"
    sentence = _("There is an affiliation or an open offer between these two already. End it first.")


class OfferAccepted(AffiliationRefused):
    """It was accepted before."""

    code = "offer-accepted"
    sentence = _("This offer was accepted already. Nothing more is needed.")


class OwnOffer(AffiliationRefused):
    """Whoever offered cannot accept as well."""

    code = "own-offer"
    sentence = _("This is your own offer. The other organisation accepts it.")


class OfferEnded(AffiliationRefused):
    """It was declined, taken back or ended."""

    code = "offer-ended"
    status = 410
    sentence = _("This was ended meanwhile. You can make a new offer.")


class OfferExpired(AffiliationRefused):
    """Nobody accepted it within its time."""

    code = "offer-expired"
    status = 410
    sentence = _("This offer is older than 30 days and no longer good. Ask for a new one, or make one yourself.")


class RootStays(Refusal):
    """The group at the top is the organisation itself."""

    code = "root-stays"
    status = 409
    sentence = _("This group stands for the whole organisation: it has its name, and neither moves nor ends.")


class BelowItself(Refusal):
    """A group would be a part of itself."""

    code = "below-itself"
    status = 409
    sentence = _("A group cannot become a part of itself, or of a group that is below it.")


class GroupsBelow(Refusal):
    """Others are still parts of it."""

    code = "groups-below"
    status = 409
    sentence = _("There are groups below this one. Move them or end them first.")


class GroupRetired(Refusal):
    """It has ended, and gets nothing new."""

    code = "group-retired"
    status = 409
    sentence = _("This group has ended. Bring it back first.")


class SecondPersonNeeded(Refusal):
    """Nobody does this alone: a second person has to agree first."""

    code = "second-person-needed"
    status = 409
    sentence = _("Nobody does this alone: a second person has to agree first.")


class ApprovalRefused(Refusal):
    """What cannot be agreed to, or carried out, as it was asked for."""

    code = "approval-refused"
    status = 409
    sentence = _("A second person cannot agree to this.")


class OwnRequest(ApprovalRefused):
    """Whoever asks is not a second person."""

    code = "own-request"
    sentence = _("You asked for this yourself. Somebody else has to agree.")


class RightTooNew(ApprovalRefused):
    """An owner of an hour may be somebody whom the asker has just let in."""

    code = "right-too-new"
    sentence = _("You may agree once you have had this role for a day.")


class SignInTooOld(ApprovalRefused):
    """It must be sure who agrees."""

    code = "sign-in-too-old"
    status = 403
    sentence = _("Sign in once more before you agree to this.")


class AudienceChanged(ApprovalRefused):
    """It is not what was asked for, or agreed to, any more."""

    code = "audience-changed"
    sentence = _(
        "It has changed since it was asked for: somebody is no longer in it, or what it holds is another. "
        "Ask again, for what it is now."
    )


class ApprovalExpired(ApprovalRefused):
    """Nobody agreed in time, or it was not carried out in time."""

    code = "approval-expired"
    status = 410
    sentence = _("The time for this is over. Ask again if it is still wanted.")


class ApprovalUsed(ApprovalRefused):
    """It is good for once."""

    code = "approval-used"
    status = 410
    sentence = _("This was carried out already. Ask again to do it once more.")


class ApprovalStopped(ApprovalRefused):
    """Somebody said no, or whoever asked took it back."""

    code = "approval-stopped"
    status = 410
    sentence = _("This was declined, taken back or stopped. Nothing was done.")


class ApprovalWaits(ApprovalRefused):
    """Nobody agreed yet, or its day of waiting is not over."""

    code = "approval-waits"
    sentence = _("This waits still: a second person has not agreed, or the day of waiting is not over.")


class AlreadyApproved(ApprovalRefused):
    """One is enough."""

    code = "already-approved"
    sentence = _("Somebody has agreed to this already.")


class ApproverGone(ApprovalRefused):
    """Whoever agreed could not do so today."""

    code = "approver-gone"
    sentence = _("Whoever agreed to this may not do so any more. Ask again.")
