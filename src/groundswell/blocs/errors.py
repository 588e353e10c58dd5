"""Why something is not done to a bloc."""

from django.utils.translation import gettext_noop as _

from groundswell.groups.errors import Refusal


class EventCancelled(Refusal):
    """The event around the bloc does not take place."""

    code = "event-cancelled"
    status = 409
    sentence = _("The event is cancelled, so there is no bloc in it.")


class EventOver(Refusal):
    """The event around the bloc is past."""

    code = "event-over"
    status = 409
    sentence = _("The event is over.")


class BlocCancelled(Refusal):
    """A bloc that was called off stays so."""

    code = "bloc-cancelled"
    status = 409
    sentence = _("This bloc is cancelled.")


class NotADraft(Refusal):
    """Only a draft can be published."""

    code = "bloc-not-a-draft"
    status = 409
    sentence = _("This bloc is published already.")


class NotPublished(Refusal):
    """What nobody sees has no place in a march, and cannot be called off."""

    code = "bloc-not-published"
    status = 409
    sentence = _("This bloc is a draft: publish it first.")


class ChangedMeanwhile(Refusal):
    """Somebody else saved the bloc after it was opened."""

    code = "bloc-changed-meanwhile"
    status = 409
    sentence = _("Somebody else has changed this bloc since you opened it. Open it again to see what is new.")


class AlreadyCalled(Refusal):
    """An organisation that calls to the bloc already, or is asked to."""

    code = "bloc-already-called"
    status = 409
    sentence = _("This organisation calls to the bloc already, or is asked to.")


class NotInvited(Refusal):
    """An invitation that was used, or taken back."""

    code = "bloc-not-invited"
    status = 409
    sentence = _("This invitation was answered or taken back.")


class CallsAlready(NotInvited):
    """An invitation to call that was accepted."""

    code = "calls-already"
    sentence = _("Your organisation calls to this bloc already. Nothing more is needed.")


class SaidNo(NotInvited):
    """An invitation that was declined, or a call that was withdrawn."""

    code = "said-no"
    sentence = _(
        "Your organisation said no to this, or calls no longer. Ask whoever founded the bloc for a new invitation."
    )


class TakenOff(NotInvited):
    """An invitation that was taken back, or an organisation that was taken off the bloc."""

    code = "taken-off"
    sentence = _("Whoever founded the bloc has taken this back. Ask them for a new one if you did not expect it.")


class InvitationOld(Refusal):
    """An invitation that nobody answered for two weeks."""

    code = "bloc-invitation-old"
    status = 410
    sentence = _("This invitation is older than two weeks. Ask whoever founded the bloc for a new one.")


class Founding(Refusal):
    """The organisation that founded a bloc cannot leave it: it would be nobody's."""

    code = "bloc-founding"
    status = 409
    sentence = _("The organisation that founded the bloc stays: cancel the bloc instead.")


class NoHostHere(Refusal):
    """A march that somebody outside this installation arranges."""

    code = "bloc-no-host-here"
    status = 409
    sentence = _(
        "Whoever holds this event does not use this installation. Ask them, and write the place in words."
    )


class NotAsked(Refusal):
    """A bloc that has not asked for a place, or has its answer."""

    code = "bloc-not-asked"
    status = 409
    sentence = _("This bloc does not wait for a place in the order of march.")


class HasAPlace(Refusal):
    """A bloc that asked for a place already, or has one."""

    code = "bloc-has-a-place"
    status = 409
    sentence = _("This bloc has asked for a place already, or has one.")


class EventNotPublished(Refusal):
    """A bloc in an event that nobody sees yet."""

    code = "event-not-published"
    status = 409
    sentence = _("Nobody sees the event yet: publish it first.")
