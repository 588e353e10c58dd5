"""The addresses below ``/api/v1/``."""

from django.urls import path

from groundswell.api.document import openapi
from groundswell.api.v1 import api

urlpatterns = [
    path("openapi.json", openapi, name="openapi"),
    path("", api.urls),
]
