"""Reading résumés: accepted files, parsed details, and data that is removed."""

import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO

import docx
import hypothesis
import pikepdf
import pytest
import typst
from hypothesis import strategies

from hitouch.core.sandbox.limits import JobRefused
from onboarding.resume.parser import text_extraction
from onboarding.resume.parser.date_ranges import find_date_range
from onboarding.resume.parser.proposal import propose
from onboarding.resume.parser.sections import lines_of
from onboarding.tests.support import resumes
from onboarding.tests.support.resumes import TODAY

SET = list(resumes.labelled_set())
TEXT = "\n".join(SET[0][2])


def text_of(data: bytes) -> str:
    return text_extraction.extract_text(data)[1].decode()


@pytest.mark.parametrize(
    ("who", "make"), [(entry[1], entry[3]) for entry in SET], ids=[entry[0] for entry in SET]
)
def test_labelled_resumes_are_read(who: resumes.Person, make: Callable[[], bytes]) -> None:
    """Jobs, qualifications and terms of labelled résumés are found, without contact details."""
    found = propose(text_of(make()), today=TODAY)
    jobs = {(job.company, job.role, job.began, job.ended) for job in who.jobs}
    assert jobs == {(j.company, j.role, j.started_on, j.ended_on) for j in found.experiences}
    assert {(s.level, s.year) for s in who.studies} == {
        (s.level, s.year) for s in found.qualifications
    }
    assert set(who.skills.values()) == set(found.skills)
    assert set(who.languages) == set(found.languages)
    for secret in ("someone@", "98765", "6789"):
        assert secret not in str(found)


@pytest.mark.parametrize(
    ("line", "began", "ended"),
    [
        ("Jan 2020 – Present", date(2020, 1, 1), None),
        ("January, 2020 to till date", date(2020, 1, 1), None),
        ("Sept'19 - Mar'21", date(2019, 9, 1), date(2021, 3, 1)),
        ("06/2018 - 05/2020", date(2018, 6, 1), date(2020, 5, 1)),
        ("6.2018—5.2020", date(2018, 6, 1), date(2020, 5, 1)),
        ("2019-21", date(2019, 1, 1), date(2021, 12, 1)),
        ("2019 to 2021", date(2019, 1, 1), date(2021, 12, 1)),
        ("since March 2024", date(2024, 3, 1), None),
        ("Oct 2025 - Dec 2030", date(2025, 10, 1), None),
    ],
)
def test_date_ranges(line: str, began: date, ended: date | None) -> None:
    """Date ranges in common notations; an end in the future counts as ongoing."""
    (plain,) = lines_of(line)
    found = find_date_range(plain, today=TODAY)
    assert found is not None
    assert (found.started_on, found.ended_on) == (began, ended)


@pytest.mark.parametrize(
    "line", ["2021 - 2019", "Jan 2031 - Present", "98765-43210", "13/2020 - 14/2020", "Call 24/7"]
)
def test_invalid_date_ranges(line: str) -> None:
    """Reversed ranges, future starts and other numbers are no date ranges."""
    assert find_date_range(line, today=TODAY) is None


def test_letters_inside_words_are_no_skills() -> None:
    """ "University" holds no "IT", and "email" no "AI": only whole entries of a list count."""
    found = propose("Skills\nUniversity, femail, wordsmith, excellent, Excel", today=TODAY)
    assert found.skills == ("Excel",)


def test_adopted_terms_are_known() -> None:
    """A term that staff adopted is found under its adopted name."""
    adopted = {"skills": {"zendesksuite": "Zendesk"}}
    assert propose("Skills\nZendesk Suite", today=TODAY, adopted=adopted).skills == ("Zendesk",)


@hypothesis.given(strategies.text(max_size=400))
@hypothesis.settings(max_examples=60)
def test_any_text_gives_a_valid_proposal(noise: str) -> None:
    """Random text gives a proposal whose jobs have valid dates."""
    found = propose(f"Experience\n{noise}\nEducation\n{noise}\nSkills\n{noise}", today=TODAY)
    assert all(j.ended_on is None or j.ended_on >= j.started_on for j in found.experiences)
    assert all(j.started_on <= TODAY for j in found.experiences)


def pdf(lines: str = "Experience of a very good associate") -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(bytes(typst.compile(lines.encode()))))


def saved(made: pikepdf.Pdf, **options: object) -> bytes:
    out = BytesIO()
    made.save(out, **options)
    return out.getvalue()


def scripted() -> bytes:
    made = pdf()
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    return saved(made)


def with_attachment() -> bytes:
    made = pdf()
    made.attachments["more.exe"] = b"MZ"
    return saved(made)


def locked() -> bytes:
    return saved(pdf(), encryption=pikepdf.Encryption(user="secret", owner="secret"))


def packed(changes: dict[str, bytes]) -> bytes:
    """A DOCX with added or replaced parts."""
    original = zipfile.ZipFile(BytesIO(resumes.as_docx(["Experience", "Associate, A Ltd"])))
    parts = {name: original.read(name) for name in original.namelist()} | changes
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


OUTSIDE = (
    b'<?xml version="1.0"?><Relationships xmlns='
    b'"http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
    b'Target="http://192.0.2.1/evil.dotm" TargetMode="External"/></Relationships>'
)
MACRO_LINK = OUTSIDE.replace(
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate",
    b"http://schemas.microsoft.com/office/2006/relationships/vbaProject",
)
MACRO_TYPE = (
    b'<?xml version="1.0"?><Types xmlns='
    b'"http://schemas.openxmlformats.org/package/2006/content-types"><Override '
    b'PartName="/word/document.xml" '
    b'ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
)
HOSTILE = {
    "scripted PDF": (scripted, "This PDF contains a script"),
    "PDF with an attachment": (with_attachment, "This PDF contains a script"),
    "PDF with a password": (locked, "This PDF is locked"),
    "eleven pages": (lambda: bytes(typst.compile(b"#pagebreak() " * 10)), "1 to 10 pages"),
    "picture only": (lambda: bytes(typst.compile(b"#rect()")), text_extraction.NO_TEXT),
    "half a PDF": (lambda: saved(pdf())[:300], "could not read this PDF"),
    "old Word": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        text_extraction.OLD_DOC,
    ),
    "plain text": (lambda: TEXT.encode(), text_extraction.WRONG_TYPE),
    "a spreadsheet": (lambda: zipped({"xl/workbook.xml": b"<a/>"}), text_extraction.WRONG_TYPE),
    "macros": (lambda: packed({"word/vbaProject.bin": b"x"}), text_extraction.MACROS),
    "macros under another name": (
        lambda: packed({"word/_rels/document.xml.rels": MACRO_LINK}),
        text_extraction.MACROS,
    ),
    "a document with macros": (
        lambda: packed({"[Content_Types].xml": MACRO_TYPE}),
        text_extraction.MACROS,
    ),
    "a control": (lambda: packed({"word/activeX/activeX1.bin": b"x"}), text_extraction.MACROS),
    "zip bomb": (
        lambda: packed({"word/media/a.xml": bytes(30 * 1024 * 1024)}),
        text_extraction.UNREADABLE,
    ),
    "entity bomb": (
        lambda: packed({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        text_extraction.UNREADABLE,
    ),
    "broken XML": (lambda: packed({"word/document.xml": b"<w:p"}), text_extraction.UNREADABLE),
    "half a DOCX": (lambda: packed({})[:900], text_extraction.UNREADABLE),
}


def zipped(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name: str) -> None:
    """Active content, oversized files and files without text are refused with a message."""
    make, sentence = HOSTILE[name]
    with pytest.raises(JobRefused, match=sentence.split(".")[0]):
        text_extraction.extract_text(make())


def test_hyperlinks_are_allowed() -> None:
    """A hyperlink, as in most résumés, is no reason to refuse a file."""
    link = OUTSIDE.replace(b"attachedTemplate", b"hyperlink")
    assert "Associate" in text_of(packed({"word/_rels/settings.xml.rels": link}))


@pytest.mark.parametrize(
    "target",
    [
        b"file:///C:\\Users\\asha\\Templates\\Resume.dotx",
        b"https://192.0.2.1/company.dotx",
        b"../a.dotx",
    ],
)
def test_a_template_elsewhere_is_ignored(target: bytes) -> None:
    """Word names the template a document was made from; it is never fetched."""
    link = OUTSIDE.replace(b"http://192.0.2.1/evil.dotm", target)
    assert "Associate" in text_of(packed({"word/_rels/settings.xml.rels": link}))


@pytest.mark.parametrize(
    "name", ["word/embeddings/Microsoft_Excel_Sheet1.xlsx", "word/embeddings/oleObject1.bin"]
)
def test_an_embedded_object_is_ignored(name: str) -> None:
    """The workbook of a chart, or any object, is not opened; the text is read."""
    assert "Associate" in text_of(packed({name: b"PK\x03\x04" + bytes(300)}))


def test_a_picture_elsewhere_is_ignored() -> None:
    """A linked picture or frame is not loaded."""
    for kind in (b"image", b"frame", b"oleObject", b"subDocument"):
        link = OUTSIDE.replace(b"attachedTemplate", kind)
        assert "Associate" in text_of(packed({"word/_rels/settings.xml.rels": link}))


def test_text_in_tables_is_read_in_order() -> None:
    """A résumé in a two-column table is read cell by cell."""
    document = docx.Document()
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text = "Skills\nExcel"
    table.rows[0].cells[1].text = "Languages\nHindi"
    out = BytesIO()
    document.save(out)
    found = propose(text_of(out.getvalue()), today=TODAY)
    assert (found.skills, found.languages) == (("Excel",), ("Hindi",))
