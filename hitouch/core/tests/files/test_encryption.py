"""Files encrypted in chunks: any part can be read, and no change goes unnoticed."""

import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitouch.core import crypto
from hitouch.core.files import encryption
from hitouch.core.files.encryption import CHUNK, TAG_BYTES, EncryptedFile

CONTEXT = "file:1"
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 20 * CHUNK + 7]
CONTENT = os.urandom(SIZES[-1])


def sealed(data: bytes, piece: int = 100_000) -> bytes:
    pieces = [data[at : at + piece] for at in range(0, len(data), piece)]
    return b"".join(encryption.encrypt(pieces, context=CONTEXT))


def opened(stored: bytes, size: int, context: str = CONTEXT) -> EncryptedFile:
    return EncryptedFile(
        lambda start, end: (stored[start:end], len(stored)), size=size, context=context
    )


@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_back(size: int) -> None:
    """Of any size, also empty and exactly of some chunks, however it was handed over."""
    data = CONTENT[:size]
    for piece in (1000 if size < CHUNK * 4 else CHUNK, 10_000_000):
        assert b"".join(opened(sealed(data, piece), size).read()) == data


@given(st.integers(0, len(CONTENT)), st.integers(0, len(CONTENT)))
def test_any_part_is_read(one: int, other: int) -> None:
    """The same bytes as of the whole file, in pieces of at most 1 MiB."""
    start, end = sorted((one, other))
    pieces = list(opened(STORED, len(CONTENT)).read(start, end))
    assert b"".join(pieces) == CONTENT[start:end]
    assert all(len(piece) <= CHUNK * encryption.AT_A_TIME for piece in pieces)


STORED = sealed(CONTENT)


def test_a_part_is_read_without_the_rest() -> None:
    """A range in a large file costs its first chunk and the chunks of the range."""
    asked: list[int] = []

    def read_range(start: int, end: int) -> tuple[bytes, int]:
        asked.append(end - start)
        return STORED[start:end], len(STORED)

    file = EncryptedFile(read_range, size=len(CONTENT), context=CONTEXT)
    assert b"".join(file.read(10 * CHUNK, 10 * CHUNK + 5)) == CONTENT[10 * CHUNK :][:5]
    assert len(asked) == 2
    assert sum(asked) < 3 * CHUNK


def swapped(stored: bytes) -> bytes:
    """The last two chunks of full size in each other's place."""
    chunk, tail = CHUNK + TAG_BYTES, len(stored) - (7 + TAG_BYTES)
    first, second = tail - 2 * chunk, tail - chunk
    return stored[:first] + stored[second:tail] + stored[first:second] + stored[tail:]


@pytest.mark.parametrize(
    "change",
    [
        lambda stored: stored[: -(7 + TAG_BYTES)],
        lambda stored: stored[: -CHUNK - TAG_BYTES],
        lambda stored: stored[:-1],
        lambda stored: stored + b"x",
        lambda stored: stored[:200] + bytes([stored[200] ^ 1]) + stored[201:],
        lambda stored: stored[:10] + bytes([stored[10] ^ 1]) + stored[11:],
        lambda stored: stored[:-1] + bytes([stored[-1] ^ 1]),
        lambda stored: bytes([crypto.VERSION]) + stored[1:],
        lambda stored: b"\x02\x05other" + stored[4:],
        lambda stored: b"",
        lambda stored: b"%PDF-1.7",
        swapped,
    ],
    ids=[
        "last chunk cut", "a chunk cut", "a byte cut", "a byte more", "changed", "salt changed",
        "end changed", "other version", "unknown key", "empty", "not encrypted", "chunks moved",
    ],
)  # fmt: skip
def test_a_changed_file_does_not_open(change: Any) -> None:
    """Cut, moved, swapped or replaced: nothing of it is believed."""
    with pytest.raises(crypto.SealBroken):
        b"".join(opened(change(STORED), len(CONTENT)).read())


def test_a_file_of_another_does_not_open() -> None:
    """Each is bound to its context, and to the size of its row."""
    with pytest.raises(crypto.SealBroken):
        b"".join(opened(STORED, len(CONTENT), context="file:2").read())
    with pytest.raises(crypto.SealBroken):
        opened(STORED, len(CONTENT) - 1)


def test_files_from_before_stay_readable() -> None:
    """Sealed as one value; whole and in parts."""
    old = crypto.seal(CONTENT, context=CONTEXT)
    assert b"".join(opened(old, len(CONTENT)).read()) == CONTENT
    assert b"".join(opened(old, len(CONTENT)).read(5, 90_000)) == CONTENT[5:90_000]
    with pytest.raises(crypto.SealBroken):
        b"".join(opened(old[:-1], len(CONTENT)).read())
