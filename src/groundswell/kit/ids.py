"""Keys that sort by time and need no database: UUID version 7 (RFC 9562, section 5.7)."""

import os
import time
import uuid

_VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)
_set = object.__setattr__
_ALL_OTHERS = (1 << 128) - 1 - ((0xF << 76) | (0b11 << 62))


def uuid7() -> uuid.UUID:
    """A new key: 48 bits of milliseconds since 1970, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10))
    key = object.__new__(uuid.UUID)
    # Past the constructor, most of whose time goes into finding out which of its arguments it was given.
    _set(key, "int", ((milliseconds << 80) | noise) & _ALL_OTHERS | _VERSION_AND_VARIANT)
    _set(key, "is_safe", uuid.SafeUUID.unknown)
    return key


def milliseconds_of(key: uuid.UUID) -> int:
    """When a version 7 key was made, in milliseconds since 1970."""
    return key.int >> 80
