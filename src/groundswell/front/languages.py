"""Which of our languages a browser asks for (RFC 9110, section 12.5.4)."""

from collections.abc import Sequence
from functools import lru_cache


class Languages:
    """Chooses from the languages of the installation; the first one is the answer in any doubt."""

    def __init__(self, offered: Sequence[str]) -> None:
        first = offered[0]
        by_prefix = {language.lower(): language for language in offered}

        @lru_cache(maxsize=2048)
        def choose(header: bytes) -> str:
            best, best_weight = first, 0.0
            for part in header.decode("latin-1").split(","):
                tag, _, parameters = part.strip().lower().partition(";")
                weight = _weight(parameters)
                language = by_prefix.get(tag) or by_prefix.get(tag.partition("-")[0])
                if language is not None and weight > best_weight:
                    best, best_weight = language, weight
            return best

        self._choose = choose
        self._prefixes = tuple(f"/{language}/" for language in offered)

    def in_path(self, path: str) -> str:
        """The language that a path begins with, ``"fr"`` of ``/fr/e/rally``; nothing where it begins with none."""
        return path.split("/", 2)[1] if path.startswith(self._prefixes) else ""

    def of(self, header: bytes) -> str:
        """The language for an Accept-Language header, which may be empty."""
        return self._choose(header[:200])


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
