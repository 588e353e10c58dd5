"""Refusals about mailings."""

from django.utils.translation import gettext_noop as _

from groundswell.groups.errors import Refusal


class NotADraft(Refusal):
    """What is on its way is not changed."""

    code = "not-a-draft"
    status = 409
    sentence = _("This mailing is on its way or was sent. Copy it to write another one.")


class TooLate(Refusal):
    """It is not where this can be done: it was sent, stopped or begun in the meantime."""

    code = "mailing-moved-on"
    status = 409
    sentence = _("The mailing has moved on in the meantime. Look at how far it is.")


class Nobody(Refusal):
    """Nobody would get it."""

    code = "mailing-to-nobody"
    status = 409
    sentence = _(
        "Nobody would get this: nobody who is meant allows it, or everybody who does has no usable address."
    )


class NoPostalAddress(Refusal):
    """The law of many countries asks for it in every mailing."""

    code = "no-postal-address"
    status = 409
    sentence = _(
        "Every mailing has to say where the organisation can be written to. Give its postal address first."
    )


class NeedsTwo(Refusal):
    """So many people are not written to by one person alone."""

    code = "mailing-needs-two"
    status = 409
    sentence = _("So many people are written to by two: ask somebody to agree to exactly this mailing first.")
