"""``/o/<organisation>/accent-<colour>.css``: an organisation's colours; no page may carry a style of its own."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from groundswell.groups.queries import organisation_by_slug
from groundswell.kit.colour import Colour, Palette, by_day, by_night
from groundswell.web.fingerprints import FOR_EVER
from groundswell.web.public.pages import keep, public


@public
@require_safe
def accent(request: HttpRequest, slug: str, digits: str) -> HttpResponse:
    """An organisation's style sheet, under an address that changes with its colour (1 query).

    Another colour in the address leads on to the current one: a page that was kept meanwhile keeps its looks.
    """
    organisation = organisation_by_slug(slug)
    colour = Colour.from_hex(organisation.accent)
    if digits != colour.digits:
        return HttpResponseRedirect(reverse("accent", args=[slug, colour.digits]))
    keep(request, tags=(f"organisation:{organisation.id}",))
    return HttpResponse(style_sheet(colour), content_type="text/css", headers={"Cache-Control": FOR_EVER})


def style_sheet(colour: Colour) -> str:
    """The CSS that sets the layer ``accent`` of public.css, by day and by night."""
    return (
        f"@layer accent{{:root{{{_properties(by_day(colour))}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{_properties(by_night(colour))}}}}}}}\n"
    )


def _properties(palette: Palette) -> str:
    return f"--field:{palette.field.hex};--on-field:{palette.on_field.hex};--accent:{palette.accent.hex}"
