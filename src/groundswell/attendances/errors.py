"""Why an answer is not carried out."""

from groundswell.groups.errors import Refusal


class Superseded(Refusal):
    """Another answer came in since the page was opened."""

    code = "superseded"
    status = 409
    sentence = "A newer answer has come in since. Open the link again to see it."
