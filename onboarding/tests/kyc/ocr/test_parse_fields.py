"""Parsing name, birth date and PIN code from the lines of a card."""

import pytest

from onboarding.kyc.ocr.fields import parse_fields

FRONT = ["Government of India", "Sunita Verma", "/DOB: 14/08/1994", "/ FEMALE"]


@pytest.mark.parametrize(
    ("lines", "name", "birth_on"),
    [
        (FRONT, "Sunita Verma", "1994-08-14"),
        ([*FRONT, "Aadhaar no. issued: 21/05/2013"], "Sunita Verma", "1994-08-14"),
        (["Issue Date: 21/05/2013", *FRONT, "Download: 22/05/2024"], "Sunita Verma", "1994-08-14"),
        (["Sunita Verma", "Year of Birth: 1994", "FEMALE"], "Sunita Verma", None),
        (["SunitaVerma", "D0B 14/O8/1994", "FEMALE"], "Sunita Verma", "1994-08-14"),
        (["O", "Aa", "DOB: 14/08/1994"], None, "1994-08-14"),
        (["Sunita Verma", "21/05/2013"], None, None),
        (["Aadhaar no. issued", "21/05/2013", "MALE"], None, None),
        (["Sunita Verma", "DOB: 14/08/1994", "DOB: 15/08/1994"], None, None),
        (["Government of India", "DOB: 31/02/1994"], None, None),
    ],
)  # fmt: skip
def test_birth_date_and_name_of_an_aadhaar(
    lines: list[str], name: str | None, birth_on: str | None
) -> None:
    """Only a labelled date, or the one above the gender, is the birth date; a fragment no name."""
    fields = parse_fields("AADHAAR_FRONT", lines)
    assert (fields["name"], fields["birth_on"]) == (name, birth_on)


def test_fields_of_the_other_cards() -> None:
    """The name on a PAN card is below its label; the PIN code is not that of UIDAI's office."""
    pan = ["Name", "SUNITA VERMA", "Father's Name", "RAM VERMA", "Date of Birth", "14/08/1994"]
    fields = parse_fields("PAN", pan)
    assert (fields["name"], fields["birth_on"]) == ("SUNITA VERMA", "1994-08-14")
    back = ["Kanpur - 208012", "www.uidai.gov.in P.O. Box No.1947, Bengaluru-560001"]
    assert parse_fields("AADHAAR_BACK", back)["pin"] == "208012"
