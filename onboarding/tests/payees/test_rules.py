"""Account numbers, IFSCs and UPI IDs: what each may look like, and what would be another one."""

import pytest

from onboarding.payees import rules


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("50100123456789", "50100123456789"),
        ("0050 1001 2345", "005010012345"),
        ("0001-01-000123", "000101000123"),
        ("\uff15\uff10\uff11\uff10\uff10\uff11\uff12\uff13\uff14", "501001234"),
        ("\u096b\u0966\u0967\u0966\u0966\u0967\u0968\u0969\u096a", "501001234"),
        ("50100123456.0", None),
        ("50100123456.00", None),
        ("501001234.56", None),
        ("1.23E+11", None),
        ("5.0100123456e10", None),
        ("50,100,123,456", None),
        ("50100123456l", None),
        ("5O100123456", None),
        ("'50100123456", None),
        ("A/c 50100123456", None),
        ("-50100123456", None),
        ("50100123456\u200b7", None),
        ("50100\u202e123456", None),
        ("50100123\u09ea56", None),
        ("5010 0123451111", "50100123451111"),
        ("50100123451111 22", "5010012345111122"),
        ("501-0012345-6789", "50100123456789"),
        ("123456789 987654321", None),
        ("50100123456/50100123457", None),
        ("00000000000", None),
        ("111111111111", None),
        ("12345678", None),
        ("1234567890123456789", None),
        ("", None),
    ],
)
def test_account_number(typed: str, kept: str | None) -> None:
    """9 to 18 digits with their zeros; decimals, letters and two numbers are refused."""
    assert rules.normalise_account_number(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("HDFC0001234", "HDFC0001234"),
        ("hdfc 0001234", "HDFC0001234"),
        ("HDFCO001234", "HDFC0001234"),
        ("KKBK-000-0958", "KKBK0000958"),
        ("HDFC1001234", None),
        ("HDFC000123", None),
        ("HDFC00012345", None),
        ("HDFC0001234 ICIC0000001", None),
        ("HDFC.0001234", None),
        ("HD\u0131C0001234", None),
        ("\u041dDFC0001234", None),
        ("HDFC000123\u0664", None),
        ("HDFC\u200b0001234", None),
    ],
)
def test_ifsc(typed: str, kept: str | None) -> None:
    """Four letters, zero (or the letter O for it), six letters or digits, all ASCII."""
    assert rules.normalise_ifsc(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Nila.Rao@OkAxis", "nila.rao@okaxis"),
        (" 9876543210@ybl ", "9876543210@ybl"),
        ("nila rao@okaxis", None),
        ("nila@ okaxis", None),
        ("nila@okaxis.com", None),
        ("nila@okaxis,ravi@okaxis", None),
        ("\u212airan@okaxis", None),
        ("nil\u0430@okaxis", None),
        ("ni\u200bla@okaxis", None),
        ("nila@@okaxis", None),
        ("@okaxis", None),
        ("nila", None),
    ],
)
def test_vpa(typed: str, kept: str | None) -> None:
    """One name and one handle in ASCII; a blank inside would make it another person's."""
    assert rules.normalise_vpa(typed) == kept
