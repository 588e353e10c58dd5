"""Why something is not done about an endorsement."""

from django.utils.translation import gettext_noop as _

from groundswell.groups.errors import Refusal


class Closed(Refusal):
    """What is cancelled, over or ended: nobody comes to stand with it any more."""

    code = "endorsement-closed"
    status = 409
    sentence = _("This is over or does not take place, so nobody can stand with it any more.")


class ConfirmedAlready(Refusal):
    """A link whose button was pressed before."""

    code = "endorsement-confirmed"
    status = 409
    sentence = _("This was confirmed already.")


class OwnMailbox(Refusal):
    """Who would confirm it belongs to those whom the body is said to stand with."""

    code = "endorsement-own-mailbox"
    status = 403
    sentence = _(
        "This mail went to an address of the organisation that calls to it, and nobody says for others that they "
        "stand with it. Ask for it again with an address of that body."
    )


class StandsAlready(Refusal):
    """A group that stands with it already."""

    code = "endorsement-stands"
    status = 409
    sentence = _("This group stands with it already.")


class ShownAlready(Refusal):
    """What stands on the page."""

    code = "endorsement-shown"
    status = 409
    sentence = _("This stands on the page already.")


class TooManyWait(Refusal):
    """So many of the public wait that no more are taken."""

    code = "endorsement-too-many"
    status = 429
    sentence = _("Many others wait to be confirmed. Please try again tomorrow.")
