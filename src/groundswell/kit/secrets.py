"""The installation's own keys: made on the first start, kept in the data folder, in every backup."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """Keys that never leave the installation; each signs or hashes for one purpose only."""

    django: str
    links: str
    mailboxes: str
    erasures: str


def load_secrets(data: Path) -> Secrets:
    """Return the keys in ``data/secrets.json``; a missing file is made, readable by its owner only."""
    path = data / "secrets.json"
    if not path.exists():
        _make(path)
    return Secrets(**json.loads(path.read_text()))


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = Secrets(**{name: secrets.token_urlsafe(48) for name in Secrets.__dataclass_fields__})
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(fresh), file)
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link, not a rename: of two processes that start together, the first one's keys stay.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
