"""Why something about people is not carried out."""

from django.utils.translation import gettext_noop as _

from groundswell.groups.errors import Refusal


class SegmentUnclear(Refusal):
    """What should say whom somebody means cannot be read; the sentence says which line of it."""

    code = "segment-unclear"
    status = 422
    sentence = _("This does not say whom you mean.")


class SegmentNameTaken(Refusal):
    """Another segment of the organisation has this name."""

    code = "segment-name-taken"
    status = 409
    sentence = _("There is a segment of this name already.")
