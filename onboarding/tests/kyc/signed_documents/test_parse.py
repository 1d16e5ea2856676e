"""Reading verified documents: what is odd or missing is kept as far as known, and not refused."""

import re
from datetime import date
from typing import Any

import pytest

from onboarding.kyc.checks.comparison import AADHAAR, PAN, CardData, ProfileData, findings
from onboarding.kyc.offline_ekyc import xml
from onboarding.kyc.signed_documents import aadhaar, pan
from onboarding.kyc.signed_documents.dates import BirthDate, parse_birth_date
from onboarding.kyc.signed_documents.errors import NumberNotMasked, WrongDocument
from onboarding.kyc.signed_documents.xmldsig import parse_xml
from onboarding.models import KycCheck
from onboarding.tests.support.signed_forms import AT, CERTIFICATE, OFFLINE, RECORD

TODAY = date(2026, 11, 23)
BORN = date(1998, 4, 17)


def ekyc(*changes: tuple[str, str]) -> aadhaar.Aadhaar:
    return aadhaar.parse_ekyc(parse_xml(changed(CERTIFICATE, *changes)), today=TODAY)


def record(*changes: tuple[str, str]) -> pan.Pan:
    return pan.parse_pan_record(parse_xml(changed(RECORD, *changes)), today=TODAY)


def changed(document: str, *changes: tuple[str, str]) -> bytes:
    text = document.replace("{}", "")
    for was, becomes in changes:
        assert was in text
        text = text.replace(was, becomes)
    return text.encode()


def finding(kind: str, on: str = "", **card: Any) -> tuple[str, str]:
    """The verdict and words about a signed document with these facts."""
    facts = CardData(signed_by_way_of="DigiLocker", **card)
    profile = ProfileData("Asha Rao", BORN, frozenset(), cards={on: facts} if on else {})
    return next(
        (each.verdict, each.words)
        for each in findings(profile)
        if (each.kind, each.on) == (kind, on)
    )


def test_all_fields_are_read() -> None:
    """The fields of an e-Aadhaar, of an offline e-KYC and of a PAN record."""
    found = ekyc()
    assert found == aadhaar.Aadhaar("Asha Rao", BORN, "4321", "560034", b"hello", birth_year=1998)
    offline = xml.parse_offline_ekyc(parse_xml(changed(OFFLINE)))
    assert offline.aadhaar == found
    assert offline.made_at.isoformat() == "2026-11-23T11:59:00+05:30"
    card = record()
    assert (card.name, card.number, card.birth_on) == ("ASHA RAO", "ABCPR1234F", BORN)
    assert card.is_active is True
    assert "Asha" not in repr(found) + repr(offline)
    assert "ABCPR1234F" not in repr(card)


@pytest.mark.parametrize(
    "text",
    [
        "17-04-1998", "17/04/1998", "17.04.1998", "17-4-1998", "17 04 1998", "17041998",
        "17/Apr/1998", "17-Apr-1998", "17-APR-1998", "17 April 1998", "17 April, 1998",
        "17-apr-1998 00:00:00", "1998-04-17", "1998/04/17", "19980417", "1998-Apr-17",
        "1998-04-17T00:00:00", "1998-04-17T00:00:00.000+05:30", "1998-04-16T18:30:00Z",
        "1998-04-17Z", "1998-04-17+05:30", "17th April 1998", "April 17, 1998", "Apr. 17 1998",
        "1998-04-17 00:00:00", "17-04-1998 00:00:00.0", " 17-04-1998 ", "१७-०४-१९९८",
    ],
)  # fmt: skip
def test_birth_dates_in_all_forms(text: str) -> None:
    """Each form that issuers write gives the same day."""
    assert parse_birth_date(text, today=TODAY).day == BORN


@pytest.mark.parametrize(
    ("text", "year"),
    [("1998", ""), ("", "1998"), ("00-00-1998", ""), ("XX/XX/1998", ""), ("1998-00-00", "")],
)
def test_the_year_alone_is_kept(text: str, year: str) -> None:
    """A year without day and month is kept as a year, never made into a date."""
    assert parse_birth_date(text, year, today=TODAY) == BirthDate(year=1998)


@pytest.mark.parametrize(
    "text",
    ["yesterday", "17-04-98", "31-02-1998", "17-13-1998", "17-Foo-1998", "1-1-0001", "NA",
     "24-11-2026", "2027", "17-04-1998 or so"],
)  # fmt: skip
def test_other_texts_are_kept_as_they_are(text: str) -> None:
    """What is no past date is kept for a person to read; a long number is not."""
    assert parse_birth_date(text, today=TODAY) == BirthDate(text=text)
    assert parse_birth_date("2345 6789 0124", today=TODAY) == BirthDate()
    assert parse_birth_date("", today=TODAY) == BirthDate()


@pytest.mark.parametrize(
    "masked",
    [
        "xxxxxxxx4321", "XXXXXXXX4321", "XXXX XXXX 4321", "XXXX-XXXX-4321", "********4321",
        "**** **** 4321", "xxxx–xxxx–4321", "●●●●●●●●4321", "########4321", "000000004321",
        "4321", " xxxxxxxx4321 ",
    ],
)  # fmt: skip
def test_masked_numbers_however_they_are_grouped(masked: str) -> None:
    """The last four digits are kept, whatever stands for the others."""
    assert ekyc(("xxxxxxxx4321", masked)).last_four == "4321"


@pytest.mark.parametrize("odd", ["", "xxxxxxxxxxxx", "xxxx56784321", "12", "not given"])
def test_a_number_without_last_four_is_for_a_person(odd: str) -> None:
    """Such a document is kept, and a finding says that accounts cannot be searched by it."""
    assert ekyc(("xxxxxxxx4321", odd)).last_four == ""
    for elsewhere in (False, True):
        profile = ProfileData(
            "Asha Rao", BORN, frozenset(), has_last_four=False, person_elsewhere=elsewhere
        )
        (found,) = (each for each in findings(profile) if each.kind == "PERSON_ELSEWHERE")
        assert found.verdict == "LOOK"
        assert len(found.words) <= KycCheck._meta.get_field("words").max_length


@pytest.mark.parametrize(
    "number",
    ["234567890124", "2345 6789 0124", "2345-6789-0124", "२३४५६७८९०१२४", "1234567890123456"],
)
def test_a_full_number_is_refused(number: str) -> None:
    """Nothing of a document with a full number is kept, also when it stands in the name."""
    for was in ("xxxxxxxx4321", "Asha  Rao"):
        if len(number) > 14 and was.startswith("Asha"):
            continue
        with pytest.raises(NumberNotMasked):
            ekyc((was, number))


def test_missing_facts_refuse_nothing() -> None:
    """An Aadhaar without any of its facts is kept; each missing one is a finding."""
    found = aadhaar.parse_ekyc(
        parse_xml(b'<KycRes><UidData uid="xxxxxxxx4321"/></KycRes>'), today=TODAY
    )
    assert found == aadhaar.Aadhaar(None, None, "4321", None)
    for kind in ("NAME", "BIRTH_DATE", "PIN"):
        assert finding(kind, AADHAAR)[0] == "LOOK"


@pytest.mark.parametrize(
    ("written", "pin"),
    [("560034", "560034"), ("560 034", "560034"), ("560-034", "560034"), ("", None),
     ("056003", None), ("5600", None), ("560034.0", None), ("NA", None)],
)  # fmt: skip
def test_invalid_pin_is_ignored(written: str, pin: str | None) -> None:
    """A PIN code of six digits is kept, however it is grouped, and nothing else."""
    assert ekyc(('"560034"', f'"{written}"')).pin == pin


def test_case_and_namespace_do_not_matter() -> None:
    """Elements and attributes are found in other case and in any namespace."""
    text = changed(CERTIFICATE, ('name="Asha', 'Name="Asha'), (" dob=", " DOB="), ("Poi", "POI"))
    whole = text.replace(b"<KycRes", b'<k:KycRes xmlns:k="urn:k"').replace(b"</Kyc", b"</k:Kyc")
    found = aadhaar.parse_ekyc(parse_xml(whole), today=TODAY)
    assert (found.name, found.birth_on, found.last_four) == ("Asha Rao", BORN, "4321")


@pytest.mark.parametrize(
    "declared", ["", ' xmlns="urn:issuer:certificate"', ' xmlns="http://tempuri.org/"', "prefix"]
)
def test_pan_record_may_have_any_namespace_or_none(declared: str) -> None:
    """API Setu's certificates declare none, some issuers one; both are the same record."""
    text = RECORD.replace(' xmlns="urn:issuer:certificate"', "").format("")
    if declared == "prefix":
        text = re.sub(r"<(/?)(\w)", r"<\1c:\2", text)
        text = text.replace("<c:Certificate", '<c:Certificate xmlns:c="urn:c"', 1)
    else:
        text = text.replace("<Certificate", f"<Certificate{declared}", 1)
    found = pan.parse_pan_record(parse_xml(text.encode()), today=TODAY)
    assert (found.number, found.name, found.is_active) == ("ABCPR1234F", "ASHA RAO", True)


@pytest.mark.parametrize(
    ("photo", "portrait"),
    [("", b""), ("aGVs\n bG8=", b"hello"), ("%%%", b""), ("aGVsbG8", b"hello"), ("ಆ", b"")],
)
def test_invalid_portrait_is_ignored(photo: str, portrait: bytes) -> None:
    """A portrait that is no base64 counts as missing."""
    assert ekyc(("aGVsbG8=", photo)).portrait == portrait


@pytest.mark.parametrize(
    "document",
    [
        b"<KycRes/>",
        b'<KycRes ret="N" err="K-100"><UidData uid="xxxxxxxx4321"/></KycRes>',
        b"<Certificate><CertificateData><KycRes/><KycRes/></CertificateData></Certificate>",
        b'<Certificate type="DRVLC"><CertificateData><DrivingLicense/></CertificateData>'
        b"</Certificate>",
        b"<UidData/>",
        changed(CERTIFICATE, ("<Poa", "<Poi/><Poa")),
        changed(OFFLINE),
    ],
)
def test_other_documents_are_no_aadhaar(document: bytes) -> None:
    """A failed answer, another document, two persons: another kind of document, not a forgery."""
    with pytest.raises(WrongDocument):
        aadhaar.parse_ekyc(parse_xml(document), today=TODAY)


@pytest.mark.parametrize(
    ("status", "active"),
    [('"A"', True), ('"Active"', True), ('"VALID"', True), ('"D"', False), ('"I"', False),
     ('"inactive"', False), ('""', None), ('"E"', None), ('"?"', None)],
)  # fmt: skip
def test_the_status_of_a_pan(status: str, active: bool | None) -> None:
    """Known words are understood; without one, or with another, a person looks."""
    assert record(('"A"', status)).is_active is active
    verdict = {True: "PASS", False: "FAIL", None: "LOOK"}[active]
    assert finding("PAN_ACTIVE", PAN, is_in_force=active)[0] == verdict


def test_a_pan_record_may_lack_anything_but_its_number() -> None:
    """Without holder, status and date it is kept; the number may stand in its content."""
    found = pan.parse_pan_record(
        parse_xml(
            b'<Certificate><CertificateData><PAN num="ABCPR1234F"/></CertificateData></Certificate>'
        ),
        today=TODAY,
    )
    assert found == pan.Pan(None, None, "ABCPR1234F")
    assert list(pan.issue_times(parse_xml(b"<Certificate/>"), AT)) == [AT]


def test_other_records_are_no_pan() -> None:
    """Another certificate and the PAN of a company are refused as another kind."""
    for changes in (
        ("PANCR", "DRVLC"), ("ABCPR1234F", "ABCCR1234F"), ("ABCPR1234F", "XXXXX1234X"),
        ("ABCPR1234F", ""), ("<IssuedTo>", "<IssuedTo><Person/>"),
    ):  # fmt: skip
        with pytest.raises(WrongDocument):
            record(changes)
    with pytest.raises(WrongDocument):
        pan.parse_pan_record(parse_xml(changed(CERTIFICATE)), today=TODAY)


@pytest.mark.parametrize("reference", ["", "x" * 21, "4321", "432120261323063000123"])
def test_the_reference_of_an_offline_ekyc(reference: str) -> None:
    """Without last four digits and a moment it is no offline e-KYC."""
    with pytest.raises(WrongDocument):
        xml.parse_offline_ekyc(parse_xml(changed(OFFLINE, ("432120261123115900123", reference))))


def test_findings_about_partial_birth_dates() -> None:
    """A year that fits and an unclear text are for a person; another year is a mismatch."""
    look = finding("BIRTH_DATE", AADHAAR, birth_year=1998)
    assert look == ("LOOK", "Only the year of birth, 1998, is on the Aadhaar. It matches.")
    fail = finding("BIRTH_DATE", AADHAAR, birth_year=1997)
    assert fail == ("FAIL", "The year of birth on the Aadhaar is 1997.")
    unclear = finding("BIRTH_DATE", PAN, birth_text="17-04-98")
    assert unclear == ("LOOK", "The date on the PAN card is written as “17-04-98”.")
    assert finding("BIRTH_DATE", AADHAAR, birth_on="1998-04-17")[0] == "PASS"
