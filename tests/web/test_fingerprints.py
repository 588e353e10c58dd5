import hashlib
from pathlib import Path

import pytest
from django.http import Http404
from django.templatetags.static import static
from django.test import RequestFactory

from groundswell.web.fingerprints import FingerprintedStorage, known, serve

STYLES = "public/public.css"


def ask(fingerprint: str, name: str, method: str = "get"):
    return serve(getattr(RequestFactory(), method)(f"/static/{fingerprint}/{name}"), fingerprint, name)


def test_an_address_changes_with_the_content():
    digest = hashlib.sha256(known()[STYLES].read_bytes()).hexdigest()
    assert static(STYLES) == f"/static/{digest[:8]}/{STYLES}"


def test_a_misspelt_name_has_no_address():
    with pytest.raises(ValueError, match=r"public/publik\.css"):
        FingerprintedStorage().url("public/publik.css")


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        (STYLES, "text/css; charset=utf-8"),
        ("public/swell.svg", "image/svg+xml; charset=utf-8"),
        ("django_htmx/htmx-2.min.js", "text/javascript; charset=utf-8"),
    ],
)
def test_a_file_may_be_kept_for_ever(name, content_type):
    fingerprint = static(name).split("/")[2]
    answer = ask(fingerprint, name)
    assert answer.content == known()[name].read_bytes()
    assert answer["Content-Type"] == content_type
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"


def test_an_old_fingerprint_leads_to_the_current_one_and_is_not_kept():
    answer = ask("00000000", STYLES)
    assert (answer.status_code, answer["Location"]) == (302, static(STYLES))
    assert "immutable" not in answer.get("Cache-Control", "")


@pytest.mark.parametrize(
    "name",
    ["nothing.css", "", "public", "public/", "../fingerprints.py", "public/../../web/urls.py", "/etc/passwd"],
)
def test_only_what_a_finder_knows_is_served(name):
    with pytest.raises(Http404):
        ask("00000000", name)


def test_a_file_cannot_be_posted_to():
    assert ask("00000000", STYLES, method="post").status_code == 405


def test_every_known_file_lies_in_a_static_folder():
    assert all("static" in path.parts for path in known().values())
    assert Path(known()[STYLES]).is_file()
