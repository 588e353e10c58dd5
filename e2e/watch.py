"""Looks over a page's shoulder: what it loads and from where, and what the browser complains about."""

from playwright.sync_api import ConsoleMessage, Page, Request

VIOLATION = (
    "document.addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.violatedDirective}`))"
)


class Watch:
    """Begins with an empty page; ``faults`` says what no page of ours may ever do."""

    def __init__(self, page: Page, origin: str) -> None:
        self._page = page
        self._origin = f"{origin}/"
        self.requests: list[Request] = []
        self._said: list[ConsoleMessage] = []
        self._broke: list[str] = []
        page.add_init_script(VIOLATION)
        page.on("request", lambda request: self.requests.append(request))
        page.on("console", lambda said: self._said.append(said))
        page.on("pageerror", lambda error: self._broke.append(f"a script broke: {error}"))

    def faults(self) -> list[str]:
        """Requests to elsewhere, what the policy forbade, files that are missing, scripts that broke."""
        elsewhere = [f"loaded {request.url}" for request in self.requests if not self._is_ours(request.url)]
        said = [each.text for each in self._said if each.type == "error" and not self._is_about_the_page(each)]
        return [*elsewhere, *said, *self._broke]

    def transferred(self) -> int:
        """All bytes that came over the wire so far, headers included."""
        sizes = [request.sizes() for request in self.requests]
        return sum(each["responseBodySize"] + each["responseHeadersSize"] for each in sizes)

    def _is_ours(self, url: str) -> bool:
        return url.startswith(self._origin)

    def _is_about_the_page(self, said: ConsoleMessage) -> bool:
        """A page that says "not found" with its status is meant to; a file of it that is missing is not."""
        return said.text.startswith("Failed to load resource") and said.location["url"] == self._page.url
