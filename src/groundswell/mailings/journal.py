"""What a worker did with each mail of a lease, written down before the database knows: one small file each.

``write`` survives a ``kill -9``, a sync also a power cut. To sync for each mail would cost more than to send it,
so what is planned is synced in groups, and what begins and what was answered is only written. After a restart of
the machine the planned ones without an answer are in doubt, after any other end only those that had begun.

The file is also the fence between a worker that was taken for dead and the one that takes over. Both only append,
which the system does one after the other and says where: what stands before the seal was read by whoever set it,
and whoever finds that they wrote behind something that is not theirs may not send.
"""

import os
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from groundswell.kit.clock import boot

_RECORD = struct.Struct("<cIH")
_PLANNED, _BEGUN, _ANSWERED, _SEALED = b"P", b"B", b"A", b"X"


class Sealed(Exception):
    """Another worker took the lease over: nothing of it may be sent any more."""


def _boot() -> bytes:
    """Which run of the machine this is; the same always where it cannot be known."""
    return boot().encode().ljust(36)


@dataclass
class Read:
    """What stands in a journal: the last code that was heard about each mail, and those in doubt."""

    answered: dict[int, int] = field(default_factory=dict)
    in_doubt: set[int] = field(default_factory=set)


class Journal:
    """The journal of one lease, as the worker that holds it writes it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._path = path
        self._heard: list[bytes] = []
        self._size = os.write(self._file, _boot())
        os.fsync(self._file)

    def plan(self, numbers: Iterable[int]) -> None:
        """Write that these will be sent, and let it reach the disk.

        :raises Sealed: if another worker took over.
        """
        self._write(b"".join(_RECORD.pack(_PLANNED, number, 0) for number in numbers))
        os.fdatasync(self._file)

    def begin(self, number: int) -> None:
        """Write that a body goes out now.

        :raises Sealed: if another worker took over.
        """
        self._write(_RECORD.pack(_BEGUN, number, 0))

    def answer(self, number: int, code: int) -> None:
        """Note what the server said, to be written with what begins next, or by :meth:`flush`."""
        self._heard.append(_RECORD.pack(_ANSWERED, number, code))

    def flush(self) -> None:
        """Write what was heard; after a seal it is too late, and says nothing."""
        if self._heard:
            with suppress(Sealed):
                self._write(b"")

    def close(self, *, delete: bool) -> None:
        """Close the file; it goes when the database has all that stands in it."""
        self.flush()
        os.close(self._file)
        if delete:
            self._path.unlink(missing_ok=True)

    def _write(self, records: bytes) -> None:
        heard, self._heard = self._heard, []
        if self._size < 0:
            raise Sealed
        all_of_it = b"".join([*heard, records])
        written = os.write(self._file, all_of_it)
        # Behind the half of a record nothing could be read: a full disk ends this journal like a seal.
        self._size = self._size + written if written == len(all_of_it) else -1
        if os.lseek(self._file, 0, os.SEEK_CUR) != self._size:
            raise Sealed


def seal(path: Path) -> Read:
    """Let nobody write there any more, and read what stands there; where nothing was begun, nothing will be.

    A record that a kill tore counts as not written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        written = os.write(file, _RECORD.pack(_SEALED, 0, 0))
        return _understand(os.pread(file, os.lseek(file, 0, os.SEEK_CUR) - written, 0))
    finally:
        os.close(file)


def _understand(content: bytes) -> Read:
    head, records = content[:36], content[36:]
    read = Read()
    whole = len(records) - len(records) % _RECORD.size
    for kind, number, code in _RECORD.iter_unpack(records[:whole]):
        if kind == _BEGUN or (kind == _PLANNED and head != _boot()):
            read.in_doubt.add(number)
        elif kind == _ANSWERED:
            read.in_doubt.discard(number)
            read.answered[number] = code
        elif kind == _SEALED:
            break
    return read
