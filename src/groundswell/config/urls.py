"""Every address of an installation."""

from django.urls import path

from groundswell.ops.health import health

urlpatterns = [
    path("health", health, name="health"),
]
