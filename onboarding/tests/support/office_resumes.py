"""Résumés in forms of Deedy, Reactive Resume, Word and colleges in India."""

import docx

from onboarding.tests.support.resume_templates import (
    LONG,
    SHORT,
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


def spans(job: Job) -> str:
    """Dates with an apostrophe: "Nov. '19" to "Feb. '21"."""
    began = f"{SHORT[job.began.month - 1]}. '{job.began:%y}"
    return (
        f"{began} – {SHORT[job.ended.month - 1]}. '{job.ended:%y}"
        if job.ended
        else f"{began} – now"
    )


def deedy(who: Person) -> bytes:
    """Deedy: a narrow column with schools and skills; "COMPANY | Role" over "dates | place"."""
    narrow = heading("Education")
    for study in who.studies:
        narrow += (
            f"#text(size: 11pt)[{q(study.school.upper())}] \\\n#smallcaps[{q(study.title)}] \\\n"
        )
        narrow += f"{q(f'May {study.year} | {study.city}')}\n\n"
    narrow += heading("Skills") + q(" • ".join(who.skills))
    narrow += heading("Languages") + q(" • ".join(f"{n} ({v})" for n, v in who.languages))
    wide = heading("Experience")
    for job in who.jobs:
        wide += f"#text(size: 11pt)[{b(job.company.upper())} {q(f'| {job.role}')}] \\\n"
        wide += f"{q(f'{words(job)} | {job.city}')}\n{tasks(job)}"
    grid = f"#grid(columns: (33%, 1fr), column-gutter: 0.8cm, [{narrow}], [{wide}])"
    return compiled(
        f"#align(center)[#text(size: 28pt)[{q(who.name)}]]\n{contact(who)}{grid}", "1cm"
    )


def reactive(who: Person) -> bytes:
    """Reactive Resume: company and dates, role and place, sections in two columns below."""
    source = f"#text(size: 20pt)[{q(who.name)}]\n\n{contact(who)}" + heading("Experience")
    for job in who.jobs:
        source += right(b(job.company), b(spans(job))) + right(q(job.role), q(f"{job.city}, India"))
        source += tasks(job)
    left = heading("Education")
    for study in who.studies:
        left += (
            f"{b(study.school)} \\\n{q(study.title)} "
            f"\\\n{q(f'{study.year - 3} to {study.year}')}\n\n"
        )
    other = heading("Skills") + "".join(
        f"{b(skill)} \\\n{q('Advanced')}\n\n" for skill in who.skills
    )
    other += heading("Languages") + "".join(f"{b(n)} \\\n{q(v)}\n\n" for n, v in who.languages)
    return compiled(f"{source}#grid(columns: (1fr, 1fr), column-gutter: 1cm, [{left}], [{other}])")


def word_modern(who: Person) -> bytes:
    """Word: "Role / dates" in a cell at the left and the company at the right, inverted order."""
    document = docx.Document()
    document.add_paragraph(who.name)
    document.add_paragraph("Experience")
    for job in who.jobs:
        began, ended = f"{job.began:%B %Y}", f"{job.ended:%B %Y}" if job.ended else "present"
        document.add_paragraph(f"{began} – {ended}".upper())
        document.add_paragraph(f"{job.role}, {job.company}, {job.city}")
        document.add_paragraph(" ".join(f"{task}." for task in job.tasks))
    document.add_paragraph("Education")
    for study in who.studies:
        document.add_paragraph(f"MAY {study.year}")
        document.add_paragraph(f"{study.title}, {study.school}, {study.city}")
    document.add_paragraph("Skills")
    table = document.add_table(rows=0, cols=2)
    for number in range(0, len(who.skills) - 1, 2):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = who.skills[number], who.skills[number + 1]
    if len(who.skills) % 2:
        document.add_paragraph(who.skills[-1], style="List Bullet")
    document.add_paragraph("Languages")
    for name, level in who.languages:
        document.add_paragraph(f"{name}: {level}", style="List Bullet")
    return saved(document)


def fresher(who: Person) -> bytes:
    """A form of colleges in India: a table of marks, and a numbered list of companies."""
    source = f"#align(center)[{b('RESUME')}]\n\n{q('Name : ' + who.name)}\n\n" + heading(
        "Career Objective:"
    )
    source += q("To secure a position where I can learn and grow with the organisation.")
    source += heading("Educational Qualification:")
    head = ("Course / Degree", "Name of the Institution", "Year of Passing", "Percentage of Marks")
    cells = "".join(f"[{b(text)}], " for text in head)
    for study in who.studies:
        facts = (study.title, study.school, str(study.year), "71%")
        cells += "".join(f"[{q(text)}], " for text in facts)
    source += f"#table(columns: (3.4cm, 5.4cm, 2.2cm, 2.8cm), align: center + horizon, {cells})"
    source += heading("Work Experience:")
    for number, job in enumerate(who.jobs, 1):
        ended = (
            f"{job.ended.day}st {LONG[job.ended.month - 1]} {job.ended.year}"
            if job.ended
            else "Present"
        )
        dates = f"1st {LONG[job.began.month - 1]} {job.began.year} – {ended}"
        source += (
            f"{q(f'{number}. {job.company}, {job.city}')} \\\n{q(job.role)} "
            f"\\\n{q(dates)}\n{tasks(job)}"
        )
    source += heading("Skills:") + "".join(f"- {q(skill)}\n" for skill in who.skills)
    source += heading("Personal Details:") + q("Date of Birth : 12-05-1998") + " \\\n"
    return compiled(source + q(f"Languages Known : {', '.join(n for n, _ in who.languages)}"))


def word_labels(who: Person) -> bytes:
    """Word: a table whose first column has headings, and jobs by labels in its second."""
    document = docx.Document()
    document.add_paragraph(f"{who.name}\nsomeone@example.com")
    table = document.add_table(rows=0, cols=2)

    def row(title: str, lines: list[str]) -> None:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = title, "\n".join(lines)

    lines = []
    for job in who.jobs:
        lines += [f"{job.role} – {job.company}, {job.city}", f"({words(job)})", *job.tasks, ""]
    row("Work Experience", lines)
    schools = [f"{s.title}, {s.school} ({s.year - 3}–{s.year})" for s in who.studies]
    row("Education", schools)
    row("Key Skills", list(who.skills))
    row("Languages", [f"{name} ({level})" for name, level in who.languages])
    return saved(document)


def marked_dates(who: Person) -> bytes:
    """Role at the left, company in italics, dates in brackets at the end of the same line."""
    source = f"= {q(who.name)}\n{contact(who)}" + heading("CAREER HISTORY")
    for job in who.jobs:
        ended = f"{job.ended:%d.%m.%Y}" if job.ended else "till date"
        source += (
            f"{b(job.role)} {q('–')} {i(job.company)} "
            f"{q(f'[{job.began:%d.%m.%Y} – {ended}]')}\n{tasks(job)}"
        )
    source += heading("ACADEMICS")
    for study in who.studies:
        source += f"{q(f'{study.year}: {study.title} – {study.school} – 65%')}\n\n"
    source += heading("SKILL SET") + q(" / ".join(who.skills)) + heading("LANGUAGES KNOWN")
    return compiled(source + q(" / ".join(n for n, _ in who.languages)))


def sidebar_timeline(who: Person) -> bytes:
    """A sidebar, and at its right a timeline with dates before each job."""
    side = heading("CONTACT") + q("98765 43210") + "\n\n" + q("someone@example.com")
    side += heading("SKILLS") + "".join(f"- {q(skill)}\n" for skill in who.skills)
    side += heading("LANGUAGES") + "\n\n".join(q(f"{n}: {v}") for n, v in who.languages)

    def rows(entries: list[tuple[str, str]]) -> str:
        cells = ", ".join(f"[{left}], [{text}]" for left, text in entries)
        return f"#grid(columns: (3.3cm, 1fr), column-gutter: 0.3cm, row-gutter: 1em, {cells})"

    main = heading("WORK EXPERIENCE")
    main += rows(
        [
            (q(words(job)), f"{b(job.role)} \\\n{q(job.company)}, {q(job.city)}\n{tasks(job)}")
            for job in who.jobs
        ]
    )
    main += heading("EDUCATION")
    main += rows(
        [(q(f"{s.year - 3} - {s.year}"), f"{b(s.title)} \\\n{q(s.school)}") for s in who.studies]
    )
    head = f"#text(size: 26pt)[{q(who.name)}]\n\n"
    columns = "columns: (4.5cm, 1fr), column-gutter: 0.8cm"
    return compiled(f"{head}#grid({columns}, [{side}], [{main}])", "1.4cm")


TEMPLATES: tuple[Template, ...] = (
    deedy, reactive, word_modern, fresher, word_labels, marked_dates, sidebar_timeline,
)  # fmt: skip
