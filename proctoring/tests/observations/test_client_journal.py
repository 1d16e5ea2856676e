"""The journal of clients: hashes as JavaScript computes them."""

import json
import math
import shutil
import subprocess
import uuid

import pytest

from proctoring.observations.client_journal import (
    RefusedEvent,
    canonical,
    entry_hash,
    read_entry,
)

VALUES = [
    0, 1, -1, 1.0, 0.5, -0.25, 1e-7, -1.5e-9, 0.00001, 0.000123, 123456789.125, 1e15, 2**53 - 1,
    0.1 + 0.2, 5e-324, 1 / 3, "é", "\u2028", "a\"b\\c\n\t\x7f\x01", "😀", None, True, [], {},
    [1, [2, {"b": 1, "a": [None]}]],
]  # fmt: skip


@pytest.mark.skipif(not shutil.which("node"), reason="needs a JavaScript engine")
def test_numbers_and_text_are_written_as_in_javascript():
    """What the page hashes and what the server hashes is the same text."""
    script = (
        "console.log(JSON.stringify(JSON.parse(process.argv[1]).map((x) => JSON.stringify(x))))"
    )
    ran = subprocess.run(
        ["node", "-e", script, json.dumps(VALUES)], capture_output=True, text=True, check=True
    )
    texts = json.loads(ran.stdout)
    ours = [canonical(value) for value in VALUES]
    assert ours[:-1] == texts[:-1]
    assert ours[-1] == '[1,[2,{"a":[null],"b":1}]]'
    assert all(math.isclose(json.loads(text), value)
               for text, value in zip(ours, VALUES, strict=True)
               if isinstance(value, float))  # fmt: skip


@pytest.mark.parametrize("between", ["\ud800", "\0\0", "\u00e9", "\u2028"])
def test_moment_with_an_odd_separator_is_refused(between):
    """What cannot be hashed refuses its own entry, and is no error of the whole batch."""
    entry = {
        "sequence": 1, "previous_hash": "", "hash": "a" * 64, "kind": "COPY", "data": {},
        "at": f"2026-12-01{between}10:00:00+00:00",
    }  # fmt: skip
    read = read_entry(entry, sitting=uuid.uuid4(), device=uuid.uuid4(), kinds=frozenset({"COPY"}))
    assert isinstance(read, RefusedEvent)
    assert (read.code, read.sequence) == ("bad_moment", 1)


def test_hash_of_an_entry_is_stable():
    """The hash must not change: pages in use compute it."""
    text = entry_hash(
        sitting="00000000-0000-0000-0000-000000000001",
        device="00000000-0000-0000-0000-000000000002",
        sequence=1, previous_hash="", kind="COPY", at="2026-11-30T10:00:00.000Z",
        data={"b": 1, "a": "é"},
    )  # fmt: skip
    assert text == "031f74c88d88bf02264c529b2e571e9f09009b3b015b6e6a8765b5f3d827bbc4"
