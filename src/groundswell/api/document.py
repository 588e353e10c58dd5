"""The OpenAPI document: what the API promises, kept as a snapshot under review in ``docs/reference``."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from groundswell.api.problems import PROBLEM_JSON, phrase
from groundswell.api.v1 import api


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """``/api/v1/openapi.json``: the document, for everybody (0 queries)."""
    return HttpResponse(document(), content_type="application/json")


@cache
def document() -> str:
    """The document as JSON text that can be compared line by line."""
    made: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
    for path in made["paths"].values():
        for operation in path.values():
            _say_what_problems_are(operation["responses"])
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _say_what_problems_are(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if int(status) >= 400:
            response["description"] = phrase(int(status))
            response["content"] = {PROBLEM_JSON: response["content"]["application/json"]}
