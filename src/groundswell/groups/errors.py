"""Refusals of the whole house: a code, a sentence for the person, a status for the door."""


class Refusal(Exception):
    """Something that will not be done; nouns define their own below this one."""

    code = "refused"
    status = 400
    sentence = "This cannot be done."

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)
        self.sentence = sentence or self.sentence


class NotFound(Refusal):
    """There is no such thing, or it belongs to somebody else: the two look the same on purpose."""

    code = "not-found"
    status = 404
    sentence = "There is nothing at this address."


class NotAllowed(Refusal):
    """The actor may see it, and may not do this to it."""

    code = "not-allowed"
    status = 403
    sentence = "Your role does not allow this. Ask an owner of the group."


class InvalidFields(Refusal):
    """Typed values that cannot be accepted: a sentence for each field."""

    code = "invalid"
    status = 422
    sentence = "Some answers need another look."

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__()
        self.errors = errors


class BadLink(Refusal):
    """A sign-in link that is unknown, used or too old."""

    code = "bad-link"
    status = 410
    sentence = "This link was used already or is too old. Ask for a new one."


class LastOwner(Refusal):
    """Without this one nobody could give anybody a role."""

    code = "last-owner"
    status = 409
    sentence = "This is the last owner. Make somebody else an owner first."
