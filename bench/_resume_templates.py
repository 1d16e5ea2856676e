"""Résumés in the styles of public templates, drawn from invented facts, with the truth beside.

Layouts are of our own making after the look of public templates (bench/data/README.md names them):
no template's text or code is used. PDFs are drawn by Typst, Word files by python-docx.
"""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest

import docx
import typst
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.table import Table

TODAY = date(2026, 7, 1)
NO_BREAK_HYPHEN = "\u2011"
DASH = "\u2013"


@dataclass(frozen=True)
class Job:
    company: str
    role: str
    city: str
    start: date
    end: date | None
    duties: tuple[str, ...]


@dataclass(frozen=True)
class Study:
    title: str
    institution: str
    board: str
    city: str
    start: int
    year: int
    marks: str


@dataclass(frozen=True)
class Person:
    name: str
    headline: str
    email: str
    phone: str
    city: str
    summary: str
    jobs: tuple[Job, ...]
    studies: tuple[Study, ...]
    skills: dict[str, str]
    """As typed, and as the site's vocabulary calls it."""
    languages: dict[str, str]
    """Each with the words of LinkedIn for the grade."""


@dataclass(frozen=True)
class JobTruth:
    company: tuple[str, ...]
    role: tuple[str, ...]
    start: tuple[int, int | None]
    end: tuple[int, int | None] | None


@dataclass(frozen=True)
class StudyTruth:
    title: tuple[str, ...]
    institution: tuple[str, ...]
    year: int


@dataclass(frozen=True)
class Truth:
    """What a careful person would copy from the file; of several readings the first is best."""

    jobs: tuple[JobTruth, ...] = ()
    studies: tuple[StudyTruth, ...] = ()
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Resume:
    style: str
    file_name: str
    data: bytes
    truth: Truth


@dataclass(frozen=True)
class Shown:
    """Which facts a template shows."""

    months: bool = True
    jobs: bool = True
    studies: bool = True
    skills: bool = True
    languages: bool = True


PEOPLE = (
    Person(
        name="Meghna Rautela",
        headline="Customer Service Executive",
        email="meghna.rautela@example.com",
        phone="+91 98765 43210",
        city="Dehradun",
        summary="Customer service executive with five years in voice and chat processes.",
        jobs=(
            Job("Himgiri Teleservices Pvt. Ltd.", "Customer Service Executive", "Dehradun",
                date(2021, 4, 1), None,
                ("Answered 70 calls a day for a telecom client.",
                 "Kept first call resolution above 82%.")),
            Job("Saral BPO Solutions", "Telecaller", "Noida",
                date(2019, 2, 4), date(2021, 3, 31),
                ("Called 120 leads a day from a list of 4000.",)),
        ),
        studies=(
            Study("B.Com", "Doon Valley College", "HNB Garhwal University", "Dehradun",
                  2015, 2018, "61.4%"),
            Study("Class XII", "Saraswati Vidya Mandir Inter College", "Uttarakhand Board",
                  "Dehradun", 2013, 2015, "72%"),
        ),
        skills={"Customer service": "Customer service", "Chat support": "Chat support",
                "MS Excel": "Excel", "Typing": "Typing"},
        languages={"Hindi": "Native or Bilingual", "English": "Professional Working"},
    ),
    Person(
        name="Karthikeyan Subbiah",
        headline="Technical Support Engineer",
        email="karthik.subbiah@example.com",
        phone="098765 43211",
        city="Coimbatore",
        summary="Technical support engineer who explains things plainly and writes them down.",
        jobs=(
            Job("Kovai Netware Technologies", "Senior Technical Support Engineer", "Coimbatore",
                date(2022, 8, 16), None,
                ("Solved tickets of level two within four hours.",
                 "Wrote 45 articles for the knowledge base.")),
            Job("Nilgiri Systems Limited", "Technical Support Associate", "Chennai",
                date(2020, 1, 6), date(2022, 8, 12),
                ("Supported 300 users of a hospital system.",)),
            Job("Tamarai Computers", "Service Desk Trainee", "Madurai",
                date(2018, 6, 1), date(2019, 12, 31), ("Repaired and set up desktops.",)),
        ),
        studies=(
            Study("B.E. Electronics", "Sri Vela Engineering College", "Anna University",
                  "Coimbatore", 2014, 2018, "7.4 CGPA"),
            Study("Higher Secondary", "Bharathi Matriculation School", "Tamil Nadu State Board",
                  "Erode", 2012, 2014, "88.5%"),
        ),
        skills={"Technical support": "Technical support", "Troubleshooting": "Technical support",
                "Documentation": "Documentation", "Excel": "Excel"},
        languages={"Tamil": "Native or Bilingual", "English": "Full Professional",
                   "Malayalam": "Elementary"},
    ),
    Person(
        name="Farhana Shaikh",
        headline="Back Office Executive",
        email="farhana.shaikh@example.com",
        phone="+91-98765-43212",
        city="Pune",
        summary="Careful back office executive used to high volumes and short deadlines.",
        jobs=(
            Job("Deccan Records Management", "Data Entry Operator", "Pune",
                date(2023, 1, 2), date(2025, 11, 28),
                ("Entered 9000 forms a month with 99.6% accuracy.",)),
            Job("Mula Finance Services", "Back Office Executive", "Pimpri",
                date(2020, 7, 13), date(2022, 12, 30),
                ("Checked documents of 60 loans a day.", "Prepared the daily report.")),
        ),
        studies=(
            Study("MBA", "Sinhgad Road Institute of Management", "Savitribai Phule Pune University",
                  "Pune", 2018, 2020, "64%"),
            Study("BBA", "Camp Arts and Commerce College", "Savitribai Phule Pune University",
                  "Pune", 2015, 2018, "68%"),
            Study("HSC", "Anjuman Junior College", "Maharashtra State Board", "Pune",
                  2013, 2015, "70.2%"),
        ),
        skills={"Data entry": "Data entry", "Back office": "Back office", "Tally": "Tally",
                "MS Office": "MS Office"},
        languages={"Marathi": "Full Professional", "Hindi": "Native or Bilingual",
                   "English": "Professional Working"},
    ),
    Person(
        name="Debolina Kundu",
        headline="Team Leader, Customer Support",
        email="debolina.kundu@example.com",
        phone="98765 43213",
        city="Kolkata",
        summary="Team leader who grew from the phones and still takes the difficult calls.",
        jobs=(
            Job("Hooghly Contact Centre Pvt Ltd", "Team Leader", "Kolkata",
                date(2023, 10, 1), None,
                ("Leads a team of 18.", "Reduced repeated complaints by a third.")),
            Job("Hooghly Contact Centre Pvt Ltd", "Customer Support Associate", "Kolkata",
                date(2020, 9, 1), date(2023, 9, 30),
                ("Handled e-mail and chat for an online shop.",)),
            Job("Padma Retail Stores", "Sales Executive", "Howrah",
                date(2018, 11, 12), date(2020, 3, 20), ("Sold and explained home appliances.",)),
        ),
        studies=(
            Study("BA English", "Behala Girls College", "University of Calcutta", "Kolkata",
                  2015, 2018, "57%"),
            Study("Diploma in Computer Applications", "Webel Youth Computer Centre",
                  "Government of West Bengal", "Kolkata", 2014, 2015, "A"),
        ),
        skills={"Team leading": "Team leading", "Complaint handling": "Complaint handling",
                "E-mail support": "E-mail support", "Sales": "Sales"},
        languages={"Bengali": "Native or Bilingual", "English": "Full Professional",
                   "Hindi": "Limited Working"},
    ),
)  # fmt: skip


def truth_of(who: Person, shown: Shown) -> Truth:
    """The truth of a file that shows these facts."""

    def point(day: date) -> tuple[int, int | None]:
        return day.year, day.month if shown.months else None

    jobs = tuple(
        JobTruth(
            (job.company, f"{job.company} {job.city}", f"{job.company} {job.city} India"),
            (job.role,),
            point(job.start),
            point(job.end) if job.end else None,
        )
        for job in who.jobs
    )
    studies = tuple(
        StudyTruth(
            (study.title,),
            (
                study.institution,
                f"{study.institution} {study.city}",
                f"{study.institution} {study.city} India",
                f"{study.institution} {study.board}",
                study.board,
            ),
            study.year,
        )
        for study in who.studies
    )
    return Truth(
        jobs if shown.jobs else (),
        studies if shown.studies else (),
        frozenset(who.skills.values()) if shown.skills else frozenset(),
        frozenset(who.languages) if shown.languages else frozenset(),
    )


# Dates as templates write them.


def abbreviated(day: date) -> str:
    return f"{day:%b %Y}"


def in_full(day: date) -> str:
    return f"{day:%B %Y}"


def with_slashes(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def with_hyphens(day: date) -> str:
    return f"{day:%d-%m-%Y}"


def only_year(day: date) -> str:
    return f"{day:%Y}"


def span(
    job: Job, write: Callable[[date], str], dash: str = f" {DASH} ", now: str = "Present"
) -> str:
    return write(job.start) + dash + (write(job.end) if job.end else now)


def duration(start: date, end: date | None) -> str:
    """As LinkedIn counts: the first and the last month included."""
    last = end or TODAY
    months = (last.year - start.year) * 12 + last.month - start.month + 1
    years, months = divmod(months, 12)
    parts = [
        f"{number} {unit}{'' if number == 1 else 's'}"
        for number, unit in ((years, "year"), (months, "month"))
        if number
    ]
    return " ".join(parts)


# Typst

PRELUDE = """
#set page(paper: "a4", margin: 2cm)
#set text(size: 10pt)
#set par(leading: 0.6em, spacing: 0.8em)
#let row(left, right) = block(above: .7em, below: .5em,
  grid(columns: (1fr, auto), column-gutter: 1em, left, right))
#let beside(width, left, right) = block(above: .7em, below: .5em,
  grid(columns: (width, 1fr), column-gutter: 1em, left, right))
#let rule(title) = block(above: 1.2em, below: .7em)[
  #text(size: 12pt, weight: "bold", title) #v(-.7em) #line(length: 100%, stroke: .5pt)]
"""


def say(text: str) -> str:
    """A text as a Typst expression."""
    return f"#{json.dumps(text, ensure_ascii=False)};"


def bold(text: str) -> str:
    return f"#strong({json.dumps(text, ensure_ascii=False)});"


def italic(text: str) -> str:
    return f"#emph({json.dumps(text, ensure_ascii=False)});"


def rule(title: str) -> str:
    return f"#rule({json.dumps(title, ensure_ascii=False)})\n\n"


def line(*parts: str) -> str:
    return "".join(parts) + "\n\n"


def row(left: str, right: str) -> str:
    return f"#row[{left}][{right}]\n"


def beside(width: str, left: str, right: str) -> str:
    return f"#beside({width})[{left}][{right}]\n"


def bullets(texts: tuple[str, ...] | list[str]) -> str:
    return "".join(f"- {say(text)}\n" for text in texts) + "\n"


def halves(texts: list[str]) -> str:
    """A list in two columns."""
    middle = (len(texts) + 1) // 2
    columns = "".join(f"[{bullets(part)}]" for part in (texts[:middle], texts[middle:]))
    return f"#grid(columns: (1fr, 1fr)){columns}\n"


def pdf(*blocks: str) -> bytes:
    return bytes(typst.compile((PRELUDE + "".join(blocks)).encode(), format="pdf"))


def header(who: Person) -> str:
    return line(f"#text(size: 20pt)[{bold(who.name)}]") + line(
        say(f"{who.city}, India | {who.phone} | {who.email}")
    )


# Styles drawn by Typst


def europass_2021(who: Person) -> bytes:
    """Europass of 2020 and later: the dates in brackets above the role."""
    out = [header(who), rule("ABOUT ME"), line(say(who.summary)), rule("WORK EXPERIENCE")]
    for job in who.jobs:
        out += [
            line(say(f"[ {span(job, with_slashes, f' {DASH} ', 'Current')} ]")),
            line(bold(job.role)),
            line(bold(job.company)),
            line(say(f"City: {job.city} | Country: India")),
            bullets(job.duties),
        ]
    out.append(rule("EDUCATION AND TRAINING"))
    for study in who.studies:
        out += [
            line(say(f"[ {study.start} {DASH} {study.year} ]")),
            line(bold(study.title)),
            line(bold(study.institution)),
            line(say(f"City: {study.city} | Country: India | Final grade: {study.marks}")),
        ]
    mother = next(iter(who.languages))
    others = [name for name in who.languages if name != mother]
    out += [
        rule("LANGUAGE SKILLS"),
        line(say(f"Mother tongue(s): {mother}")),
        line(say("Other language(s):")),
        *(line(say(f"{name}: LISTENING C1 READING C1 WRITING B2")) for name in others),
        rule("SKILLS"),
        line(say(" | ".join(who.skills))),
    ]
    return pdf(*out)


def europass_2013(who: Person) -> bytes:
    """Europass of 2013: the dates in a column at the left."""
    out = [header(who), rule("WORK EXPERIENCE")]
    for job in who.jobs:
        right = line(bold(job.role)) + line(say(f"{job.company}, {job.city} (India)"))
        out.append(
            beside(
                "4.5cm", say(span(job, with_slashes, DASH, "Present")), right + bullets(job.duties)
            )
        )
    out.append(rule("EDUCATION AND TRAINING"))
    for study in who.studies:
        right = line(bold(study.title)) + line(say(f"{study.institution}, {study.city} (India)"))
        out.append(beside("4.5cm", say(f"{study.start}{DASH}{study.year}"), right))
    out += [
        rule("PERSONAL SKILLS"),
        beside("4.5cm", say("Languages"), say(", ".join(who.languages))),
        beside("4.5cm", say("Job-related skills"), say(", ".join(who.skills))),
    ]
    return pdf(*out)


def linkedin(who: Person) -> bytes:
    """The PDF that LinkedIn exports: a dark column at the left, lengths behind the dates."""
    aside = [
        line(bold("Contact")), line(say(who.email)),
        line(say("www.linkedin.com/in/example (LinkedIn)")),
        line(bold("Top Skills")), *(line(say(skill)) for skill in who.skills),
        line(bold("Languages")),
        *(line(say(f"{name} ({grade})")) for name, grade in who.languages.items()),
    ]  # fmt: skip
    body = [
        line(f"#text(size: 20pt)[{say(who.name)}]"), line(say(who.headline)),
        line(say(f"{who.city}, India")),
        line(f"#text(size: 14pt)[{say('Summary')}]"), line(say(who.summary)),
        line(f"#text(size: 14pt)[{say('Experience')}]"),
    ]  # fmt: skip
    for company in dict.fromkeys(job.company for job in who.jobs):
        jobs = [job for job in who.jobs if job.company == company]
        body.append(line(bold(company)))
        if len(jobs) > 1:
            body.append(line(say(duration(jobs[-1].start, jobs[0].end))))
        for job in jobs:
            when = f"{span(job, in_full, ' - ')} ({duration(job.start, job.end)})"
            body += [line(say(job.role)), line(say(when)), line(say(f"{job.city}, India"))]
            body += [line(say(duty)) for duty in job.duties]
    body.append(line(f"#text(size: 14pt)[{say('Education')}]"))
    for study in who.studies:
        body += [
            line(bold(study.institution)),
            line(say(f"{study.title} · ({study.start} - {study.year})")),
        ]
    page = (
        "#set page(margin: (left: 0cm, right: 1cm, y: 1cm), footer: align(center)[Page 1 of 1])\n"
    )
    fill = 'fill: rgb("#283e4a"), inset: 1cm, height: 24cm'
    left = f"#block({fill})[#set text(fill: white)\n{''.join(aside)}]"
    grid = f"#grid(columns: (6.5cm, 1fr), column-gutter: 1cm)[{left}][{''.join(body)}]\n"
    return pdf(page, grid)


def awesome_cv(who: Person) -> bytes:
    """Awesome-CV: organisation and place on one line, role and dates on the next."""
    out = [f"#align(center)[{header(who)}]\n", rule("Summary"), line(say(who.summary))]
    out.append(rule("Experience"))
    for job in who.jobs:
        out += [
            row(bold(job.company), italic(f"{job.city}, India")),
            row(say(job.role.upper()), italic(span(job, abbreviated, " - "))),
            bullets(job.duties),
        ]
    out.append(rule("Education"))
    for study in who.studies:
        out += [
            row(bold(study.institution), italic(f"{study.city}, India")),
            row(say(study.title.upper()), italic(f"{study.start} - {study.year}")),
        ]
    out += [
        rule("Skills"),
        beside("3cm", bold("Work"), say(", ".join(who.skills))),
        beside("3cm", bold("Languages"), say(", ".join(who.languages))),
    ]
    return pdf(*out)


def moderncv_classic(who: Person) -> bytes:
    """moderncv, classic: dates at the left; role, employer and place in one sentence."""
    out = [header(who), rule("Experience")]
    for job in who.jobs:
        right = bold(job.role) + say(", ") + italic(job.company) + say(f", {job.city}.")
        out.append(beside("3.6cm", say(span(job, abbreviated, DASH)), right))
        out += [beside("3.6cm", "", say(f"• {duty}")) for duty in job.duties]
    out.append(rule("Education"))
    for study in who.studies:
        right = bold(study.title) + say(", ") + italic(study.institution)
        right += say(f", {study.city}, ") + italic(study.marks) + say(".")
        out.append(beside("3.6cm", say(f"{study.start}{DASH}{study.year}"), right))
    out.append(rule("Languages"))
    out += [beside("3.6cm", bold(name), say(grade)) for name, grade in who.languages.items()]
    out += [rule("Skills"), beside("3.6cm", bold("Office"), say(", ".join(who.skills)))]
    return pdf(*out)


def moderncv_banking(who: Person) -> bytes:
    """moderncv, banking: employer at the left and place at the right, then role and dates."""
    out = [f"#align(center)[{header(who)}]\n", rule("Employment")]
    for job in who.jobs:
        out += [
            row(bold(job.company), bold(job.city)),
            row(italic(job.role), italic(span(job, lambda day: f"{day:%m/%Y}", DASH, "present"))),
            bullets(job.duties),
        ]
    out.append(rule("Education"))
    for study in who.studies:
        out += [
            row(bold(study.institution), bold(study.city)),
            row(
                italic(f"{study.title}, {study.marks}"), italic(f"{study.start}{DASH}{study.year}")
            ),
        ]
    out += [
        rule("Key skills"), bullets(list(who.skills)),
        rule("Languages known"), line(say(", ".join(who.languages))),
    ]  # fmt: skip
    return pdf(*out)


def jake(who: Person) -> bytes:
    """The résumé of Overleaf called "Jake's Resume": role and dates, then employer and place."""
    out = [f"#align(center)[{header(who)}]\n", rule("Education")]
    for study in who.studies:
        out += [
            row(bold(study.institution), say(f"{study.city}, India")),
            row(italic(study.title), italic(f"June {study.start} -- May {study.year}")),
        ]
    out.append(rule("Experience"))
    for job in who.jobs:
        out += [
            row(bold(job.role), say(span(job, in_full, f" {DASH} "))),
            row(italic(job.company), italic(f"{job.city}, India")),
            bullets(job.duties),
        ]
    out += [
        rule("Technical Skills"),
        line(bold("Work"), say(": " + ", ".join(who.skills))),
        line(bold("Languages"), say(": " + ", ".join(who.languages))),
    ]
    return pdf(*out)


def harvard(who: Person) -> bytes:
    """Harvard's career office: education first; place and dates at the right."""
    out = [f"#align(center)[{header(who)}]\n", f"#align(center)[{bold('Education')}]\n\n"]
    for study in who.studies:
        out += [
            row(bold(study.institution.upper()), say(f"{study.city}, India")),
            row(say(f"{study.title}. {study.marks}"), say(f"May {study.year}")),
        ]
    out.append(f"#align(center)[{bold('Experience')}]\n\n")
    for job in who.jobs:
        out += [
            row(bold(job.company.upper()), say(f"{job.city}, India")),
            row(bold(job.role), say(span(job, in_full))),
            bullets(job.duties),
        ]
    out += [
        f"#align(center)[{bold('Skills & Interests')}]\n\n",
        line(bold("Technical: "), say(", ".join(who.skills))),
        line(bold("Language: "), say(", ".join(who.languages))),
        line(bold("Interests: "), say("Cricket, kolam")),
    ]
    return pdf(*out)


def sidebar_left(who: Person) -> bytes:
    """A coloured column at the left with contact, skills and languages; jobs at the right."""
    aside = [
        line(bold("CONTACT")), line(say(who.phone)), line(say(who.email)), line(say(who.city)),
        line(bold("SKILLS")), bullets(list(who.skills)),
        line(bold("LANGUAGES")), bullets(list(who.languages)),
        line(bold("HOBBIES")), bullets(["Reading", "Badminton"]),
    ]  # fmt: skip
    body = [line(f"#text(size: 18pt)[{bold(who.name)}]"), line(say(who.headline))]
    body += [rule("PROFILE"), line(say(who.summary)), rule("WORK EXPERIENCE")]
    for job in who.jobs:
        body += [
            line(bold(job.role)),
            line(say(f"{job.company} | {span(job, abbreviated, ' - ')}")),
            bullets(job.duties),
        ]
    body.append(rule("EDUCATION"))
    for study in who.studies:
        body += [
            line(bold(study.title)),
            line(say(f"{study.institution} | {study.start} - {study.year}")),
        ]
    left = f'#block(fill: rgb("#dde6ee"), inset: .6cm)[{"".join(aside)}]'
    return pdf(f"#grid(columns: (5.4cm, 1fr), column-gutter: .8cm)[{left}][{''.join(body)}]\n")


def sidebar_by_row(who: Person) -> bytes:
    """Two columns whose lines are drawn from the top down, each left one before its right one."""
    aside = ["CONTACT", who.phone, who.email, "", "KEY SKILLS", *who.skills, "", "LANGUAGES"]
    aside += list(who.languages)
    body = ["WORK EXPERIENCE"]
    for job in who.jobs:
        body += [job.role, f"{job.company}, {job.city}", span(job, abbreviated, " - "), *job.duties]
    body.append("EDUCATION")
    for study in who.studies:
        body += [study.title, study.institution, f"{study.start} - {study.year}"]
    pairs = zip_longest(aside, body, fillvalue="")
    cells = "".join(f"[{say(left)}][{say(right)}]" for left, right in pairs)
    return pdf(header(who), f"#grid(columns: (5.5cm, 1fr), row-gutter: .7em){cells}\n")


def serif(who: Person) -> bytes:
    """Google Docs, "Serif": jobs at the left, skills and languages at the right."""
    body = [rule("EXPERIENCE")]
    for job in who.jobs:
        when = span(job, lambda day: in_full(day).upper(), " - ", "PRESENT")
        body += [
            line(bold(job.company), say(f", {job.city} — "), italic(job.role)),
            line(say(when)),
            bullets(job.duties),
        ]
    body.append(rule("EDUCATION"))
    for study in who.studies:
        body += [
            line(bold(study.institution), say(f", {study.city} — "), italic(study.title)),
            line(say(f"JUNE {study.start} - MAY {study.year}")),
        ]
    aside = [rule("SKILLS"), *(line(say(skill)) for skill in who.skills)]
    aside += [rule("LANGUAGES"), line(say(", ".join(who.languages)))]
    grid = f"#grid(columns: (1fr, 5cm), column-gutter: 1cm)[{''.join(body)}][{''.join(aside)}]\n"
    return pdf(header(who), grid)


def swiss(who: Person) -> bytes:
    """Google Docs, "Swiss": section names at the left of the text."""

    def section(title: str, *blocks: str) -> str:
        return beside("3.4cm", bold(title), "".join(blocks))

    jobs = [
        line(say(span(job, lambda day: in_full(day).upper(), " - ", "PRESENT")))
        + line(bold(f"{job.company}, "), say(f"{job.city} - "), italic(job.role))
        + bullets(job.duties)
        for job in who.jobs
    ]
    studies = [
        line(say(f"JUNE {study.start} - MAY {study.year}"))
        + line(bold(f"{study.institution}, "), say(f"{study.city} - "), italic(study.title))
        for study in who.studies
    ]
    return pdf(
        header(who),
        section("Skills", line(say(", ".join(who.skills)))),
        section("Experience", *jobs),
        section("Education", *studies),
        section("Languages", line(say(", ".join(who.languages)))),
    )


def timeline(who: Person) -> bytes:
    """Canva: years at the left of a line with dots, coloured headings, skills in two columns."""

    def point(when: str, *parts: str) -> str:
        bar = "#box(inset: (left: .4cm), stroke: (left: 1pt + blue))"
        return beside("2.6cm", bold(when), f"{bar}[{''.join(parts)}]")

    out = [header(who), rule("ABOUT ME"), line(say(who.summary)), rule("WORK EXPERIENCE")]
    out += [
        point(span(job, only_year, " - "), line(bold(job.company)), line(say(job.role)),
              bullets(job.duties))
        for job in who.jobs
    ]  # fmt: skip
    out.append(rule("EDUCATION"))
    out += [
        point(
            f"{study.start} - {study.year}", line(bold(study.institution)), line(say(study.title))
        )
        for study in who.studies
    ]
    out += [
        rule("SKILLS"), halves(list(who.skills)),
        rule("LANGUAGES"), line(say(" • ".join(who.languages))),
    ]  # fmt: skip
    return pdf(*out)


def numeric_dates(who: Person) -> bytes:
    """The commonest Indian way to write dates, "01-02-2020 to 31-03-2023"."""
    out = [header(who), rule("Professional Experience")]
    for job in who.jobs:
        out += [
            line(bold(job.company), say(f" - {job.role}")),
            line(say(span(job, with_hyphens, " to ", "till date"))),
            bullets(job.duties),
        ]
    out.append(rule("Educational Qualification"))
    out += [
        line(say(f"{study.title} from {study.institution} in {study.year} with {study.marks}"))
        for study in who.studies
    ]
    out += [rule("Skills"), line(say(", ".join(who.skills)))]
    out += [rule("Languages Known"), line(say(", ".join(who.languages)))]
    return pdf(*out)


def deedy(who: Person) -> bytes:
    """Deedy: education and skills in a narrow column at the left, jobs at the right."""
    aside = [rule("EDUCATION")]
    for study in who.studies:
        aside += [
            line(bold(study.institution.upper())),
            line(say(study.title)),
            line(say(f"May {study.year} | {study.city}")),
            line(say(study.marks)),
        ]
    aside += [rule("SKILLS"), *(line(say(skill)) for skill in who.skills)]
    aside += [rule("LANGUAGES"), line(say(" • ".join(who.languages)))]
    body = [rule("EXPERIENCE")]
    for job in who.jobs:
        body += [
            line(bold(job.company.upper()), say(f" | {job.role}")),
            line(say(f"{span(job, abbreviated)} | {job.city}")),
            bullets(job.duties),
        ]
    grid = f"#grid(columns: (33%, 1fr), column-gutter: .8cm)[{''.join(aside)}][{''.join(body)}]\n"
    return pdf(f"#align(center)[{header(who)}]\n", grid)


def indian_biodata(who: Person) -> bytes:
    """A usual Indian CV: objective, sentences about jobs, personal profile, declaration."""
    out = [
        f"#align(center)[{bold('CURRICULUM VITAE')}]\n\n", header(who),
        rule("CAREER OBJECTIVE"), line(say(who.summary)), rule("ACADEMIC QUALIFICATION"),
        bullets([
            f"{study.title} from {study.institution}, {study.board} in {study.year}"
            f" ({study.marks})."
            for study in who.studies
        ]),
        rule("WORK EXPERIENCE"),
        bullets([
            f"Worked as {job.role} in {job.company}, {job.city} from {in_full(job.start)} to"
            f" {in_full(job.end)}." if job.end else
            f"Working as {job.role} in {job.company}, {job.city} since {in_full(job.start)}."
            for job in who.jobs
        ]),
        rule("KEY SKILLS"), bullets(list(who.skills)), rule("PERSONAL PROFILE"),
    ]  # fmt: skip
    for name, value in (
        ("Father's Name", "Shri Ramesh Chandra"),
        ("Date of Birth", "12-05-1996"),
        ("Marital Status", "Single"),
        ("Languages Known", ", ".join(who.languages)),
        ("Nationality", "Indian"),
    ):
        out.append(beside("4cm", say(name), say(f": {value}")))
    out += [
        rule("DECLARATION"),
        line(say("I hereby declare that the above information is true to my knowledge.")),
        row(say(f"Place: {who.city}"), say(who.name)),
        line(say("Date: 15-06-2026")),
    ]
    return pdf(*out)


# Styles drawn by python-docx


def saved(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def new_document(who: Person) -> Document:
    document = docx.Document()
    document.add_heading(who.name, 0)
    document.add_paragraph(f"{who.city} | {who.phone} | {who.email}")
    return document


def fill_table(table: Table, rows: list[tuple[str, ...]]) -> None:
    table.style = "Table Grid"
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text


def add_table(document: Document, rows: list[tuple[str, ...]]) -> None:
    fill_table(document.add_table(len(rows), len(rows[0])), rows)


def naukri_tables(who: Person) -> bytes:
    """A fresher's CV of Indian job portals: qualifications in a table, dates in sentences."""
    document = new_document(who)
    document.add_heading("Career Objective", 1)
    document.add_paragraph(who.summary)
    document.add_heading("Academic Details", 1)
    rows = [("Qualification", "Name of the Institute", "Board / University", "Year of Passing",
             "Percentage")]  # fmt: skip
    rows += [
        (study.title, study.institution, study.board, str(study.year), study.marks)
        for study in who.studies
    ]
    add_table(document, rows)
    document.add_heading("Work Experience", 1)
    for job in who.jobs:
        document.add_paragraph(f"Organization: {job.company}")
        document.add_paragraph(f"Designation: {job.role}")
        document.add_paragraph(f"Duration: {span(job, abbreviated, ' to ', 'Till Date')}")
        for duty in job.duties:
            document.add_paragraph(duty, style="List Bullet")
    document.add_heading("Key Skills", 1)
    document.add_paragraph(", ".join(who.skills))
    document.add_heading("Languages Known", 1)
    document.add_paragraph(", ".join(who.languages))
    document.add_heading("Declaration", 1)
    document.add_paragraph("I declare that the above is true to the best of my knowledge.")
    return saved(document)


def jobs_table(who: Person) -> bytes:
    """Jobs and studies in tables, as large employers ask for them."""
    document = new_document(who)
    document.add_heading("Employment History", 1)
    rows = [("S. No.", "Name of Organisation", "Designation", "From", "To")]
    rows += [
        (str(number), job.company, job.role, with_hyphens(job.start),
         with_hyphens(job.end) if job.end else "Till date")
        for number, job in enumerate(who.jobs, 1)
    ]  # fmt: skip
    add_table(document, rows)
    document.add_heading("Educational Qualifications", 1)
    rows = [("S. No.", "Degree / Class", "School / College", "Year", "Marks")]
    rows += [
        (str(number), study.title, study.institution, str(study.year), study.marks)
        for number, study in enumerate(who.studies, 1)
    ]
    add_table(document, rows)
    document.add_heading("Skills", 1)
    document.add_paragraph("; ".join(who.skills))
    document.add_heading("Languages", 1)
    rows = [("Language", "Read", "Write", "Speak")]
    rows += [(name, "Yes", "Yes", "Yes") for name in who.languages]
    add_table(document, rows)
    return saved(document)


TEXT_BOX = """
<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
     xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
     xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
     xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
     xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
     xmlns:v="urn:schemas-microsoft-com:vml">
 <mc:AlternateContent>
  <mc:Choice Requires="wps"><w:drawing><wp:inline>
   <wp:extent cx="5000000" cy="3000000"/><wp:docPr id="1" name="Text Box"/>
   <a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">
    <wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr/><wps:txbx><w:txbxContent/></wps:txbx><wps:bodyPr/>
    </wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>
  <mc:Fallback><w:pict><v:shape style="width:400pt;height:240pt"><v:textbox><w:txbxContent/>
   </v:textbox></v:shape></w:pict></mc:Fallback>
 </mc:AlternateContent>
</w:r>"""


def add_text_box(document: Document, lines: list[str]) -> None:
    """A text box as Word writes it: once for new versions, and again for old ones."""
    run = parse_xml(TEXT_BOX)
    for content in run.iter(qn("w:txbxContent")):
        for text in lines:
            paragraph, piece, words = (OxmlElement(f"w:{name}") for name in ("p", "r", "t"))
            words.text = text
            piece.append(words)
            paragraph.append(piece)
            content.append(paragraph)
    document.add_paragraph()._p.append(run)


def text_boxes(who: Person) -> bytes:
    """A Word template with everything in text boxes."""
    document = docx.Document()
    add_text_box(document, [who.name, who.headline, f"{who.phone} | {who.email} | {who.city}"])
    jobs = [
        text
        for job in who.jobs
        for text in (job.role, f"{job.company} | {span(job, abbreviated)}", *job.duties)
    ]
    studies = [
        text
        for study in who.studies
        for text in (study.title, f"{study.institution} | {study.start} {DASH} {study.year}")
    ]
    add_text_box(document, ["EXPERIENCE", *jobs])
    add_text_box(document, ["EDUCATION", *studies])
    add_text_box(document, ["SKILLS", *who.skills])
    add_text_box(document, ["LANGUAGES", *who.languages])
    return saved(document)


def word_chronological(who: Person) -> bytes:
    """Word's "Chronological resume": the dates above role, employer and place."""
    document = new_document(who)
    document.add_heading("Objective", 1)
    document.add_paragraph(who.summary)
    document.add_heading("Experience", 1)
    for job in who.jobs:
        document.add_paragraph(span(job, in_full, f" {DASH} ").upper())
        document.add_paragraph(f"{job.role} • {job.company} • {job.city}")
        document.add_paragraph(" ".join(job.duties))
    document.add_heading("Education", 1)
    for study in who.studies:
        document.add_paragraph(f"{study.title} • {study.year} • {study.institution}")
    document.add_heading("Skills", 1)
    for skill in who.skills:
        document.add_paragraph(skill, style="List Bullet")
    document.add_heading("Languages", 1)
    document.add_paragraph(" • ".join(who.languages))
    return saved(document)


def word_sidebar(who: Person) -> bytes:
    """A Word template whose two columns are a table without lines."""
    document = docx.Document()
    aside, body = document.add_table(1, 2).rows[0].cells
    for text in (who.name, who.phone, who.email, "SKILLS", *who.skills, "LANGUAGES",
                 *who.languages):  # fmt: skip
        aside.add_paragraph(text)
    body.add_paragraph("WORK EXPERIENCE")
    for job in who.jobs:
        when = span(job, lambda day: f"{day:%m/%Y}", " - ")
        for text in (f"{job.role}, {job.company}", when, *job.duties):
            body.add_paragraph(text)
    body.add_paragraph("EDUCATION")
    for study in who.studies:
        body.add_paragraph(f"{study.title}, {study.institution}")
        body.add_paragraph(f"{study.start} - {study.year}")
    return saved(document)


def no_break_hyphens(who: Person) -> bytes:
    """Dates with hyphens at which Word must not break the line, in a section of two columns."""
    document = new_document(who)
    columns = document.add_section(WD_SECTION.CONTINUOUS)._sectPr.find(qn("w:cols"))
    columns.set(qn("w:num"), "2")
    document.add_heading("Work History", 1)
    for job in who.jobs:
        when = span(job, with_hyphens, " to ", "present").replace("-", NO_BREAK_HYPHEN)
        document.add_paragraph(f"{job.role}, {job.company}")
        document.add_paragraph(when)
        for duty in job.duties:
            document.add_paragraph(duty, style="List Bullet")
    document.add_heading("Education", 1)
    for study in who.studies:
        document.add_paragraph(
            f"{study.title}, {study.institution}, {study.start}{NO_BREAK_HYPHEN}{study.year}"
        )
    document.add_heading("Skills", 1)
    document.add_paragraph(", ".join(who.skills))
    document.add_heading("Languages", 1)
    document.add_paragraph(", ".join(who.languages))
    return saved(document)


@dataclass(frozen=True)
class Style:
    draw: Callable[[Person], bytes]
    suffix: str
    shown: Shown = field(default_factory=Shown)


STYLES = (
    *(
        Style(draw, "pdf")
        for draw in (
            europass_2021, europass_2013, linkedin, awesome_cv, moderncv_classic, moderncv_banking,
            jake, harvard, sidebar_left, sidebar_by_row, serif, swiss, numeric_dates, deedy,
            indian_biodata,
        )
    ),
    Style(timeline, "pdf", Shown(months=False)),
    *(
        Style(draw, "docx")
        for draw in (
            naukri_tables, jobs_table, text_boxes, word_chronological, word_sidebar,
            no_break_hyphens,
        )
    ),
)  # fmt: skip


def resumes(people: tuple[Person, ...] = PEOPLE) -> Iterator[Resume]:
    """Each person in each style."""
    for style in STYLES:
        for who in people:
            name = f"{style.draw.__name__}-{who.name.split()[0].lower()}.{style.suffix}"
            truth = truth_of(who, style.shown)
            yield Resume(style.draw.__name__, name, style.draw(who), truth)
