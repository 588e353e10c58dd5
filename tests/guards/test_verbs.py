"""Whatever the code writes into the ledger can be read in the diary, in every language of the desk."""

import ast
import re

import pytest
from django.utils.translation import override

from groundswell.web.desk.diary_words import KINDS, SENTENCES, VERBS
from tests.guards import verbs as source
from tests.guards.verbs import verbs

VALUES = {"who": "Olu", "what": "Rally", "account": "Bea", "role": "Viewer", "people": 3, "verb": "x"}


def test_every_verb_has_a_sentence() -> None:
    assert verbs() - set(SENTENCES) == set()
    assert set(VERBS) == set(KINDS)


def test_no_sentence_is_for_a_verb_that_nobody_writes() -> None:
    assert set(SENTENCES) - verbs() == set()


def test_without_its_sentence_a_verb_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: a module that writes down something new, by a function of its own and by the ledger's."""
    module = """
def _finish(actor, thing, verb):
    record(organisation_id=1, actor=actor, verb=verb)
def do(self):
    _finish(self.actor, self, "tests.handed_on")
    _finish(self.actor, self, verb="tests.named")
    record(organisation_id=1, actor=None, verb="tests.given" if self else "tests.or_this")
"""
    monkeypatch.setattr(source, "modules", lambda: [None])
    monkeypatch.setattr(source, "tree", lambda _: ast.parse(module))
    assert verbs() == {"tests.handed_on", "tests.named", "tests.given", "tests.or_this"}


@pytest.mark.parametrize("verb", sorted(SENTENCES))
@pytest.mark.parametrize("people", [1, 3])
def test_every_sentence_is_one_in_both_languages(verb: str, people: int) -> None:
    said = {}
    for language in ("en", "fr"):
        with override(language):
            said[language] = str(SENTENCES[verb] % {**VALUES, "people": people})
    assert said["en"] != said["fr"]
    for sentence in said.values():
        assert re.fullmatch(r"\S.*\.", sentence)
        assert "%" not in sentence
    for value in ("Olu", "Rally", "Bea", "Viewer"):
        assert (value in said["en"]) == (value in said["fr"])
