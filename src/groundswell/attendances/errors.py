"""Why an answer is not carried out."""

from django.utils.translation import gettext_noop as _

from groundswell.groups.errors import Refusal


class Superseded(Refusal):
    """Another answer came in since the page was opened."""

    code = "superseded"
    status = 409
    sentence = _("A newer answer has come in since. Open the link again to see it.")


class NotAgreed(Refusal):
    """The required box was not ticked, or not by words of this organisation's."""

    code = "not-agreed"
    status = 422
    sentence = _("Without your agreement we may not record that you plan to come.")


class CodeUnknown(Refusal):
    """A cancel code that nobody was counted by, or was used already."""

    code = "code-unknown"
    status = 404
    sentence = _("Nobody was counted by this code, or it was used already.")


class ToldAlready(Refusal):
    """Everybody who said yes was told of this already."""

    code = "told-already"
    status = 409
    sentence = _("Everybody who is coming was told of this already.")


class ToldThatItIsOff(Refusal):
    """Somebody was told already that an event is cancelled."""

    code = "told-that-it-is-off"
    status = 409
    sentence = _("People were told already that it is cancelled: announce it anew instead.")


class NothingToRemindOf(Refusal):
    """A reminder of an event that has begun or does not take place."""

    code = "nothing-to-remind-of"
    status = 409
    sentence = _("It has begun or does not take place: nobody is reminded of it any more.")


class OwnWordsToMany(Refusal):
    """A reminder that goes out by itself, to many, in words that nobody else has agreed to."""

    code = "own-words-to-many"
    status = 409
    sentence = _(
        "More than 500 people are coming. Leave the ready words, or tell people yourself on a day that you "
        "choose: then a second person agrees to your words."
    )


class MomentPassed(Refusal):
    """A reminder that had to go out before now."""

    code = "moment-passed"
    status = 409
    sentence = _(
        "It is too late for this reminder: set one that goes nearer to the event, or tell people yourself."
    )


class NoTimeYet(Refusal):
    """Two hours before an event of which only the day is known."""

    code = "no-time-yet"
    status = 409
    sentence = _("Only the day is known yet: give the event a time first.")


class NoDoorList(Refusal):
    """Nobody is checked off at this event."""

    code = "no-door-list"
    status = 409
    sentence = _("The door list of this event is switched off.")


class TooManyAssigned(Refusal):
    """A volunteer sees few people, whoever assigns them."""

    code = "too-many-assigned"
    status = 409
    sentence = _("A volunteer sees at most fifty people of an organisation, at all its events together.")
