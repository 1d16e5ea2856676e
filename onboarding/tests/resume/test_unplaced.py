"""Text of a résumé from which no entry could be made: what is shown, and what is not."""

from datetime import date

import pytest

from onboarding.resume.parser.jobs import Job
from onboarding.resume.parser.proposal import propose
from onboarding.resume.parser.unplaced import MAX_PIECES, MAX_TEXT, still_unplaced

TODAY = date(2026, 11, 25)
JOB = "Telecaller, Orchid Retail Pvt Ltd\nJan 2020 - May 2022\n"
DEGREE = "B.Com, Nizam College, 2019\n"


def unplaced(text: str) -> list[str]:
    return [piece.text for piece in propose(text, today=TODAY).unplaced]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"WORK EXPERIENCE\n{JOB}\nSome work at a bank in 2018", ["Some work at a bank in 2018"]),
        (f"WORK EXPERIENCE\n{JOB}\nTeam Leader\nSaffron", ["Team Leader\nSaffron"]),
        (
            f"EDUCATION\n{DEGREE}\nSomething from Osmania in 2016",
            ["Something from Osmania in 2016"],
        ),
        (f"EDUCATION\n{DEGREE}\nMay 2019 | Pune\n2016 - 2019\n62%", []),
        (f"WORK EXPERIENCE\n{JOB}- Handled 40 calls a day in 2021\n- Trained agents", []),
        (f"WORK EXPERIENCE\n{JOB}Pune, Maharashtra\n2 years 4 months", []),
        ("HOBBIES\nReading since 2010\nDECLARATION\nI declare that all is true", []),
    ],
)
def test_what_was_not_understood(text: str, expected: list[str]) -> None:
    """Names, degrees and years of no entry; no descriptions, places, marks or other sections."""
    assert unplaced(text) == expected


def test_contacts_and_numbers_are_left_out() -> None:
    """Neither a contact nor an Aadhaar number is kept with the text."""
    text = "WORK EXPERIENCE\nSome bank in 2018, call 9876543210, a@b.in, 2345 6789 0124"
    (kept,) = unplaced(text)
    assert not any(part in kept for part in ("98765", "@", "2345", "0124"))


def test_text_is_limited() -> None:
    """A few pieces of some lines, however long the file is."""
    lines = "\n\n".join(f"Some work at a bank in 2018 {'and so on ' * 90}" for _ in range(40))
    pieces = unplaced(f"WORK EXPERIENCE\n{lines}")
    assert len(pieces) == MAX_PIECES
    assert max(map(len, pieces)) == MAX_TEXT


def test_what_a_model_understood_is_not_shown() -> None:
    """A piece of which a language model made a job is no longer unplaced."""
    text = "WORK EXPERIENCE\nSome work at Harbour Bank in 2018\n\nA shop in 2017"
    pieces = propose(text, today=TODAY).unplaced
    job = Job("Harbour Bank", "Clerk", "OTHER", TODAY, None)
    assert [piece.text for piece in still_unplaced(pieces, [job], [])] == ["A shop in 2017"]
