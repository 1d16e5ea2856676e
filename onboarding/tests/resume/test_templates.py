"""Reading résumés drawn as public templates: columns, tables, text boxes, notations of dates."""

import time
from datetime import date
from io import BytesIO
from typing import Any

import docx
import pytest
import typst
from docx.oxml import parse_xml

from hitouch.core import sandbox
from onboarding.resume.parser import text_extraction
from onboarding.resume.parser.date_ranges import find_date_range
from onboarding.resume.parser.proposal import Proposal, propose
from onboarding.resume.parser.sections import lines_of
from onboarding.tests.support import job_site_resumes, office_resumes
from onboarding.tests.support import resume_templates as templates
from onboarding.tests.support.resume_templates import SKILLS, TODAY, Person, Template

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def read(data: bytes) -> Proposal:
    return propose(text_extraction.extract_text(data)[1].decode(), today=TODAY)


def read_docx(*paragraphs: str) -> Proposal:
    """Read a DOCX of paragraphs given as text or as the XML of a paragraph."""
    document = docx.Document()
    for text in paragraphs:
        if text.startswith("<"):
            document.element.body.insert(len(document.element.body) - 1, parse_xml(text))
        else:
            document.add_paragraph(text)
    out = BytesIO()
    document.save(out)
    return read(out.getvalue())


def jobs_of(found: Proposal) -> set[tuple[Any, ...]]:
    return {(j.role.casefold(), j.company.casefold(), j.started_on, j.ended_on)
            for j in found.experiences}  # fmt: skip


def expected_jobs(who: Person) -> set[tuple[Any, ...]]:
    return {(j.role.casefold(), j.company.casefold(), j.began, j.ended) for j in who.jobs}


TEMPLATES = templates.TEMPLATES + job_site_resumes.TEMPLATES + office_resumes.TEMPLATES


def test_templates_are_read_alike_in_the_sandbox() -> None:
    """There no file can be opened: what reading needs is loaded before."""
    for number, template in enumerate(TEMPLATES[::8]):
        data = template(templates.person(70 + number))
        confined = sandbox.run(f"{text_extraction.__name__}:extract_text", data)
        assert confined == text_extraction.extract_text(data), template.__name__


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.__name__)
def test_templates_are_read(template: Template) -> None:
    """Jobs, qualifications, skills and languages of each public template are found."""
    who = templates.person(70 + TEMPLATES.index(template))
    found = read(template(who))
    assert jobs_of(found) == expected_jobs(who)
    assert {(s.title, s.institution, s.year) for s in found.qualifications} == {
        (s.title, s.school, s.year) for s in who.studies
    }
    assert set(found.skills) == {SKILLS[skill] for skill in who.skills}
    assert set(found.languages) == {name for name, _ in who.languages}


@pytest.mark.parametrize(
    ("line", "began", "ended"),
    [
        ("01-02-2020 to 31-03-2023", (2020, 2), (2023, 3)),
        ("01/06/2016 – 31/12/2019", (2016, 6), (2019, 12)),
        ("01.02.20 - 31.03.23", (2020, 2), (2023, 3)),
        ("From 12th March 2019 to 15th June 2021", (2019, 3), (2021, 6)),
        ("01-Feb-2020 to till now", (2020, 2), None),
        ("2019/03 – 2021/06", (2019, 3), (2021, 6)),
        ("2019-03 to Ongoing", (2019, 3), None),
        ("June 2021 onwards", (2021, 6), None),
        ("Jan – Mar 2020", (2020, 1), (2020, 3)),
        ("2019 – 20", (2019, 1), (2020, 12)),
        ("06/18 - 05/20", (2018, 6), (2020, 5)),
        ("Jan 2018\u2011Dec\u00a02020", (2018, 1), (2020, 12)),
        ("Feb 2020–Mar 2023 (3 years 2 months)", (2020, 2), (2023, 3)),
        ("जनवरी 2020 – वर्तमान", (2020, 1), None),
    ],
)
def test_notations_of_dates(
    line: str, began: tuple[int, int], ended: tuple[int, int] | None
) -> None:
    """Day first, month first, ISO and names of months are read as months."""
    found = find_date_range(lines_of(line)[0], today=TODAY)
    assert found is not None
    assert found.started_on == date(*began, 1)
    assert found.ended_on == (date(*ended, 1) if ended else None)


@pytest.mark.parametrize(
    "line",
    [
        "02/28/2020 – 03/15/2021", "31/13/2019 – 28/02/2020", "2009-12", "06/07 – 08/09",
        "Summer 2019", "Jan 2020 –", "March 2020", "May 20 to 30 people", "Market 20 - 30",
    ],
)  # fmt: skip
def test_unclear_dates_make_no_job(line: str) -> None:
    """A date that can mean two things, or has no end, makes no job and no start."""
    text = f"Work Experience\nProcess Associate\nKonkan BPO Solutions\n{line}\n• Answered calls"
    assert propose(text, today=TODAY).experiences == ()


def test_dates_are_no_aadhaar_number() -> None:
    """Dates are kept where their digits are as many as those of an Aadhaar number."""
    for dates in ("06/2016 - 12/2019", "2013-2016 2012", "2013 - 2016\t2012", "01.02.2020 06.2021"):
        assert lines_of(dates) == [dates]
    for number in ("2345 6789 0124", "2016 3456 7890", "234567890124"):
        assert lines_of(f"Number {number}") == ["Number"]


def test_wrapped_cells_of_tables_are_whole() -> None:
    """Cells of several lines belong to one row, with rules between rows or without."""
    for stroke in ("1pt", "none"):
        source = f"""= Education
#table(columns: (3cm, 4cm, 3cm, 2cm), stroke: {stroke}, row-gutter: 8pt,
  [Degree], [Institution], [Year of Passing], [%],
  [Diploma in Computer Engineering], [Savitribai Phule Pune University], [2018], [61],
  [HSC], [Ruparel College of Arts and Science], [2015], [70])
#v(1cm)
= Skills
Excel"""
        found = read(bytes(typst.compile(source.encode())))
        assert [(s.title, s.institution, s.year) for s in found.qualifications] == [
            ("Diploma in Computer Engineering", "Savitribai Phule Pune University", 2018),
            ("HSC", "Ruparel College of Arts and Science", 2015),
        ]
        assert found.skills == ("Excel",)


def test_column_continues_on_the_next_page() -> None:
    """The wide column of two pages is read as one, without the narrow column in between."""
    wide = "= Experience\n" + "".join(
        f"Process Associate \\\nKonkan BPO Solutions {'ABCDEF'[n]} \\\n"
        f"0{n + 1}/2016 - 0{n + 2}/2016\n"
        "- Answered calls\n#v(4cm)\n"
        for n in range(6)
    )
    narrow = "= Skills\nExcel\n\nTyping\n\nZendesk\n\n= Languages\nHindi\n\nEnglish"
    source = f"#grid(columns: (1fr, 4cm), column-gutter: 1cm, [{wide}], [{narrow}])"
    found = read(bytes(typst.compile(source.encode())))
    assert len(found.experiences) == 6
    assert found.languages == ("Hindi", "English")


def test_docx_is_read_as_word_shows_it() -> None:
    """Insertions, content controls and no-break hyphens are read, but no deleted or hidden text."""
    found = read_docx(
        "WORK EXPERIENCE",
        f"<w:p {W}><w:del><w:r><w:delText>Head of Sales</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>Process Associate</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t> Director</w:t></w:r></w:p>",
        f"<w:sdt {W}><w:sdtContent><w:p><w:smartTag><w:r><w:t>Konkan BPO</w:t></w:r></w:smartTag>"
        "<w:r><w:t> Solutions</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        f"<w:p {W}><w:r><w:t>Jan 2018</w:t><w:noBreakHyphen/><w:t>Dec 2020</w:t></w:r></w:p>",
    )
    assert jobs_of(found) == {
        ("process associate", "konkan bpo solutions", date(2018, 1, 1), date(2020, 12, 1))
    }


def test_roles_in_one_company() -> None:
    """A further role under the same company, as in a LinkedIn profile, has that company."""
    text = """Experience
Sahyadri Telecom
4 years 2 months
Team Leader
June 2022 - Present (4 years)
Pune, Maharashtra, India
Process Associate
May 2020 - May 2022 (2 years 1 month)
Pune, Maharashtra, India

Orchid Retail
Cashier
January 2018 - April 2020 (2 years 4 months)"""
    assert {(role, company) for role, company, *_ in jobs_of(propose(text, today=TODAY))} == {
        ("team leader", "sahyadri telecom"),
        ("process associate", "sahyadri telecom"),
        ("cashier", "orchid retail"),
    }


def test_headings_of_two_lines() -> None:
    """A heading may take two lines; a date above a heading is no part of it."""
    text = """WORK
EXPERIENCE
Teller, Harbour Bank
01/06/2016 - 31/12/2019
EDUCATION AND
TRAINING
B.Com, Pune University, 2016"""
    found = propose(text, today=TODAY)
    assert [job.started_on for job in found.experiences] == [date(2016, 6, 1)]
    assert [study.year for study in found.qualifications] == [2016]


def test_courses_and_projects_are_no_jobs() -> None:
    """Dates under other headings make no jobs."""
    text = """Work Experience
Teller, Harbour Bank, Jan 2020 - Mar 2021
Certifications
Tally Expert, Lotus Academy, Jan 2019 - Mar 2019
Projects
Team Leader, Chat Project, Jan 2018 - Mar 2018"""
    assert len(propose(text, today=TODAY).experiences) == 1


@pytest.mark.parametrize("text", ["a," * 30_000, "(" * 60_000, "2020-" * 12_000])
def test_long_lines_take_no_time(text: str) -> None:
    """A line without an end is cut, so that no rule takes long."""
    began = time.process_time()
    propose(f"Experience\n{text}\nEducation\n{text}", today=TODAY)
    assert time.process_time() - began < 2
