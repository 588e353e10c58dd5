"""Encrypted backups: the file format of age, so that whoever has the key can open them without Groundswell, too.

It encrypts and authenticates in pieces of 64 KiB: nothing is held in memory whole, and a file that was cut,
changed or put together in another order is not opened.
"""

import os
from pathlib import Path
from typing import Any

import pyrage

from groundswell.ops.errors import BadArchive, BadKey

BEGINNING = b"age-encryption.org/v1\n"
SECRET, PUBLIC = "AGE-SECRET-KEY-", "age1"


def new_key(file: Path) -> str:
    """Write a new key into a new file, readable by its owner only; return its public part.

    :raises BadKey: when the file exists or cannot be written.
    """
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadKey(f"{file} exists already: name a new file, so that no older key is lost.") from None
    except OSError as error:
        raise BadKey(f"The key could not be written: {error}.") from None
    with os.fdopen(descriptor, "w") as key:
        key.write(f"# public key: {public}\n{identity}\n")
    return public


def recipients(key_file: Path) -> list[Any]:
    """Whom a key file lets read: its public keys, and those that belong to its secret ones.

    :raises BadKey: when there is none in it.
    """
    secret = [identity.to_public() for identity in identities(key_file)]
    public = [_read(pyrage.x25519.Recipient, line, key_file) for line in _lines(key_file, PUBLIC)]
    if not secret and not public:
        raise BadKey(f"There is no key in {key_file}: ./groundswell new-key FILE makes one.")
    return secret + public


def identities(key_file: Path) -> list[Any]:
    """The secret keys in a key file; none where it holds public keys only.

    :raises BadKey: when the file cannot be read or a key in it is none.
    """
    return [_read(pyrage.x25519.Identity, line, key_file) for line in _lines(key_file, SECRET)]


def _lines(key_file: Path, beginning: str) -> list[str]:
    try:
        lines = key_file.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadKey(f"The key in {key_file} cannot be read: {error}.") from None
    return [line.strip() for line in lines if line.startswith(beginning)]


def _read(kind: Any, line: str, key_file: Path) -> Any:
    try:
        return kind.from_str(line)
    except (pyrage.IdentityError, pyrage.RecipientError):
        raise BadKey(f"A key in {key_file} is damaged.") from None


def is_sealed(file: Path) -> bool:
    """Whether a file is an encrypted one; a missing file is none."""
    try:
        with file.open("rb") as start:
            return start.read(len(BEGINNING)) == BEGINNING
    except OSError:
        return False


def seal(source: Path, target: Path, readers: list[Any]) -> None:
    """Encrypt a file into a new one for its owner only, on disk when this returns.

    :raises FileExistsError: when the target is there already.
    """
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source.open("rb") as plain, os.fdopen(descriptor, "wb") as sealed:
        pyrage.encrypt_io(plain, sealed, readers)
        sealed.flush()
        os.fsync(sealed.fileno())


def unseal(source: Path, target: Path, key_file: Path | None) -> None:
    """Decrypt a file into a new one; what is in the target after a refusal is not to be used.

    :raises BadKey: without a key, with none that is secret, or with another one than it was made for.
    :raises BadArchive: when the file is not whole as it was written.
    """
    if key_file is None:
        raise BadKey(f"{source} is encrypted: name the file with its key by --key-file.")
    keys = identities(key_file)
    if not keys:
        raise BadKey(f"{key_file} holds no secret key: a public one encrypts, only the secret one opens.")
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source.open("rb") as sealed, os.fdopen(descriptor, "wb") as plain:
        _decrypt(sealed, plain, keys, names=(source, key_file))


def _decrypt(sealed: Any, plain: Any, keys: list[Any], *, names: tuple[Path, Path]) -> None:
    source, key_file = names
    try:
        pyrage.decrypt_io(sealed, plain, keys)
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise BadKey(f"The key in {key_file} is not the one that {source} was encrypted for.") from None
        raise BadArchive(f"{source} is damaged: nothing in it can be trusted ({error}).") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise BadArchive(f"{source} is damaged: nothing in it can be trusted ({error}).") from None
