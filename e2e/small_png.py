"""Makes a screenshot's file smaller: its 256 most frequent colours need one byte each, not three."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PALETTE, ALPHA = 3, 6


def smaller(picture: bytes) -> bytes:
    """The same picture with a palette; a rarer colour, at the edge of a letter, becomes the nearest in it.

    It must be as a browser writes it: 8 bits, not interlaced, with opaque pixels.
    """
    chunks = list(_chunks(picture))
    width, height, _depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    data = zlib.decompress(b"".join(body for name, body in chunks if name == b"IDAT"))
    pixels = _unfiltered(data, width, 4 if kind == ALPHA else 3)
    palette, number = _palette(pixels)
    numbers = bytes(number[pixel] for pixel in pixels)
    lines = b"".join(b"\0" + numbers[start : start + width] for start in range(0, width * height, width))
    return SIGNATURE + b"".join(
        [
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, PALETTE, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(palette)),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _palette(pixels: list[bytes]) -> tuple[list[bytes], dict[bytes, int]]:
    """The colours that stay, and for every colour the number of the one that it becomes."""
    counted = Counter(pixels).most_common()
    palette = sorted(colour for colour, _ in counted[:256])

    def distance(colour: bytes, other: bytes) -> int:
        return sum((one - another) ** 2 for one, another in zip(colour, other, strict=True))

    number = {colour: at for at, colour in enumerate(palette)}
    for colour, _ in counted[256:]:
        number[colour] = min(range(256), key=lambda at: distance(palette[at], colour))
    return palette, number


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(picture):
        length, name = struct.unpack(">I4s", picture[at : at + 8])
        yield name, picture[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _unfiltered(data: bytes, width: int, size: int) -> list[bytes]:
    """The colours of all pixels, three bytes each, line by line."""
    line, before, pixels = bytearray(), bytearray(width * size), []
    for at in range(0, len(data), width * size + 1):
        line = bytearray(data[at + 1 : at + 1 + width * size])
        _undo(data[at], line, before, size)
        pixels += [bytes(line[here : here + 3]) for here in range(0, len(line), size)]
        before = line
    return pixels


def _undo(kind: int, line: bytearray, above: bytearray, size: int) -> None:
    """Undo one of the filters of PNG (section 9 of its specification), in place."""
    guess = (_nothing, _left, _above, _mean, _paeth)[kind]
    for here in range(len(line) if kind else 0):
        left = line[here - size] if here >= size else 0
        corner = above[here - size] if here >= size else 0
        line[here] = (line[here] + guess(left, above[here], corner)) & 255


def _nothing(left: int, above: int, corner: int) -> int:
    return 0


def _left(left: int, above: int, corner: int) -> int:
    return left


def _above(left: int, above: int, corner: int) -> int:
    return above


def _mean(left: int, above: int, corner: int) -> int:
    return (left + above) // 2


def _paeth(left: int, above: int, corner: int) -> int:
    """Whichever of the three is nearest to left + above - corner; the first of them wins."""
    to_left, to_above = abs(above - corner), abs(left - corner)
    to_corner = abs(left + above - 2 * corner)
    if to_left <= to_above and to_left <= to_corner:
        return left
    return above if to_above <= to_corner else corner
