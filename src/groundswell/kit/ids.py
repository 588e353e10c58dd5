"""Keys that sort by time and need no database: UUID version 7 (RFC 9562, section 5.7)."""

import os
import time
import uuid

_VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)
_RANDOM_BITS = (1 << 74) - 1


def uuid7() -> uuid.UUID:
    """A new key: 48 bits of milliseconds since 1970, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10)) & _RANDOM_BITS
    high, low = noise >> 62, noise & ((1 << 62) - 1)
    return uuid.UUID(int=(milliseconds << 80) | (high << 64) | low | _VERSION_AND_VARIANT)


def milliseconds_of(key: uuid.UUID) -> int:
    """When a version 7 key was made, in milliseconds since 1970."""
    return key.int >> 80
