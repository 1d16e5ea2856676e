"""Résumés in further public forms, written after the parser.

The facts are others than those of `resume_templates` too, so that no word was known before. At
first 93 per cent of the worst field were right and none wrong; one fault was mended since, the
choice between a sidebar and a column of dates.
"""

from dataclasses import replace

import docx

from onboarding.tests.support.resume_templates import (
    Job,
    Person,
    Template,
    b,
    compiled,
    contact,
    heading,
    i,
    q,
    right,
    saved,
    tasks,
    words,
)

ROLES = (
    "Guest Service Associate", "Loan Counsellor", "Dialysis Technician", "Junior Accountant",
    "Key Account Manager", "Ward Secretary", "Boutique Manager", "Ticketing Executive",
    "Night Shift Supervisor", "Admissions Counsellor", "Claims Analyst", "Field Officer",
)  # fmt: skip
COMPANIES = (
    "Kingfisher Stays", "Apna Loans", "Saffron Leaf", "Blue Heron Logistics Pvt Ltd", "Tanishka",
    "Medha Clinics", "Northline", "Chandra & Daughters", "Veda Learning", "Hello Ride",
    "Gulmohar Resorts", "Crescent Finserv Limited",
)  # fmt: skip
TITLES = (
    ("BACHELOR", "B.Com (Computers)"), ("BACHELOR", "B.A. English"), ("BACHELOR", "BMS"),
    ("BACHELOR", "Bachelor of Hotel Management"), ("MASTER", "MCA"), ("DIPLOMA", "PGDM"),
)  # fmt: skip
COLLEGES = (
    "Acharya Nagarjuna University", "Ethiraj College for Women", "Sathaye College", "St. Aloysius",
    "Banaras Hindu University", "Thiagarajar College", "Loyola Academy",
)  # fmt: skip
SCHOOLS = ("Holy Cross", "Zilla Parishad High School", "Army Public School", "Kerala State Board")


def elsewhere(who: Person) -> Person:
    """The person with words that the parser was not written with."""
    seed = sum(map(ord, who.name)) + who.jobs[0].began.toordinal()
    jobs = tuple(
        replace(
            job,
            role=ROLES[(seed + 5 * number) % len(ROLES)],
            company=COMPANIES[(seed + 7 * number) % len(COMPANIES)],
        )
        for number, job in enumerate(who.jobs)
    )
    level, title = TITLES[seed % len(TITLES)]
    college, school = COLLEGES[seed % len(COLLEGES)], SCHOOLS[seed % len(SCHOOLS)]
    studies = tuple(
        replace(study, school=school)
        if study.level == "SCHOOL"
        else replace(study, level=level, title=title, school=college)
        for study in who.studies
    )
    return replace(who, jobs=jobs, studies=studies)


def enhancv(who: Person) -> bytes:
    """Role, company, then dates and place; a wide right column with the rest."""
    left = heading("EXPERIENCE")
    for job in who.jobs:
        ended = f"{job.ended:%m/%Y}" if job.ended else "Present"
        left += f"{b(job.role)} \\\n#text(fill: blue)[{q(job.company)}] \\\n"
        dates = f"{job.began:%m/%Y} - {ended}"
        left += f"#text(size: 8pt)[{q(dates)} #h(1em) {q(job.city + ', India')}]\n"
        left += tasks(job)
    other = heading("KEY ACHIEVEMENTS") + b("Top performer") + " \\\n"
    other += q("Won the award of the quarter for the best service in the team.")
    other += heading("SKILLS") + q(" · ".join(who.skills)) + heading("EDUCATION")
    for study in who.studies:
        other += f"{b(study.title)} \\\n#text(fill: blue)[{q(study.school)}] \\\n"
        other += f"#text(size: 8pt)[{q(f'06/{study.year - 3} - 05/{study.year}')}]\n\n"
    other += heading("LANGUAGES") + "".join(
        right(q(name), q(level)) for name, level in who.languages
    )
    head = f"#text(size: 22pt)[{q(who.name.upper())}]\n\n{contact(who)}"
    return compiled(
        f"{head}#grid(columns: (57%, 1fr), column-gutter: 0.8cm, [{left}], [{other}])", "1.2cm"
    )


def novoresume(who: Person) -> bytes:
    """Role, company, dates in italics and a line "Tasks" before the bullets."""
    source = f"#text(size: 24pt)[{q(who.name)}] \\\n{i(who.jobs[0].role)}\n\n{contact(who)}"
    source += heading("WORK EXPERIENCE")
    for job in who.jobs:
        source += f"#text(size: 12pt)[{b(job.role)}] \\\n#text(size: 11pt)[{q(job.company)}] \\\n"
        source += right(f"#text(size: 8pt)[{i(words(job))}]", f"#text(size: 8pt)[{i(job.city)}]")
        source += f"#text(size: 8pt)[{i('Achievements/Tasks')}]\n{tasks(job)}"
    source += heading("EDUCATION")
    for study in who.studies:
        source += (
            f"#text(size: 12pt)[{b(study.title)}] \\\n#text(size: 11pt)[{q(study.school)}] \\\n"
        )
        source += f"#text(size: 8pt)[{i(f'{study.year - 3} - {study.year}')}]\n\n"
    cells = ", ".join(f"box(stroke: 0.5pt, inset: 4pt)[{q(skill)}]" for skill in who.skills)
    source += heading("SKILLS") + f"#stack(dir: ltr, spacing: 12pt, {cells})"
    return compiled(
        source + heading("LANGUAGES") + q("   ".join(f"{n} ({v})" for n, v in who.languages))
    )


def friggeri(who: Person) -> bytes:
    """Friggeri of LaTeX: a sidebar, and dates beside title and place."""
    side = (
        "#text(size: 11pt)[about]\n\n" + q("98765 43210") + "\n\n#text(size: 11pt)[languages]\n\n"
    )
    side += "\n\n".join(q(f"{n} {v.lower()}") for n, v in who.languages)
    side += "\n\n#text(size: 11pt)[skills]\n\n" + "\n\n".join(q(skill) for skill in who.skills)

    def rows(entries: list[tuple[str, str]]) -> str:
        cells = ", ".join(f"[{left}], [{text}]" for left, text in entries)
        return f"#grid(columns: (2.4cm, 1fr), column-gutter: 0.3cm, row-gutter: 1em, {cells})"

    def years(job: Job) -> str:
        return f"{job.began:%m/%y}–{f'{job.ended:%m/%y}' if job.ended else 'Now'}"

    main = "#text(size: 14pt)[education]\n\n" + rows([
        (q(f"{s.year - 3}–{s.year}"), right(b(s.title), i(s.city)) + q(s.school))
        for s in who.studies
    ])  # fmt: skip
    main += "\n\n#text(size: 14pt)[experience]\n\n" + rows([
        (q(years(job)), right(b(job.role), i(job.city)) + q(job.company) + tasks(job))
        for job in who.jobs
    ])  # fmt: skip
    head = f"#align(center)[#text(size: 26pt)[{q(who.name)}]]\n\n"
    return compiled(
        f"{head}#grid(columns: (4cm, 1fr), column-gutter: 1cm, [{side}], [{main}])", "1.4cm"
    )


def word_functional(who: Person) -> bytes:
    """Word: skills first, then one bullet for each job and each qualification."""
    document = docx.Document()
    document.add_paragraph(who.name)
    document.add_paragraph("Summary of Skills")
    document.add_paragraph(", ".join(who.skills))
    document.add_paragraph("Work History")
    for job in who.jobs:
        ended = f"{job.ended:%B %Y}" if job.ended else "Present"
        text = f"{job.company} – {job.role} – {job.began:%B %Y} to {ended}"
        document.add_paragraph(text, style="List Bullet")
    document.add_paragraph("Education")
    for study in who.studies:
        text = f"{study.school} – {study.title} – {study.year}"
        document.add_paragraph(text, style="List Bullet")
    document.add_paragraph("Languages")
    document.add_paragraph(" | ".join(f"{name} – {level}" for name, level in who.languages))
    return saved(document)


def word_post_table(who: Person) -> bytes:
    """Word: the tables of forms of public bodies."""
    document = docx.Document()
    document.add_paragraph(f"Name: {who.name}")
    document.add_paragraph("Academic Qualifications:")
    rows = [("Exam Passed", "Name of Board / University", "Year of Passing", "Division")]
    rows += [(s.title, s.school, str(s.year), "First") for s in who.studies]
    _table(document, rows)
    document.add_paragraph("Work Experience:")
    rows = [("Post Held", "Name of Organisation", "Period", "Nature of Work")]
    for job in who.jobs:
        ended = f"{job.ended:%d.%m.%Y}" if job.ended else "till date"
        rows.append((job.role, job.company, f"{job.began:%d.%m.%Y} to {ended}", job.tasks[0]))
    _table(document, rows)
    document.add_paragraph("Computer Knowledge: " + ", ".join(who.skills))
    document.add_paragraph("Languages Known: " + ", ".join(name for name, _ in who.languages))
    return saved(document)


def _table(document: "docx.document.Document", rows: list[tuple[str, str, str, str]]) -> None:
    table = document.add_table(rows=0, cols=4)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


TEMPLATES: tuple[Template, ...] = (enhancv, novoresume, friggeri, word_functional, word_post_table)
