"""Résumés drawn in the forms of public templates, from facts that a generator makes up.

The forms follow the templates of Europass (2013 and 2020), the PDF that LinkedIn exports, moderncv
and awesome-cv of LaTeX, Jake's résumé, templates of Google Docs, Word and Canva, and the forms
usual in India.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import docx
import typst
from docx.oxml import parse_xml
from docx.shared import Cm

SHORT = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
LONG = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
]  # fmt: skip
FIRST = [
    "Meher", "Tarun", "Anjali", "Faisal", "Lakshmi", "Gurpreet", "Neha", "Joseph", "Rupali",
    "Imran", "Sneha", "Vikram",
]  # fmt: skip
LAST = [
    "Sawant", "Nair", "Deshmukh", "Khan", "Iyer", "Gill", "Bose", "Fernandes", "Jadhav", "Ansari",
    "Reddy", "Joshi",
]  # fmt: skip
ROLES = (
    "Customer Care Executive", "Process Associate", "Senior Process Associate", "Team Leader",
    "Customer Support Representative", "Telecaller", "Technical Support Engineer",
    "Data Entry Operator", "Chat Support Executive", "Sales Associate", "Subject Matter Expert",
    "Quality Analyst", "Front Office Executive", "Assistant Manager - Operations",
    "Back Office Executive", "Content Moderator", "English Tutor", "Email Support Specialist",
    "Relationship Officer", "HR Recruiter", "Software Developer", "Accounts Assistant",
    "Voice Process Executive", "Delivery Partner", "Operations Head", "Customer Success Manager",
    "Sr. Customer Support Executive", "Associate - Customer Service", "MIS Executive",
    "Executive, Collections", "Customer Service Associate "
                              "(Voice)", "Store Supervisor", "Business Development Executive",
)  # fmt: skip
COMPANIES = (
    "Sahyadri Telecom Services Pvt Ltd", "Konkan BPO Solutions", "Infosys BPM", "Concentrix",
    "Teleperformance India", "Nilgiri Foods", "Quess Corp Ltd", "Bright Minds Academy",
    "Harbour Bank", "Orchid Retail", "Tech Mahindra", "Vaayu Airlines", "Greenleaf Hospitals",
    "24x7 Connect Pvt. Ltd.", "Malabar Insurance", "Peacock Labs", "Wipro", "Zenith Infotech",
    "Lotus & Sons", "Sunrise Callnet Private Limited", "Swiggy", "Deccan Motors",
    "Tata Consultancy Services", "Crestline", "Udaan Learning Foundation",
    "Marigold's", "Banyan Tree", "Kestrel 360", "Rapid-Kart",
    "The Monsoon House", "Blue Lotus", "Aarav & Co.", "QuickBasket", "Mayura Textiles (India) Ltd.",
)  # fmt: skip
DEGREES = (
    ("BACHELOR", "B.Com"), ("BACHELOR", "Bachelor of Arts"), ("BACHELOR", "BBA"),
    ("BACHELOR", "B.Sc. in Physics"), ("BACHELOR", "B.Tech in Computer Science"),
    ("MASTER", "MBA"), ("MASTER", "M.Com"), ("MASTER", "Master of Arts in English"),
    ("DIPLOMA", "Diploma in Hotel Management"), ("BACHELOR", "Bachelor of Commerce"),
    ("BACHELOR", "BCA"), ("BACHELOR", "B.E. (Mechanical)"), ("BACHELOR", "B.Com (Hons)"),
    ("MASTER", "M.Sc. Microbiology"), ("BACHELOR", "Bachelor of Business Administration (BBA)"),
    ("DIPLOMA", "ITI - Electrician"), ("MASTER", "PG in Commerce"), ("DIPLOMA", "Diploma in "
        "Computer Engineering"),
)  # fmt: skip
SCHOOLING = ("HSC", "12th", "Class XII", "SSC", "10th", "Higher Secondary", "Intermediate")
COLLEGES = (
    "Savitribai Phule Pune University", "University of Mumbai", "Fergusson College",
    "Osmania University", "St. Xavier's College", "Government Polytechnic", "Anna University",
    "Indian Institute of Hotel Management", "Nizam College", "Delhi University", "IGNOU",
    "Loyola College", "Gujarat University", "Symbiosis Institute of Business Management",
    "Jamia Millia Islamia", "BITS Pilani", "Amity", "Mount Carmel", "VIT Vellore", "Presidency",
)  # fmt: skip
SCHOOLS = (
    "Ruparel College", "Kendriya Vidyalaya", "St. Mary's Convent School", "Navjivan High School",
    "Delhi Public School", "Saraswati Vidya Mandir", "Maharashtra State Board", "Modern School",
    "St. Joseph's Pre-University College", "Govt. Higher Secondary School", "Little Flower",
    "Don Bosco Matriculation Higher Secondary "
    "School", "DAV Public School", "Jnana Jyothi Inter College",
)  # fmt: skip
CITIES = ("Pune", "Mumbai", "Bengaluru", "Hyderabad", "Chennai", "New Delhi", "Kochi", "Indore")
SKILLS = {
    "Chat support": "Chat support", "MS Excel": "Excel", "Email handling": "E-mail support",
    "Typing": "Typing", "Data entry": "Data entry", "Customer service": "Customer service",
    "Zendesk": "Zendesk", "Salesforce": "Salesforce", "Problem solving": "Problem solving",
    "Time management": "Time management", "Cold calling": "Outbound calls", "Tally": "Tally",
    "Team management": "Team leading", "CRM tools": "CRM", "Active listening": "Listening",
}  # fmt: skip
LANGUAGES = ("English", "Hindi", "Marathi", "Tamil", "Kannada", "Malayalam", "Urdu", "Gujarati")
#: How a level is written, and what it means.
LEVELS = {
    "Fluent": "FLUENT", "Native": "FLUENT", "Intermediate": "GOOD", "Basic": "BASIC",
    "Conversational": "GOOD", "Beginner": "BASIC",
}  # fmt: skip
BULLETS = (
    "Handled 80 chats a day and resolved most of them at the first contact with the customer",
    "Answered customers by phone and e-mail", "Prepared daily reports for the team",
    "Trained 5 new joiners in the process and in the use of the ticketing software of the client",
    "Met the targets of quality in every quarter", "Received an award for the best performer",
    "Escalated complex complaints to the back end team and followed them up until they were closed",
)  # fmt: skip
TODAY = date(2026, 11, 25)


@dataclass(frozen=True)
class Job:
    """A job as it was."""

    company: str
    role: str
    began: date
    ended: date | None
    city: str
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class Study:
    """A qualification as it was."""

    level: str
    title: str
    school: str
    year: int
    city: str


@dataclass(frozen=True)
class Person:
    """One made-up person."""

    name: str
    jobs: tuple[Job, ...]
    studies: tuple[Study, ...]
    skills: tuple[str, ...]
    languages: tuple[tuple[str, str], ...]


def person(number: int) -> Person:
    """Always the same person for a number."""
    rng = random.Random(number)
    jobs = []
    year, month = 2026 - rng.randint(0, 1), rng.randint(1, 10)
    ended: date | None = None if rng.random() < 0.6 else date(year, month, 1)
    companies = rng.sample(COMPANIES, 3)
    for company in companies[: rng.randint(1, 3)]:
        year -= rng.randint(1, 3)
        began = date(year, rng.randint(1, 12), 1)
        if ended and began >= ended:
            began = date(ended.year - 1, began.month, 1)
        tasks = tuple(rng.sample(BULLETS, rng.randint(1, 3)))
        jobs.append(Job(company, rng.choice(ROLES), began, ended, rng.choice(CITIES), tasks))
        year, month = (began.year, began.month - 1) if began.month > 1 else (began.year - 1, 12)
        ended = date(year, month, 1)
    graduated = jobs[-1].began.year - rng.randint(0, 1)
    level, title = rng.choice(DEGREES)
    studies = [Study(level, title, rng.choice(COLLEGES), graduated, rng.choice(CITIES))]
    if rng.random() < 0.6:
        schooling, school = rng.choice(SCHOOLING), rng.choice(SCHOOLS)
        studies.append(Study("SCHOOL", schooling, school, graduated - 3, rng.choice(CITIES)))
    return Person(
        f"{rng.choice(FIRST)} {rng.choice(LAST)}",
        tuple(jobs),
        tuple(studies),
        tuple(rng.sample(sorted(SKILLS), 5)),
        tuple((name, rng.choice(sorted(LEVELS))) for name in rng.sample(LANGUAGES, 3)),
    )


# Dates


def month_words(day: date | None, now: str = "Present", names: list[str] = SHORT) -> str:
    return f"{names[day.month - 1]} {day.year}" if day else now


def words(job: Job) -> str:
    return f"{month_words(job.began)} – {month_words(job.ended)}"


def long_words(job: Job, now: str = "Present") -> str:
    began, ended = month_words(job.began, now, LONG), month_words(job.ended, now, LONG)
    return f"{began} - {ended}"


def days(job: Job) -> str:
    began = f"01-{job.began:%m-%Y}"
    return f"{began} to 28-{job.ended:%m-%Y}" if job.ended else f"{began} to till date"


def slashes(job: Job) -> str:
    return f"{job.began:%m/%Y} – {f'{job.ended:%m/%Y}' if job.ended else 'CURRENT'}"


def length(job: Job) -> str:
    ended = job.ended or TODAY
    months = (ended.year - job.began.year) * 12 + ended.month - job.began.month + 1
    years, months = divmod(months, 12)
    pieces = [f"{years} year{'s' * (years > 1)}"] if years else []
    pieces += [f"{months} month{'s' * (months > 1)}"] if months else []
    return " ".join(pieces)


# Typst


def q(text: str) -> str:
    """A text as content of Typst."""
    return '#"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def b(text: str) -> str:
    return f"#strong[{q(text)}]"


def i(text: str) -> str:
    return f"#emph[{q(text)}]"


def compiled(
    source: str, margin: str = "1.8cm", size: str = "10pt", justify: bool = False
) -> bytes:
    head = (
        f"#set page(margin: {margin})\n#set text(size: {size})\n#set par(justify: "
        f"{str(justify).lower()})\n"
    )
    return bytes(typst.compile((head + source).encode()))


def right(left: str, other: str) -> str:
    return f"{left} #h(1fr) {other} \\\n"


def heading(text: str) -> str:
    return (
        f"\n#block(above: 1.2em, below: 0.6em)[#text(size: 12pt)[{b(text)}] #v(-0.8em) "
        f"#line(length: 100%)]\n"
    )


def tasks(job: Job) -> str:
    return "\n" + "".join(f"- {q(task)}\n" for task in job.tasks) + "\n"


def contact(who: Person) -> str:
    return q(f"someone@example.com | +91 98765 43210 | {who.studies[0].city}, India") + "\n\n"


def classic_word(who: Person) -> bytes:
    """Word: role, dates at the right margin; company and place below."""
    source = f"= {q(who.name)}\n{contact(who)}" + heading("WORK EXPERIENCE")
    for job in who.jobs:
        source += (
            right(b(job.role), q(words(job))) + right(i(job.company), q(job.city)) + tasks(job)
        )
    source += heading("EDUCATION")
    for study in who.studies:
        source += right(b(study.title), q(str(study.year))) + q(study.school) + "\n\n"
    source += heading("SKILLS") + q(", ".join(who.skills)) + heading("LANGUAGES")
    return compiled(source + q(", ".join(f"{n} ({v})" for n, v in who.languages)))


def sidebar(who: Person, *, side: str = "left", spaced: bool = False) -> bytes:
    """Canva: a narrow coloured column with contact, skills, languages and education."""

    def title(text: str) -> str:
        tracking = ", tracking: 0.25em" if spaced else ""
        return f'\n#block(above: 1.4em)[#text(size: 11pt, weight: "bold"{tracking})[{q(text)}]]\n'

    narrow = title("CONTACT") + q("98765 43210") + "\n\n" + q("someone@example.com") + "\n\n"
    narrow += q(f"{who.studies[0].city}, India") + title("EDUCATION")
    for study in who.studies:
        narrow += f"{b(study.title)}\n\n{q(study.school)}\n\n{q(str(study.year))}\n\n#v(4pt)\n"
    narrow += title("SKILLS") + "".join(f"- {q(skill)}\n" for skill in who.skills)
    narrow += title("LANGUAGES") + "\n\n".join(q(f"{n} - {v}") for n, v in who.languages)
    wide = f"#text(size: 22pt)[{q(who.name)}]" + title("PROFILE")
    wide += q("Friendly and patient with customers, quick at learning new tools and processes.")
    wide += title("WORK EXPERIENCE")
    for job in who.jobs:
        wide += f"{b(job.role)}\n\n{q(job.company)}, {q(job.city)}\n\n{q(words(job))}\n{tasks(job)}"
    cells = [f"[{narrow}]", f"[{wide}]"]
    columns = "(32%, 1fr)"
    if side == "right":
        cells.reverse()
        columns = "(1fr, 32%)"
    return compiled(f"#grid(columns: {columns}, column-gutter: 1cm, {', '.join(cells)})", "1.2cm")


def sidebar_left(who: Person) -> bytes:
    return sidebar(who)


def sidebar_right(who: Person) -> bytes:
    return sidebar(who, side="right")


def sidebar_spaced(who: Person) -> bytes:
    """Headings with spaced letters."""
    return sidebar(who, spaced=True)


def by_row(who: Person) -> bytes:
    """Two columns that are drawn row by row, as converters do."""
    narrow = ["SKILLS", *who.skills, "", "LANGUAGES", *(f"{n}: {v}" for n, v in who.languages)]
    wide = ["EXPERIENCE"]
    for job in who.jobs:
        wide += [job.company, job.role, words(job), *(f"• {t[:60]}" for t in job.tasks), ""]
    wide += ["EDUCATION"]
    for study in who.studies:
        wide += [f"{study.title}, {study.school}", str(study.year), ""]
    source = f"#place(top + left, text(size: 18pt)[{q(who.name)}])\n"
    for number in range(max(len(narrow), len(wide))):
        for x, lines in ((0, narrow), (6, wide)):
            if number < len(lines) and lines[number]:
                source += (
                    f"#place(top + left, dx: {x}cm, dy: {1.5 + 0.5 * number}cm, "
                    f"[{q(lines[number])}])\n"
                )
    return compiled(source)


def europass_new(who: Person) -> bytes:
    """Europass since 2020: dates and place, then role and employer."""
    source = f"#text(size: 20pt)[{q(who.name)}]\n\n" + contact(who) + heading("WORK EXPERIENCE")
    for job in who.jobs:
        source += q(f"{slashes(job)}  {job.city}, India") + "\n\n"
        source += f"{b(job.role.upper())} #h(0.4em) {q(job.company.upper())}\n{tasks(job)}"
    source += heading("EDUCATION AND TRAINING")
    for study in who.studies:
        source += q(f"07/{study.year - 3} – 05/{study.year}  {study.city}, India") + "\n\n"
        source += f"{b(study.title)} #h(0.4em) {q(study.school)}\n\n"
    mother, *others = who.languages
    source += heading("LANGUAGE SKILLS") + q(f"MOTHER TONGUE(S): {mother[0]}") + "\n\n"
    source += q("OTHER LANGUAGE(S):") + "\n\n"
    for name, _ in others:
        source += b(name) + "\n\n"
        grid = ", ".join(f"[{q(text)}]" for text in ("Listening C1", "Reading C1", "Writing B2"))
        source += f"#grid(columns: 3, column-gutter: 1cm, {grid})\n\n"
    source += heading("DIGITAL SKILLS") + q(" | ".join(who.skills))
    return compiled(source)


def europass_classic(who: Person) -> bytes:
    """Europass of 2013: headings and dates in a left column."""
    rows = [(b("WORK EXPERIENCE"), "")]
    for job in who.jobs:
        ended = f"28/{job.ended:%m/%Y}" if job.ended else "Present"
        rows.append((q(f"01/{job.began:%m/%Y}–{ended}"), b(job.role)))
        rows.append(("", q(f"{job.company}, {job.city} (India)") + "\n" + tasks(job)))
    rows.append((b("EDUCATION AND TRAINING"), ""))
    for study in who.studies:
        rows.append((q(f"{study.year - 3}–{study.year}"), b(study.title)))
        rows.append(("", q(f"{study.school}, {study.city} (India)")))
    rows.append((b("PERSONAL SKILLS"), ""))
    rows.append((q("Digital skills"), q(", ".join(who.skills))))
    rows.append((q("Languages"), q(", ".join(f"{n} ({v})" for n, v in who.languages))))
    cells = ", ".join(f"[{left}], [{other}]" for left, other in rows)
    grid = f"#grid(columns: (4.6cm, 1fr), column-gutter: 0.6cm, row-gutter: 0.7em, {cells})"
    return compiled(f"= {q(who.name)}\n{contact(who)}{grid}")


def linkedin(who: Person) -> bytes:
    """The PDF that LinkedIn exports from a profile."""
    narrow = "#text(size: 13pt)[Contact]\n\n" + q("someone@example.com") + "\n\n"
    narrow += q("www.linkedin.com/in/someone (LinkedIn)") + "\n\n#text(size: 13pt)[Top Skills]\n\n"
    narrow += "\n\n".join(q(skill) for skill in who.skills)
    narrow += "\n\n#text(size: 13pt)[Languages]\n\n"
    levels = {"Native": "Native or Bilingual", "Fluent": "Full Professional"}
    levels |= {"Intermediate": "Limited Working", "Conversational": "Professional Working"}
    narrow += "\n\n".join(q(f"{n} ({levels.get(v, 'Elementary')})") for n, v in who.languages)
    wide = f"#text(size: 24pt)[{q(who.name)}]\n\n" + q(
        f"{who.jobs[0].role} at {who.jobs[0].company}"
    )
    wide += "\n\n" + q(f"{who.jobs[0].city}, India") + "\n\n#text(size: 15pt)[Experience]\n\n"
    for job in who.jobs:
        wide += f"#text(size: 12pt)[{q(job.company)}]\n\n#text(size: 11pt)[{q(job.role)}]\n\n"
        wide += q(f"{long_words(job)} ({length(job)})") + "\n\n"
        wide += q(f"{job.city}, India") + "\n\n" + q(job.tasks[0]) + "\n\n#v(6pt)\n"
    wide += "#text(size: 15pt)[Education]\n\n"
    for study in who.studies:
        wide += f"#text(size: 12pt)[{q(study.school)}]\n\n"
        wide += q(f"{study.title} · ({study.year - 3} - {study.year})") + "\n\n"
    page = "#set page(footer: context [Page #counter(page).display() of 1])\n"
    grid = f"#grid(columns: (30%, 1fr), column-gutter: 1cm, [{narrow}], [{wide}])"
    return compiled(page + grid, "1.5cm")


def moderncv(who: Person) -> bytes:
    """LaTeX moderncv, style classic: dates in a left column, headings above the right one."""
    rows = [("", f"#text(size: 14pt)[{q('Experience')}]")]
    for job in who.jobs:
        text = f"{b(job.role)}, {i(job.company)}, {q(job.city)}.\n{tasks(job)}"
        ended = f"{job.ended:%m/%Y}" if job.ended else "present"
        rows.append((q(f"{job.began:%m/%Y}–{ended}"), text))
    rows.append(("", f"#text(size: 14pt)[{q('Education')}]"))
    for study in who.studies:
        text = f"{b(study.title)}, {i(study.school)}, {q(study.city)}."
        rows.append((q(f"{study.year - 3}–{study.year}"), text))
    rows.append(("", f"#text(size: 14pt)[{q('Languages')}]"))
    rows += [(b(name), q(level)) for name, level in who.languages]
    rows.append(("", f"#text(size: 14pt)[{q('Computer skills')}]"))
    rows.append((b("Tools"), q(", ".join(who.skills))))
    cells = ", ".join(f"[{left}], [{other}]" for left, other in rows)
    grid = f"#grid(columns: (3.6cm, 1fr), column-gutter: 0.4cm, row-gutter: 0.8em, {cells})"
    return compiled(f"#text(size: 24pt)[{q(who.name)}]\n\n{contact(who)}{grid}")


def awesome_cv(who: Person) -> bytes:
    """LaTeX awesome-cv: company and place, then role and dates."""
    source = f"#align(center)[#text(size: 24pt)[{q(who.name)}]\n\n{contact(who)}]" + heading(
        "Experience"
    )
    for job in who.jobs:
        source += right(b(job.company), i(f"{job.city}, India"))
        source += right(f"#smallcaps[{q(job.role)}]", i(words(job).replace("Present", "PRESENT")))
        source += tasks(job)
    source += heading("Education")
    for study in who.studies:
        source += right(b(study.school), i(study.city))
        source += right(q(study.title), i(f"Jun {study.year - 3} – May {study.year}")) + "\n"
    cells = (
        f"[{b('Work')}], [{q(', '.join(who.skills[:3]))}], [{b('Tools')}], "
        f"[{q(', '.join(who.skills[3:]))}]"
    )
    cells += f", [{b('Languages')}], [{q(', '.join(f'{n} ({v})' for n, v in who.languages))}]"
    return compiled(
        source + heading("Skills") + f"#grid(columns: (3cm, 1fr), row-gutter: 0.6em, {cells})"
    )


def jake(who: Person) -> bytes:
    """Jake's résumé: school first, dates at the right."""
    source = f"#align(center)[#text(size: 20pt)[{q(who.name)}]\n\n{contact(who)}]" + heading(
        "Education"
    )
    for study in who.studies:
        source += right(b(study.school), q(f"{study.city}, India"))
        source += right(i(study.title), i(f"Aug. {study.year - 3} – May {study.year}")) + "\n"
    source += heading("Experience")
    for job in who.jobs:
        dotted = words(job).replace(" ", ". ", 1)
        source += right(b(job.role), q(dotted)) + right(i(job.company), i(f"{job.city}, India"))
        source += tasks(job)
    source += heading("Skills") + f"{b('Tools')}: {q(', '.join(who.skills))}\n\n"
    return compiled(
        source + f"{b('Languages')}: {q(', '.join(n for n, _ in who.languages))}", "1.3cm"
    )


def google_serif(who: Person) -> bytes:
    """Google Docs, Serif: "Company, City — Role" over dates in capitals; skills at the right."""
    wide = "#text(fill: blue)[EXPERIENCE]\n\n"
    for job in who.jobs:
        wide += f"{b(job.company)}{q(f', {job.city} — ')}{i(job.role)}\n\n"
        wide += (
            f"#text(size: 8pt)[{q(long_words(job).upper())}]\n\n" + q(job.tasks[0] + ".") + "\n\n"
        )
    wide += "#text(fill: blue)[EDUCATION]\n\n"
    for study in who.studies:
        wide += f"{b(study.school)}{q(f', {study.city} — ')}{i(study.title)}\n\n"
        wide += f"#text(size: 8pt)[{q(f'JULY {study.year - 3} - MAY {study.year}')}]\n\n"
    narrow = "#text(fill: blue)[SKILLS]\n\n" + "\n\n".join(q(skill) for skill in who.skills)
    narrow += "\n\n#text(fill: blue)[LANGUAGES]\n\n" + q(", ".join(n for n, _ in who.languages))
    head = f"#text(size: 26pt)[{q(who.name)}]\n\n" + contact(who)
    return compiled(f"{head}#grid(columns: (1fr, 30%), column-gutter: 1cm, [{wide}], [{narrow}])")


def word_piped(who: Person) -> bytes:
    """Word: "Role | Company | City" over the dates."""
    source = f"= {q(who.name)}\n{contact(who)}" + heading("Experience")
    for job in who.jobs:
        source += q(long_words(job)) + "\n\n" + b(f"{job.role} | {job.company} | {job.city}")
        source += "\n\n" + q(job.tasks[0] + ".") + "\n\n"
    source += heading("Education")
    for study in who.studies:
        source += (
            q(f"May {study.year}")
            + "\n\n"
            + b(f"{study.title} | {study.school} | {study.city}")
            + "\n\n"
        )
    source += heading("Skills & abilities") + "".join(f"- {q(skill)}\n" for skill in who.skills)
    return compiled(
        source + heading("Languages") + "".join(f"- {q(f'{n} – {v}')}\n" for n, v in who.languages)
    )


def indian_tables(who: Person) -> bytes:
    """Tables with headings and rules, numeric dates, personal details at the end."""
    head = ("S. No.", "Name of Company", "Designation", "From", "To")
    cells = "".join(f"[{b(text)}], " for text in head)
    for number, job in enumerate(who.jobs, 1):
        ended = f"28.{job.ended:%m.%Y}" if job.ended else "Till Date"
        row = (f"{number}.", job.company, job.role, f"01.{job.began:%m.%Y}", ended)
        cells += "".join(f"[{q(text)}], " for text in row)
    source = f"#align(center)[= CURRICULUM VITAE]\n{b(who.name)}\n\n{contact(who)}" + heading(
        "Work Experience:"
    )
    source += f"#table(columns: (auto, 2fr, 2fr, 1.2fr, 1.2fr), {cells})" + heading(
        "Educational Qualification:"
    )
    cells = "".join(f"[{b(t)}], " for t in ("Degree", "Institution", "Year of Passing", "% / CGPA"))
    for study in who.studies:
        facts = (study.title, study.school, str(study.year), "68.5%")
        cells += "".join(f"[{q(text)}], " for text in facts)
    source += f"#table(columns: (1.2fr, 1.6fr, 1fr, 1fr), {cells})" + heading("Key Skills:")
    source += "".join(f"- {q(skill)}\n" for skill in who.skills) + heading("Personal Details:")
    for label, text in (
        ("Father's Name", "Mr. Specimen"), ("Date of Birth", "12/05/1998"),
        ("Languages Known", ", ".join(n for n, _ in who.languages)), ("Marital Status", "Single"),
    ):  # fmt: skip
        source += (
            right(q(label), "")
            .replace("#h(1fr)", "#h(1cm)")
            .replace(" \\\n", q(f": {text}") + " \\\n")
        )
    return compiled(source + heading("Declaration:") + q("All of this is true to my knowledge."))


def indian_plain(who: Person) -> bytes:
    """Lines with labels, "From 1st June 2019 to 30th May 2021", qualification in sentences."""
    source = f"= {q('RESUME')}\n{b(who.name)}\n\n{contact(who)}" + heading("CAREER OBJECTIVE")
    source += q("To work in a growing company where I can use my skills.") + heading(
        "EMPLOYMENT DETAILS"
    )
    for job in who.jobs:
        ended = f"30th {month_words(job.ended, '', LONG)}" if job.ended else "till date"
        source += (
            "\n\n".join(
                (
                    q(f"Organization : {job.company}"),
                    q(f"Designation : {job.role}"),
                    q(f"Duration : From 1st {month_words(job.began, '', LONG)} to {ended}"),
                    q(f"Job Profile : {job.tasks[0]}"),
                )
            )
            + "\n\n#v(5pt)\n"
        )
    source += heading("ACADEMIC QUALIFICATION")
    for study in who.studies:
        source += f"- {q(f'{study.title} from {study.school} in {study.year} with 65%')}\n"
    source += heading("COMPUTER SKILLS") + q(", ".join(who.skills))
    return compiled(source + heading("LANGUAGES KNOWN") + q(", ".join(n for n, _ in who.languages)))


def numeric_dates(who: Person) -> bytes:
    """Role, company and "01-02-2020 to 31-03-2023", one under the other."""
    source = f"= {q(who.name)}\n{contact(who)}" + heading("WORK EXPERIENCE")
    for job in who.jobs:
        source += f"{q(job.role)}\n\n{q(job.company)}\n\n{q(days(job))}\n{tasks(job)}"
    source += heading("EDUCATION")
    for study in who.studies:
        source += q(f"{study.title}, {study.school}, {study.year}") + "\n\n"
    source += heading("SKILLS") + q(", ".join(who.skills)) + heading("LANGUAGES")
    return compiled(source + q(", ".join(n for n, _ in who.languages)))


def margin_headings(who: Person) -> bytes:
    """Google Docs, Swiss: headings in a left column, everything else at the right."""
    work = "".join(
        f"{b(job.company)}{q(f' / {job.role}')}\n\n"
        f"{q(long_words(job, 'present').upper())}{q(',  ' + job.city.upper())}\n{tasks(job)}"
        for job in who.jobs
    )
    school = "".join(
        f"{b(s.school)}{q(f' / {s.title}')}\n\n{q(f'JULY {s.year - 3} - MAY {s.year}')}\n\n"
        for s in who.studies
    )
    rows = [
        ("ㅡ Skills", q(", ".join(who.skills))), ("Experience", work), ("Education", school),
        ("Languages", q(", ".join(f"{n} ({v})" for n, v in who.languages))),
    ]  # fmt: skip
    cells = ", ".join(f"[{b(left)}], [{other}]" for left, other in rows)
    grid = f"#grid(columns: (3.4cm, 1fr), column-gutter: 0.6cm, row-gutter: 1.4em, {cells})"
    return compiled(f"= {q(who.name)}\n{contact(who)}{grid}")


def one_line(who: Person) -> bytes:
    """Everything about a job in one line, years only, in justified text."""
    source = f"= {q(who.name)}\n{contact(who)}" + heading("Professional Summary")
    source += q("Support professional with experience in voice and chat processes. " * 3)
    source += heading("Employment History")
    for job in who.jobs:
        source += b(f"{job.role}, {job.company}, {job.city} ({words(job)})") + "\n" + tasks(job)
    source += heading("Academic Background")
    for study in who.studies:
        source += f"- {q(f'{study.title} – {study.school}, {study.city} – {study.year}')}\n"
    source += heading("Certifications") + q("Certificate in Soft Skills, Jan 2019 - Mar 2019")
    source += heading("Core Competencies") + q(" • ".join(who.skills)) + heading("Languages")
    return compiled(source + q(" • ".join(f"{n}: {v}" for n, v in who.languages)), justify=True)


def company_then_dates(who: Person) -> bytes:
    """ "Company (dates)" over the role; headings in capitals with a colon."""
    source = f"= {q(who.name)}\n{contact(who)}" + f"\n\n#underline[{b('WORK EXPERIENCE:')}]\n\n"
    for job in who.jobs:
        source += (
            q(f"{job.company} ({words(job)})") + " \\\n" + q(f"Designation: {job.role}") + "\n"
        )
        source += tasks(job)
    source += f"\n\n#underline[{b('ACADEMIC QUALIFICATION:')}]\n\n"
    for study in who.studies:
        source += (
            f"- {q(f'Completed {study.title} from {study.school} in the year {study.year}.')}\n"
        )
    source += f"\n\n#underline[{b('SKILLS:')}]\n\n" + "".join(
        f"- {q(skill)}\n" for skill in who.skills
    )
    return compiled(
        source + f"\n\n{b('LANGUAGES KNOWN:')} " + q(", ".join(n for n, _ in who.languages))
    )


def sentences(who: Person) -> bytes:
    """Jobs as bulleted sentences."""
    source = f"= {q(who.name)}\n{contact(who)}" + heading("Work Experience")
    for job in who.jobs:
        ended = f"to {month_words(job.ended, '', LONG)}" if job.ended else ""
        if job.ended:
            text = (
                f"Worked as {job.role} in {job.company} from "
                f"{month_words(job.began, '', LONG)} "
                f"{ended}."
            )
        else:
            text = (
                f"Working with {job.company} as {job.role} since "
                f"{month_words(job.began, '', LONG)}."
            )
        source += f"- {q(text)}\n"
    source += heading("Educational Details")
    for study in who.studies:
        source += f"- {q(f'{study.title} | {study.school} | {study.year} | First Class')}\n"
    source += heading("Technical Skills") + q("; ".join(who.skills)) + heading("Languages Known")
    return compiled(source + q(" / ".join(n for n, _ in who.languages)))


def narrow_dates(who: Person) -> bytes:
    """Dates in a narrow left column, wrapped to two lines."""

    def rows(entries: list[tuple[str, str]]) -> str:
        cells = ", ".join(f"[{left}], [{other}]" for left, other in entries)
        return f"#grid(columns: (2.1cm, 1fr), column-gutter: 0.6cm, row-gutter: 1em, {cells})\n"

    source = f"= {q(who.name)}\n{contact(who)}" + heading("WORK HISTORY")
    source += rows([
        (q(f"{job.began:%Y-%m} - {f'{job.ended:%Y-%m}' if job.ended else 'Current'}"),
         f"{b(job.role)} \\\n{i(job.company + ', ' + job.city)} \\\n{tasks(job)}")
        for job in who.jobs
    ])  # fmt: skip
    source += heading("EDUCATION")
    source += rows([
        (q(f"{s.year - 3}-06 - {s.year}-05"), f"{b(s.title)} \\\n{i(s.school + ' - ' + s.city)}")
        for s in who.studies
    ])  # fmt: skip
    source += heading("SKILLS") + q(", ".join(who.skills)) + heading("LANGUAGES")
    return compiled(source + q(", ".join(f"{n} ({v})" for n, v in who.languages)))


def linkedin_pages(who: Person) -> bytes:
    """LinkedIn: several roles in one company, on two pages."""
    narrow = (
        "#text(size: 13pt)[Contact]\n\n"
        + q("someone@example.com")
        + "\n\n#text(size: 13pt)[Top Skills]\n\n"
    )
    narrow += "\n\n".join(q(skill) for skill in who.skills) + "\n\n#text(size: 13pt)[Languages]\n\n"
    narrow += "\n\n".join(q(f"{n} (Native or Bilingual)") for n, _ in who.languages)
    wide = f"#text(size: 24pt)[{q(who.name)}]\n\n#text(size: 15pt)[Summary]\n\n"
    wide += q("I like to help people and to learn. " * 60) + "\n\n#text(size: 15pt)[Experience]\n\n"
    last = ""
    for job in who.jobs:
        if job.company != last:
            wide += f"#v(8pt)#text(size: 12pt)[{q(job.company)}]\n\n"
            if sum(other.company == job.company for other in who.jobs) > 1:
                wide += q("4 years 3 months") + "\n\n"
        last = job.company
        wide += (
            f"#text(size: 11pt)[{q(job.role)}]\n\n"
            + q(f"{long_words(job)} ({length(job)})")
            + "\n\n"
        )
        wide += q(f"{job.city}, {'Maharashtra'}, India") + "\n\n" + q(job.tasks[0] * 8) + "\n\n"
    wide += "#text(size: 15pt)[Education]\n\n"
    for study in who.studies:
        wide += f"#text(size: 12pt)[{q(study.school)}]\n\n"
        wide += q(f"{study.title} · (July {study.year - 3} - May {study.year})") + "\n\n"
    page = "#set page(footer: context [#h(1fr) Page #counter(page).display() of 2])\n"
    return compiled(
        page + f"#grid(columns: (30%, 1fr), column-gutter: 1cm, [{narrow}], [{wide}])",
        "1.5cm",
        "12pt",
    )


# DOCX


def saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _fill_wide(cell: Any, who: Person) -> None:
    cell.add_paragraph("WORK EXPERIENCE")
    for job in who.jobs:
        cell.add_paragraph(job.role)
        cell.add_paragraph(f"{job.company}, {job.city}")
        cell.add_paragraph(words(job))
        for task in job.tasks:
            cell.add_paragraph(task, style="List Bullet")
    cell.add_paragraph("EDUCATION")
    for study in who.studies:
        cell.add_paragraph(study.title)
        cell.add_paragraph(f"{study.school}, {study.year}")


def _fill_narrow(cell: Any, who: Person) -> None:
    cell.add_paragraph("SKILLS")
    for skill in who.skills:
        cell.add_paragraph(skill)
    cell.add_paragraph("LANGUAGES")
    for name, level in who.languages:
        cell.add_paragraph(f"{name} – {level}")


def word_layout_table(who: Person) -> bytes:
    """Word: the columns of the page are the cells of a table."""
    document = docx.Document()
    document.add_paragraph(who.name)
    table = document.add_table(rows=1, cols=2)
    _fill_narrow(table.rows[0].cells[0], who)
    _fill_wide(table.rows[0].cells[1], who)
    return saved(document)


_BOX = (
    '<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"><w:r><mc:AlternateContent>'
    '<mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx>'
    "</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{0}</w:txbxContent>"
    "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
)


def _text_box(lines: list[str]) -> Any:
    def paragraph(line: str) -> str:
        plain = line.replace("&", "&amp;").replace("<", "&lt;")
        return f'<w:p><w:r><w:t xml:space="preserve">{plain}</w:t></w:r></w:p>'

    return parse_xml(_BOX.format("".join(paragraph(line) for line in lines)))


def word_text_boxes(who: Person) -> bytes:
    """Word: a sidebar in a text box, anchored in the middle of the work experience."""
    document = docx.Document()
    document.add_paragraph(who.name)
    document.add_paragraph("WORK EXPERIENCE")
    for number, job in enumerate(who.jobs):
        document.add_paragraph(f"{job.role}\t{words(job)}".replace("–", "\u2011"))
        document.add_paragraph(job.company)
        for task in job.tasks:
            document.add_paragraph(task, style="List Bullet")
        if not number:
            lines = ["SKILLS", *who.skills, "LANGUAGES", *(f"{n} ({v})" for n, v in who.languages)]
            document.element.body.insert(len(document.element.body) - 1, _text_box(lines))
    document.add_paragraph("EDUCATION")
    for study in who.studies:
        document.add_paragraph(f"{study.title}\t{study.year}")
        document.add_paragraph(study.school)
    return saved(document)


def word_data_tables(who: Person) -> bytes:
    """Word: tables with headings for education, jobs and languages."""
    document = docx.Document()
    document.add_paragraph(who.name)
    document.add_paragraph("EDUCATIONAL QUALIFICATIONS")
    rows = [("Examination", "School / College", "Board / University", "Year", "Percentage")]
    rows += [(s.title, s.school, "State Board", str(s.year), "61%") for s in who.studies]
    _add_table(document, rows)
    document.add_paragraph("WORK EXPERIENCE")
    jobs = [(job.company, job.role, words(job)) for job in who.jobs]
    _add_table(document, [("Organization", "Designation", "Duration"), *jobs])
    document.add_paragraph("KEY SKILLS")
    document.add_paragraph(", ".join(who.skills))
    document.add_paragraph("LANGUAGES KNOWN")
    _add_table(document, [("Language", "Proficiency"), *who.languages])
    return saved(document)


def _add_table(document: Any, rows: Sequence[tuple[str, ...]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def word_dates_left(who: Person) -> bytes:
    """Word: a table with dates in the first column and the job in the second."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = f"{who.name} | someone@example.com"
    document.add_paragraph("Professional Experience")
    table = document.add_table(rows=0, cols=2)
    for job in who.jobs:
        cells = table.add_row().cells
        cells[0].text = words(job)
        cells[0].width = Cm(4)
        cells[1].text = f"{job.role}\n{job.company}"
        for task in job.tasks:
            cells[1].add_paragraph(task, style="List Bullet")
    document.add_paragraph("Education")
    table = document.add_table(rows=0, cols=2)
    for study in who.studies:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = str(study.year), f"{study.title}\n{study.school}"
    document.add_paragraph("Skills")
    document.add_paragraph("\t".join(who.skills))
    document.add_paragraph("Languages")
    document.add_paragraph(", ".join(f"{n} ({v})" for n, v in who.languages))
    return saved(document)


def table_without_headings(who: Person) -> bytes:
    """Word: rows without a heading, and a table of labels for each job."""
    document = docx.Document()
    document.add_paragraph(who.name)
    document.add_paragraph("Professional Experience:")
    for job in who.jobs:
        rows = [("Company", job.company), ("Designation", job.role), ("Duration", words(job))]
        _add_table(document, [*rows, ("Responsibilities", job.tasks[0])])
        document.add_paragraph("")
    document.add_paragraph("Education:")
    _add_table(document, [(s.title, s.school, str(s.year), "64.2%") for s in who.studies])
    document.add_paragraph("Key Skills: " + ", ".join(who.skills))
    document.add_paragraph("Languages Known: " + ", ".join(n for n, _ in who.languages))
    return saved(document)


Template = Callable[[Person], bytes]
TEMPLATES: tuple[Template, ...] = (
    classic_word, sidebar_left, sidebar_right, sidebar_spaced, by_row, europass_new,
    europass_classic, linkedin, moderncv, awesome_cv, jake, google_serif, word_piped,
    indian_tables, indian_plain, numeric_dates, word_layout_table, word_text_boxes,
    word_data_tables, word_dates_left, margin_headings, one_line, company_then_dates, sentences,
    narrow_dates, linkedin_pages, table_without_headings,
)  # fmt: skip


def drawn(
    templates: tuple[Template, ...],
    people: int,
    start: int = 0,
    change: Callable[[Person], Person] = lambda who: who,
) -> Iterator[tuple[str, Person, bytes]]:
    """For each template, so many résumés of different people, whose facts `change` may replace."""
    for number, template in enumerate(templates):
        for index in range(people):
            who = change(person(start + 100 * number + index))
            yield template.__name__, who, template(who)
