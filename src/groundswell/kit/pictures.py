"""Pictures that somebody uploads: drawn anew, so that nothing of the file itself is kept."""

import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_UNPACKED = 20_000_000
"""Of what cannot be unpacked at a fraction of its size, as a JPEG can: so that it costs less than 200 MB."""


class NotPicture(ValueError):
    """An upload that is too large, or no picture of a kind that we take; its text says what."""


def redrawn(upload: bytes, *, longest: int, heaviest: int) -> tuple[bytes, int, int]:
    """A WebP of at most so many pixels each way and so many bytes, with its width and height.

    It is drawn from the upload's pixels. Its size is read before anything is unpacked, so a bomb costs nothing.
    No metadata is taken over.

    :raises NotPicture: if it is too large, no picture, or not of a kind that we take.
    """
    if len(upload) > MOST_BYTES:
        raise NotPicture(_("This file is larger than 10 MB."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(upload), formats=FORMATS)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise NotPicture(_("Choose a JPEG, PNG, WebP or GIF file.")) from None
    with opened:
        most = MOST_PIXELS if opened.format == "JPEG" else MOST_UNPACKED
        if opened.width * opened.height > most:
            sentence = _("This picture has more than %(millions)s million pixels.")
            raise NotPicture(sentence % {"millions": most // 1_000_000})
        return _as_webp(_pixels(opened, longest), heaviest)


def _pixels(opened: Image.Image, longest: int) -> Image.Image:
    try:
        # A JPEG is unpacked at a fraction of its size where that is enough.
        opened.draft("RGB", (longest * 2, longest * 2))
        opened.thumbnail((longest, longest))
        flat = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise NotPicture(_("This file is broken: only a part of the picture is there.")) from None
    paper = Image.new("RGB", flat.size, "white")
    paper.paste(flat, mask=flat.getchannel("A"))
    return paper


def _as_webp(picture: Image.Image, heaviest: int) -> tuple[bytes, int, int]:
    for quality in (80, 65, 50, 35, 20):
        drawn = io.BytesIO()
        picture.save(drawn, "WEBP", quality=quality, method=4)
        if drawn.tell() <= heaviest:
            return drawn.getvalue(), picture.width, picture.height
    half = picture.resize((max(1, picture.width // 2), max(1, picture.height // 2)))
    return _as_webp(half, heaviest)
