"""Hash chains: any change, gap or insertion is found at its number."""

from dataclasses import dataclass

import pytest

from hitouch.core.db import hash_chain


@dataclass
class Entry:
    text: str
    number: int = 0
    previous_hash: str = ""
    hash: str = ""


def digest_of(entry: Entry) -> str:
    return hash_chain.digest([entry.number, entry.previous_hash, entry.text])


def first_break(entries: list[Entry]) -> int | None:
    return hash_chain.first_break(entries, digest_of=digest_of)


@pytest.fixture
def chain() -> list[Entry]:
    """Four entries, chained."""
    entries: list[Entry] = []
    for text in "abcd":
        last = entries[-1] if entries else None
        entries.append(hash_chain.append(Entry(text), after=last, digest_of=digest_of))
    return entries


def test_a_chain_is_numbered_from_one_and_whole(chain: list[Entry]) -> None:
    """An empty chain is whole too."""
    assert [entry.number for entry in chain] == [1, 2, 3, 4]
    assert chain[0].previous_hash == ""
    assert first_break(chain) is None
    assert first_break([]) is None


def test_a_changed_entry_is_found(chain: list[Entry]) -> None:
    """By its own hash, or by the next one's when its hash was made anew."""
    chain[1].text = "x"
    assert first_break(chain) == 2
    chain[1].hash = digest_of(chain[1])
    assert first_break(chain) == 3


def test_a_missing_or_moved_entry_is_found(chain: list[Entry]) -> None:
    """The last one cannot be missed: nothing follows it."""
    assert first_break(chain[1:]) == 1
    assert first_break([chain[0], *chain[2:]]) == 2
    assert first_break([chain[0], chain[2], chain[1], chain[3]]) == 2
    assert first_break(chain[:-1]) is None


@pytest.mark.parametrize(
    ("is_compact", "expected"),
    [
        (False, "6a3ac02015e9be44cd96c26920d400a123f9bfbba918e1f6e3197c0a764f77f6"),
        (True, "5dc10386b5c1e01c2eeb9901d2fedc29c476d5b1efba80744a2c691f7e019900"),
    ],
)
def test_both_forms_of_a_digest_stay_as_they_are(is_compact: bool, expected: str) -> None:
    """Sorted keys, ASCII, with or without spaces."""
    content = [1, None, "é", {"b": [2], "a": ""}]
    assert hash_chain.digest(content, compact=is_compact) == expected
