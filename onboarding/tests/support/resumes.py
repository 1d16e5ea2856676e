"""Labelled résumés: made-up people in layouts that people use, as text, PDF and DOCX.

What each says is known exactly, so that a reader of résumés can be measured.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from io import BytesIO
from itertools import cycle

import docx
import typst


@dataclass(frozen=True)
class Job:
    company: str
    role: str
    domain: str
    began: date
    ended: date | None


@dataclass(frozen=True)
class Study:
    level: str
    title: str
    school: str
    year: int


@dataclass(frozen=True)
class Person:
    name: str
    jobs: tuple[Job, ...]
    studies: tuple[Study, ...]
    skills: dict[str, str]  # as written: as the vocabulary says it
    languages: tuple[str, ...]
    bio: str


def d(year: int, month: int = 1) -> date:
    return date(year, month, 1)


PEOPLE = (
    Person(
        "Nila Das",
        (
            Job("Sundial Shops Pvt Ltd", "Customer Support Associate", "SUPPORT", d(2022, 6), None),
            Job("Orchid Retail", "Telecaller", "SALES", d(2020, 1), d(2022, 5)),
        ),
        (
            Study("BACHELOR", "B.Com", "University of Mumbai", 2019),
            Study("SCHOOL", "HSC", "Ruparel College", 2016),
        ),
        {"Live chat": "Chat support", "MS Excel": "Excel", "Typing": "Typing"},
        ("English", "Hindi", "Marathi"),
        "Support associate with four years of chat and phone work for online shops.",
    ),
    Person(
        "Ravi Menon",
        (
            Job(
                "Kaveri Telecom", "Technical Support Engineer", "TECHNICAL", d(2019, 3), d(2021, 8)
            ),
            Job("Bluebell BPO", "Process Associate", "OTHER", d(2017, 7), d(2019, 2)),
            Job("Harbour Bank", "Data Entry Operator", "BACK_OFFICE", d(2016, 1), d(2017, 6)),
        ),
        (Study("BACHELOR", "B.Tech in Computer Science", "Cochin University", 2015),),
        {"Troubleshooting": "Technical support", "Customer care": "Customer service"},
        ("Malayalam", "English"),
        "I solve problems calmly and write down what I did.",
    ),
    Person(
        "Farah Khan",
        (Job("Lotus Academy", "English Teacher", "TEACHING", d(2018, 4), d(2023, 3)),),
        (
            Study("MASTER", "M.A. English", "Osmania University", 2018),
            Study("BACHELOR", "Bachelor of Arts", "Nizam College", 2016),
            Study("SCHOOL", "Class XII", "St. Mary Convent School", 2013),
        ),
        {"E-mail handling": "E-mail support", "Content writing": "Writing"},
        ("Urdu", "English", "Hindi"),
        "Teacher who likes to explain things to people.",
    ),
    Person(
        "Gopal Iyer",
        (
            Job("Mango Insurance", "Senior Customer Service Executive", "SUPPORT", d(2021), None),
            Job("Teak Hotels", "Receptionist", "OTHER", d(2019), d(2020, 12)),
        ),
        (Study("DIPLOMA", "Diploma in Hotel Management", "Institute of Hotel Management", 2018),),
        {"Reservations": "Booking support", "Complaint resolution": "Complaint handling"},
        ("Tamil", "English", "Kannada"),
        "",
    ),
    Person(
        "Kiran Patel",
        (Job("Peacock Labs", "Content Moderator", "MODERATION", d(2023, 9), d(2025, 10)),),
        (
            Study("BACHELOR", "BBA", "Gujarat University", 2022),
            Study("SCHOOL", "12th Standard", "Navjivan School", 2019),
        ),
        {"Content moderation": "Content moderation", "Data annotation": "Data labelling"},
        ("Gujarati", "Hindi", "English"),
        "Careful with what others should not have to see.",
    ),
    Person(
        "Asha Rao",
        (),
        (Study("BACHELOR", "B.Sc (Physics)", "Fergusson College", 2024),),
        {
            "Fast typing": "Typing",
            "Google Sheets": "Excel",
            "Communication skills": "Communication",
        },
        ("Marathi", "English"),
        "Fresh from college and ready to learn.",
    ),
)
SHORT = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
Lines = Iterator[str]
TODAY = date(2026, 11, 25)


def words(job: Job) -> str:
    ended = f"{SHORT[job.ended.month - 1]} {job.ended.year}" if job.ended else "Present"
    return f"{SHORT[job.began.month - 1]} {job.began.year} – {ended}"


def long_words(job: Job) -> str:
    ended = f"{LONG[job.ended.month - 1]} {job.ended.year}" if job.ended else "till date"
    return f"{LONG[job.began.month - 1]}, {job.began.year} to {ended}"


def numbers(job: Job) -> str:
    ended = f"{job.ended:%m/%Y}" if job.ended else "Current"
    return f"{job.began:%m/%Y} - {ended}"


def classic(who: Person) -> Lines:
    yield from (who.name, "Bengaluru | +91 98765 43210 | someone@example.com", "SUMMARY", who.bio)
    yield "WORK EXPERIENCE"
    for job in who.jobs:
        yield f"{job.role}, {job.company}"
        yield words(job)
        yield "• Answered customers and kept the records in order."
        yield "• Trained 5 new colleagues."
    yield "EDUCATION"
    for study in who.studies:
        yield f"{study.title}, {study.school}, {study.year}"
    yield from ("SKILLS", ", ".join(who.skills), "LANGUAGES", ", ".join(who.languages))


def piped(who: Person) -> Lines:
    yield from (who.name.upper(), "someone@example.com / 9876543210", "Career Objective", who.bio)
    yield "Professional Experience"
    for job in who.jobs:
        yield f"{job.company} | {job.role} | {numbers(job)}"
        yield "Handled queries of customers every day and met the targets."
    yield "Academic Qualifications"
    for study in who.studies:
        yield f"{study.title} | {study.school} | {study.year} | 68%"
    yield "Key Skills"
    yield from (f"• {skill}" for skill in who.skills)
    yield f"Languages Known: {', '.join(who.languages)}"
    yield from ("Declaration", "All of this is true to my knowledge.")


def dates_first(who: Person) -> Lines:
    yield from (who.name, "Profile", who.bio, "Employment History")
    for job in who.jobs:
        yield long_words(job)
        yield job.company
        yield job.role
        yield "- Took calls and wrote e-mails."
    yield "Education"
    for study in who.studies:
        yield f"{study.year}  {study.title}"
        yield study.school
    yield "Skills:"
    yield " | ".join(who.skills)
    yield "Languages"
    yield from (f"{language} (fluent)" for language in who.languages)


def labelled(who: Person) -> Lines:
    yield from ("CURRICULUM VITAE", who.name, "Experience")
    for job in who.jobs:
        yield f"Company: {job.company}"
        yield f"Designation: {job.role}"
        yield f"Duration: {words(job)}"
    yield "Qualification"
    for study in who.studies:
        yield f"{study.title} from {study.school} in {study.year}"
    yield "Technical Skills"
    yield "; ".join(who.skills)
    yield "Languages"
    yield " / ".join(who.languages)
    yield from ("Personal Details", "Aadhaar: 2345 6789 0124", "Father's name: Mr. Specimen")


def at_company(who: Person) -> Lines:
    yield from (who.name, "About me", who.bio, "Career History")
    for job in who.jobs:
        yield f"{job.role} at {job.company} ({words(job)})"
        yield "I was the first to answer, and the last to give up."
    yield "Educational Qualifications"
    for study in who.studies:
        yield f"{study.title} - {study.school} ({study.year - 3} - {study.year})"
    yield "Core Competencies"
    yield "  •  ".join(who.skills)
    yield "Languages Spoken"
    yield f"{' and '.join(who.languages)}."


def two_lines(who: Person) -> Lines:
    yield from (who.name, "Work History")
    for job in who.jobs:
        yield f"{job.company}, Pune      {numbers(job)}"
        yield job.role
        yield "• Resolved complaints within a day."
    yield "Academic Background"
    for study in who.studies:
        yield study.school
        yield f"{study.title}, {study.year}, CGPA 7.8/10"
    yield "Skill Set"
    yield from who.skills
    yield "Languages"
    yield from who.languages
    yield from ("Hobbies", "Cricket, reading")


def crowded(who: Person) -> Lines:
    """Sentences, unusual headings, several facts on a line."""
    yield f"{who.name} * Resume"
    yield "What I have done so far"
    for job in who.jobs:
        yield f"I worked as {job.role} with {job.company} from {long_words(job)}."
    yield "Schooling and degrees"
    yield "; ".join(f"{study.title}, {study.school} {study.year}" for study in who.studies)
    yield f"I am good at {', '.join(who.skills)}. I speak {', '.join(who.languages)}."


def capitals(who: Person) -> Lines:
    """Capitals and numbering, odd separators, a gap before the year, and marks in between."""
    yield from (who.name.upper(), "ORGANISATIONAL EXPERIENCE")
    for number, job in enumerate(who.jobs, 1):
        yield f"{number}) {job.company.upper()} :: {job.role.upper()} :: {words(job).upper()}"
        yield "JOB PROFILE: ATTENDING CALLS OF CUSTOMERS"
    yield "EDUCATIONAL QUALIFICATION"
    for study in who.studies:
        yield f"> {study.title} ({study.school}) -- {study.year} -- 1st DIV."
    yield "KEY SKILLS"
    yield "   ".join(skill.upper() for skill in who.skills)
    yield "LANGUAGES KNOWN"
    yield "   ".join(language.upper() for language in who.languages)


#: Written after the parser and never used to improve it: a held-out test set.
UNTIDY = (crowded, capitals)
LAYOUTS: tuple[Callable[[Person], Lines], ...] = (
    classic, piped, dates_first, labelled, at_company, two_lines,
)  # fmt: skip


def as_docx(lines: list[str]) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def as_table(lines: list[str]) -> bytes:
    """A DOCX with everything in one table, like the templates of word processors."""
    document = docx.Document()
    table = document.add_table(rows=0, cols=1)
    for line in lines:
        table.add_row().cells[0].text = line
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def as_pdf(lines: list[str]) -> bytes:
    quoted = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    source = "#set page(margin: 2cm)\n" + "\n\n".join(f'#"{line}"' for line in quoted)
    return bytes(typst.compile(source.encode()))


FORMS: tuple[Callable[[list[str]], bytes], ...] = (as_pdf, as_docx, as_table)


def labelled_set(
    layouts: tuple[Callable[[Person], Lines], ...] = LAYOUTS,
) -> Iterator[tuple[str, Person, list[str], Callable[[], bytes]]]:
    """Six résumés for each layout: (name, person, lines, what makes the file)."""
    forms = cycle(FORMS)
    for number, layout in enumerate(layouts):
        for who in PEOPLE:
            form = next(forms)
            lines = [line for line in layout(who) if line]
            yield f"{layout.__name__}-{who.name}-{form.__name__}", who, lines, partial(form, lines)
        if number % 2:
            next(forms)  # so that each person is rendered in each file format
