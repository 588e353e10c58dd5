"""What front and the gate say by themselves, when asking Django would make things worse."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from groundswell.front.languages import Languages
from groundswell.front.messages import Scope, Send


@dataclass(frozen=True)
class Refusal:
    """A status, and in plain words what happened and what to do; ``retry_after`` in seconds, 0 for none."""

    status: int
    heading: str
    sentence: str
    retry_after: int = 0


BUSY = Refusal(
    503, _("Very many people are here at this moment"), _("Nothing was sent. Please try again in a minute."), 10
)
TOO_LARGE = Refusal(
    413, _("That is too much at once"), _("Nothing was kept. Please send a shorter text or a smaller file.")
)
TOO_SLOW = Refusal(
    408, _("That took too long"), _("Nothing was kept. Please try again, perhaps with a better connection.")
)


class Refusals:
    """Says them in the looks of the house: each page is drawn once for each language, and then only sent.

    ``draw`` is given a heading and a sentence as they stand here, and the language that is wanted. ``headers`` go
    with every one of them, the policy of the pages above all.
    """

    def __init__(
        self,
        draw: Callable[[str, str, str], bytes],
        languages: Languages,
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        self._draw = draw
        self._languages = languages
        self._headers = headers
        self._drawn: dict[tuple[Refusal, str], bytes] = {}

    async def say(self, refusal: Refusal, scope: Scope, send: Send) -> None:
        """Answer a request with a refusal."""
        language = self._language(scope)
        body = self._drawn.get((refusal, language))
        if body is None:
            body = self._drawn[refusal, language] = self._draw(refusal.heading, refusal.sentence, language)
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", b"no-store"),
            *self._headers,
        ]
        if refusal.retry_after:
            headers.append((b"retry-after", b"%d" % refusal.retry_after))
        await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    def _language(self, scope: Scope) -> str:
        asked = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
        return self._languages.in_path(scope["path"]) or self._languages.of(asked)
