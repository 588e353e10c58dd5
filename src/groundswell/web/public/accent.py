"""An organisation's colours as a small style sheet, since no page may carry a style of its own."""

from groundswell.kit.colour import Colour, Palette, by_day, by_night


def style_sheet(accent: Colour) -> str:
    """The CSS that sets the layer ``accent`` of public.css, by day and by night."""
    return (
        f"@layer accent{{:root{{{_properties(by_day(accent))}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{_properties(by_night(accent))}}}}}}}\n"
    )


def _properties(palette: Palette) -> str:
    return f"--field:{palette.field.hex};--on-field:{palette.on_field.hex};--accent:{palette.accent.hex}"
