"""Encryption of private files in chunks, so that a part can be read without the rest.

`2 | key id length | key id | salt (32) | nonce prefix (7)`, then the chunks of 64 KiB, each with
its tag. The key of a file is derived from a key of the ring, the salt and the file's context. The
nonce of a chunk is the prefix, its number (4 bytes), and 1 for the last chunk or else 0: so chunks
cannot be changed, moved, left out, or cut off. This construction is known as STREAM (Hoang,
Reyhanitabar, Rogaway, Vizár 2015).

Older files are one sealed value (version 1 of `core.crypto`) and are decrypted as a whole.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hitouch.core import crypto

CHUNK = 64 * 1024
TAG_BYTES = 16
SALT_BYTES, PREFIX_BYTES = 32, 7
#: Enough for the head of any file.
LONGEST_HEAD = crypto.LONGEST_HEAD + SALT_BYTES + PREFIX_BYTES
#: Chunks read at a time: 1 MiB.
AT_A_TIME = 16

#: Reads the bytes from a start up to an end, and tells the size of the whole.
ReadRange = Callable[[int, int], tuple[bytes, int]]


def encrypt(pieces: Iterable[bytes], *, context: str) -> Iterator[bytes]:
    """Yield the encrypted file: its head, then the chunks."""
    key_id, name = crypto.current_key(), crypto.current_key().encode()
    salt, prefix = os.urandom(SALT_BYTES), os.urandom(PREFIX_BYTES)
    yield bytes([crypto.CHUNKED_VERSION, len(name)]) + name + salt + prefix
    aead = AESGCM(crypto.file_key(key_id, salt=salt, context=context))
    chunks = _chunks(pieces)
    number, chunk = 0, next(chunks)
    for following in chunks:
        yield aead.encrypt(_nonce(prefix, number, is_last=False), chunk, None)
        number, chunk = number + 1, following
    yield aead.encrypt(_nonce(prefix, number, is_last=True), chunk, None)


def _chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield chunks of equal size, the last one shorter; an empty file has one."""
    buffer, is_empty = bytearray(), True
    for piece in pieces:
        buffer += piece
        while len(buffer) >= CHUNK:
            yield bytes(buffer[:CHUNK])
            del buffer[:CHUNK]
            is_empty = False
    if buffer or is_empty:
        yield bytes(buffer)


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])


class EncryptedFile:
    """An encrypted file of which any part can be read. Raises `SealBroken`.

    The first bytes are read and checked at once: the size of the stored file must fit `size`, the
    size of its content.
    """

    def __init__(self, read_range: ReadRange, *, size: int, context: str) -> None:
        self.size, self._read_range, self._context = size, read_range, context
        self._begin, self._stored_size = read_range(0, LONGEST_HEAD + CHUNK + TAG_BYTES)
        self.key_id = crypto.key_of(self._begin)
        self._is_chunked = self._begin[0] == crypto.CHUNKED_VERSION
        if self._is_chunked:
            self._read_head()

    def _read_head(self) -> None:
        salt_at = 2 + self._begin[1]
        prefix_at = salt_at + SALT_BYTES
        self._head = prefix_at + PREFIX_BYTES
        self._prefix = self._begin[prefix_at : self._head]
        self._count = max(1, -(-self.size // CHUNK))
        if self._stored_size != self._head + self.size + self._count * TAG_BYTES:
            raise crypto.SealBroken("not of the size that was stored")
        salt = self._begin[salt_at:prefix_at]
        self._aead = AESGCM(crypto.file_key(self.key_id, salt=salt, context=self._context))

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the content from `start` up to `end`, in pieces of at most 1 MiB."""
        end = self.size if end is None else min(end, self.size)
        if not self._is_chunked:
            yield self._whole()[start:end]
            return
        first, beyond = start // CHUNK, max(-(-end // CHUNK), start // CHUNK + 1)
        for at in range(first, min(beyond, self._count), AT_A_TIME):
            plain = b"".join(self._decrypt(at, min(at + AT_A_TIME, beyond, self._count)))
            offset = at * CHUNK
            yield plain[max(start - offset, 0) : end - offset]

    def _decrypt(self, first: int, beyond: int) -> Iterator[bytes]:
        sealed_chunk = CHUNK + TAG_BYTES
        start = self._head + first * sealed_chunk
        data = self._sealed(start, min(start + (beyond - first) * sealed_chunk, self._stored_size))
        for number in range(first, beyond):
            at = (number - first) * sealed_chunk
            nonce = _nonce(self._prefix, number, is_last=number == self._count - 1)
            try:
                yield self._aead.decrypt(nonce, data[at : at + sealed_chunk], None)
            except (InvalidTag, ValueError) as broken:
                raise crypto.SealBroken("changed, or moved to another place") from broken

    def _sealed(self, start: int, end: int) -> bytes:
        """Stored bytes; the first ones were read already."""
        known = self._begin[start:end]
        if len(known) == end - start:
            return known
        return known + self._read_range(start + len(known), end)[0]

    def _whole(self) -> bytes:
        """The content of a file that was encrypted as one value."""
        sealed = self._sealed(0, self._stored_size)
        return crypto.unseal(sealed, context=self._context)


def first_bytes(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, the first of which is read at once, so that its errors are raised here."""
    return chain(list(islice(pieces, 1)), pieces)
