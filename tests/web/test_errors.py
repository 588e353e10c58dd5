import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from groundswell.config import urls
from groundswell.web.errors import forged
from tests.web.markup import Markup, faults

handler400, handler403, handler404, handler500 = (
    urls.handler400,
    urls.handler403,
    urls.handler404,
    urls.handler500,
)


def fail(request, name):
    raise {"unreadable": BadRequest, "forbidden": PermissionDenied, "broken": ZeroDivisionError}[name]


urlpatterns = [
    path("<str:name>", fail),
    path("desk/<str:name>", fail),
]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("unreadable", 400, "Nothing was kept."),
        ("forbidden", 403, "Nothing was changed."),
        ("a/long/way/off", 404, "There is nothing here"),
        ("broken", 500, "on our side"),
    ],
)
@pytest.mark.parametrize(("door", "looks"), [("/", "public.css"), ("/desk/", "desk.css")])
@override_settings(ROOT_URLCONF=__name__)
def test_it_says_what_happened_in_the_looks_of_its_door(address, status, words, door, looks):
    response = Client(raise_request_exception=False).get(door + address)
    assert response.status_code == status
    page = Markup(response.content.decode())
    assert faults(page) == []
    assert words in page.text
    assert any(looks in link["href"] for link in page.all("link"))
    assert "Content-Security-Policy" in response


def test_a_forged_form_is_refused_in_the_same_words():
    request = RequestFactory(enforce_csrf_checks=True).post("/desk/events/new")
    request.session = {}
    refused = CsrfViewMiddleware(lambda _: HttpResponse()).process_view(request, lambda _: HttpResponse(), (), {})
    assert refused.status_code == 403
    assert refused.content == forged(RequestFactory().get("/desk/")).content
