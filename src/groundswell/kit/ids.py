"""Keys that sort by time and need no database: UUID version 7 (RFC 9562, section 5.7)."""

import hashlib
import os
import time
import uuid

_VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)
_set = object.__setattr__
_noise: list[int] = []
"""Random numbers of 80 bits, none used yet. To ask the kernel for each would give Python's lock away each time."""

NOISE_AT_ONCE = 256
_ALL_OTHERS = (1 << 128) - 1 - ((0xF << 76) | (0b11 << 62))


def uuid7() -> uuid.UUID:
    """A new key: 48 bits of milliseconds since 1970, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    noise = _next_noise()
    key = object.__new__(uuid.UUID)
    # Past the constructor, most of whose time goes into finding out which of its arguments it was given.
    _set(key, "int", ((milliseconds << 80) | noise) & _ALL_OTHERS | _VERSION_AND_VARIANT)
    _set(key, "is_safe", uuid.SafeUUID.unknown)
    return key


def _next_noise() -> int:
    # Taking from a list is one step even where several threads do: no number is given twice.
    while True:
        try:
            return _noise.pop()
        except IndexError:
            fresh = os.urandom(10 * NOISE_AT_ONCE)
            _noise.extend(int.from_bytes(fresh[start : start + 10]) for start in range(0, len(fresh), 10))


# A child process must not use the same numbers as its parent.
os.register_at_fork(after_in_child=_noise.clear)


def in_hex(key: uuid.UUID) -> str:
    """The 32 digits of a key: faster than its property, which is asked for several times for each row."""
    return f"{key.int:032x}"


def milliseconds_of(key: uuid.UUID) -> int:
    """When a version 7 key was made, in milliseconds since 1970."""
    return key.int >> 80


def key_of(milliseconds: int, content: bytes) -> uuid.UUID:
    """The one key that stands for this content in this millisecond; whoever asks again gets the same."""
    noise = int.from_bytes(hashlib.sha256(content).digest()[:10])
    return uuid.UUID(int=((milliseconds << 80) | noise) & _ALL_OTHERS | _VERSION_AND_VARIANT)


def first_key(milliseconds: int) -> uuid.UUID:
    """Sorts before every key that is made in this millisecond or later, and after all others."""
    return uuid.UUID(int=(milliseconds << 80) | _VERSION_AND_VARIANT)
