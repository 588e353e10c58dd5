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


class NotATable(Refusal):
    """A file that cannot be read as rows of people; the sentence says why."""

    code = "not-a-table"
    status = 422
    sentence = _("This file is no table of people.")


class ColumnsUnknown(Refusal):
    """A table in which nobody has said yet which column holds what people are reached by."""

    code = "columns-unknown"
    status = 422
    sentence = _("It is not clear which column holds the e-mail addresses. Say what the columns hold.")


class SamePerson(Refusal):
    """Somebody who is to be merged with themselves."""

    code = "same-person"
    status = 409
    sentence = _("These two are one person in our records already.")


class MergedSince(Refusal):
    """Two people who are to be taken apart, of whom the one who was kept was merged once more since."""

    code = "merged-since"
    status = 409
    sentence = _("They were merged with somebody else since. Take that apart first.")


class ComplaintChanged(Refusal):
    """A complaint that somebody acknowledged or answered meanwhile."""

    code = "complaint-changed"
    status = 409
    sentence = _("Somebody has dealt with this complaint meanwhile. Look at it again.")


class BadRow(ValueError):
    """A row that cannot be taken in; its text says why."""
