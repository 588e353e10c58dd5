"""Why something is not done to a discussion."""

from django.utils.translation import gettext_noop as _

from groundswell.groups.errors import Refusal


class DiscussionClosed(Refusal):
    """A question to which no more meetings are held."""

    code = "discussion-closed"
    status = 409
    sentence = _("This discussion is closed: what was said and decided stays.")


class DiscussionDraft(Refusal):
    """A question that nobody sees yet."""

    code = "discussion-draft"
    status = 409
    sentence = _("This question is a draft. Open it first.")


class NoDiscussion(Refusal):
    """An event of another kind, or one that is a meeting of another question already."""

    code = "no-discussion"
    status = 409
    sentence = _(
        "Only an event of the kind “Discussion” that belongs to no other question can be one of its meetings."
    )


class AskedAlready(Refusal):
    """An organisation that puts the question already, or is asked to."""

    code = "asked-already"
    status = 409
    sentence = _("This organisation puts the question already, or is asked to.")


class NotAsked(Refusal):
    """An invitation that was answered, or taken back."""

    code = "not-asked"
    status = 409
    sentence = _("This invitation was answered or taken back.")


class CallTooOld(Refusal):
    """An invitation that nobody answered for two weeks."""

    code = "call-too-old"
    status = 410
    sentence = _("This invitation is older than two weeks. Ask whoever began the question for a new one.")


class StepTaken(Refusal):
    """An outcome from which an event has come already."""

    code = "step-taken"
    status = 409
    sentence = _("There is an event for this outcome already.")
