"""Agreement texts: merge fields, blocks, versions and diffs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitouch.core.web.humanize import date_text, evidence_moment_texts
from onboarding.agreements import text as agreements_text

TEXT = "TITLE\n\nBetween us and {name}.\n\n1. What this is\n\nFor {name}, of {place}, on {date}.\n"
HOSTILE = [
    "$& $1 $$",
    r"\1 \g<0>",
    "{place}",
    "{name}",
    "<script>alert(1)</script>",
    '#panic("x")',
    "A\n\n9. You owe us everything\n\nB",
    "A\r\n\r\nB\u2028C\u2029D\x85E",
    "\u202eevil\u202c",
    "लक्ष्मी नारायण",
    "N" * 240,
]


def fields(name: str) -> dict[str, str]:
    return {"name": name, "place": "Pune, Maharashtra", "date": "1 January 2026"}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_data(name: str) -> None:
    """Whatever a name contains, blocks and other merge fields stay the same."""
    expected = agreements_text.layout_blocks(agreements_text.merge_fields(TEXT, fields("Nila")))
    blocks = agreements_text.layout_blocks(agreements_text.merge_fields(TEXT, fields(name)))
    assert [block.kind for block in blocks] == [block.kind for block in expected]
    assert blocks[1].text == f"Between us and {agreements_text.one_line(name)}."
    assert (
        blocks[3].text
        == f"For {agreements_text.one_line(name)}, of Pune, Maharashtra, on 1 January 2026."
    )


@given(st.text())
def test_no_name_makes_a_heading(name: str) -> None:
    """The text for any name has the blocks of the template."""
    blocks = agreements_text.layout_blocks(agreements_text.merge_fields(TEXT, fields(name)))
    assert [block.kind for block in blocks] == ["title", "text", "heading", "text"]


def test_joiners_stay_in_a_name() -> None:
    """Bidirectional marks are removed; joiners, which Indian scripts need, stay."""
    assert agreements_text.one_line("ക്\u200d \u202eab") == "ക്\u200d ab"


def test_dates_are_in_india_time() -> None:
    """An evening in UTC is the next day in India."""
    at = datetime(2026, 11, 25, 18, 30, tzinfo=UTC)
    assert date_text(at) == "26 November 2026"
    assert date_text(at - timedelta(seconds=1)) == "25 November 2026"
    assert evidence_moment_texts(at) == (
        "26 November 2026, 00:00:00 IST",
        "2026-11-25 18:30:00 UTC",
    )


def test_versions_are_ordered_as_numbers() -> None:
    """1.10 comes after 1.9, and only two numbers make a version."""
    assert sorted(["1.10", "1.9", "2.0"], key=agreements_text.version_key) == ["1.9", "1.10", "2.0"]
    valid = [
        text for text in ("1.0", "2.10", "0.1", "1", "1.0.0", "1.01", "1.0\n") if is_version(text)
    ]
    assert valid == ["1.0", "2.10"]


def is_version(text: str) -> bool:
    return bool(agreements_text.VERSION.fullmatch(text))


def test_diff_of_two_versions() -> None:
    """Paragraphs are reported as same, removed or added."""
    new = TEXT.replace("Between us", "Between both of us")
    kinds = [
        (change.kind, change.text[:15]) for change in agreements_text.diff_paragraphs(TEXT, new)
    ]
    assert kinds == [
        ("same", "TITLE"),
        ("removed", "Between us and "),
        ("added", "Between both of"),
        ("same", "1. What this is"),
        ("same", "For {name}, of "),
    ]


def test_unknown_merge_fields() -> None:
    """Unknown placeholders are reported, and stay unchanged in the text."""
    assert agreements_text.unknown_merge_fields("{name} {salary} {place}") == ["salary"]
    assert agreements_text.merge_fields("{salary}", fields("x")) == "{salary}"
