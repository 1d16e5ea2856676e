"""Résumés in forms of AltaCV, Indeed, Naukri, Internshala, a timeline and call centres."""

import docx

from onboarding.tests.support.resume_templates import (
    LONG,
    Job,
    Person,
    Template,
    b,
    compiled,
    contact,
    heading,
    i,
    month_words,
    q,
    right,
    saved,
    tasks,
    words,
)


def altacv(who: Person) -> bytes:
    """AltaCV: jobs in a wide left column; dates and place on a line of their own."""
    wide = heading("Experience")
    for job in who.jobs:
        wide += f"#text(size: 12pt)[{q(job.role)}]\n\n{b(job.company)}\n\n"
        wide += f"#text(size: 8pt)[{q(words(job))} #h(2em) {q(job.city)}]\n{tasks(job)}"
    narrow = heading("Strengths") + q(", ".join(who.skills)) + heading("Languages")
    narrow += "".join(right(q(name), q(level)) for name, level in who.languages)
    narrow += heading("Education")
    for study in who.studies:
        narrow += f"#text(size: 12pt)[{q(study.title)}]\n\n{b(study.school)}\n\n"
        narrow += f"#text(size: 8pt)[{q(f'June {study.year - 3} – May {study.year}')}]\n\n"
    head = f"#text(size: 22pt)[{q(who.name)}]\n\n{contact(who)}"
    return compiled(f"{head}#grid(columns: (1fr, 35%), column-gutter: 1cm, [{wide}], [{narrow}])")


def indeed(who: Person) -> bytes:
    """Indeed: role; company and place; "January 2020 to Present"."""
    source = f"#text(size: 20pt)[{q(who.name)}]\n\n{contact(who)}" + heading("Work Experience")
    for job in who.jobs:
        dates = f"{month_words(job.began, '', LONG)} to {month_words(job.ended, 'Present', LONG)}"
        source += (
            f"{b(job.role)} \\\n{q(f'{job.company} - {job.city}')} \\\n{q(dates)}\n{tasks(job)}"
        )
    source += heading("Education")
    for study in who.studies:
        dates = f"June {study.year - 3} to May {study.year}"
        source += f"{b(study.title)} \\\n{q(f'{study.school} - {study.city}')} \\\n{q(dates)}\n\n"
    source += heading("Skills") + "".join(f"- {q(f'{s} (2 years)')}\n" for s in who.skills)
    return compiled(
        source + heading("Languages") + "".join(f"- {q(f'{n} - {v}')}\n" for n, v in who.languages)
    )


def naukri(who: Person) -> bytes:
    """Naukri: "Role at Company" over "2020 Jan to Till Date" in another order of facts."""
    source = f"{b(who.name)}\n\n{contact(who)}" + heading("PROFILE SUMMARY")
    source += q("A quick learner with experience in customer support.") + heading("KEY SKILLS")
    source += q(", ".join(who.skills)) + heading("WORK EXPERIENCE")
    for job in who.jobs:
        ended = month_words(job.ended, "Till Date")
        source += f"{b(words(job).split(' –')[0] + ' - ' + ended)} \\\n"
        source += f"{q(f'{job.role} at {job.company}')}\n{tasks(job)}"
    source += heading("EDUCATION DETAILS")
    for study in who.studies:
        source += f"{q(str(study.year))} \\\n{q(f'{study.title} from {study.school}')} \\\n"
        source += q("Percentage: 66%") + "\n\n"
    cells = "[Language], [Proficiency], [Read], [Write], [Speak], "
    cells += ", ".join(f"[{q(n)}], [{q(v)}], [Yes], [Yes], [Yes]" for n, v in who.languages)
    return compiled(source + heading("LANGUAGES") + f"#table(columns: 5, {cells})")


def timeline(who: Person) -> bytes:
    """Canva: a timeline with dates at the left of a line, skills in two columns."""

    def rows(entries: list[tuple[str, str]]) -> str:
        cells = ", ".join(f"[{left}], [#circle(radius: 3pt)], [{text}]" for left, text in entries)
        return f"#grid(columns: (3cm, 0.6cm, 1fr), column-gutter: 0.3cm, row-gutter: 1em, {cells})"

    def years(job: Job) -> str:
        return words(job).upper()

    source = f"#align(center)[#text(size: 24pt, tracking: 0.2em)[{q(who.name.upper())}]]\n"
    source += f"#align(center)[{contact(who)}]"
    source += f"#align(center)[#text(tracking: 0.2em)[{b('WORK EXPERIENCE')}]]\n"
    source += rows(
        [(q(years(job)), f"{b(job.company)} \\\n{q(job.role)}\n{tasks(job)}") for job in who.jobs]
    )
    source += f"\n#align(center)[#text(tracking: 0.2em)[{b('EDUCATION')}]]\n"
    source += rows(
        [(q(f"{s.year - 3} - {s.year}"), f"{b(s.school)} \\\n{q(s.title)}") for s in who.studies]
    )
    source += f"\n#align(center)[#text(tracking: 0.2em)[{b('SKILLS')}]]\n"
    cells = ", ".join(f"[- {q(skill)}]" for skill in who.skills)
    source += f"#grid(columns: 2, column-gutter: 3cm, row-gutter: 0.6em, {cells})\n"
    source += f"#align(center)[#text(tracking: 0.2em)[{b('LANGUAGES')}]]\n"
    return compiled(source + q("   |   ".join(f"{n} ({v})" for n, v in who.languages)))


def internshala(who: Person) -> bytes:
    """Internshala: headings in a left column, title and dates in one line."""
    jobs = "".join(
        f"{b(job.role)} \\\n{q(f'{job.company}, {job.city}')} \\\n{i(words(job))}\n{tasks(job)}\n"
        for job in who.jobs
    )
    schools = "".join(
        f"{b(f'{s.title} ({s.year - 3} - {s.year})')} \\\n{q(s.school)} \\\n{q('CGPA: 7.8')}\n\n"
        for s in who.studies
    )
    skills = "".join(f"- {q(skill)}\n" for skill in who.skills)
    languages = ", ".join(name for name, _ in who.languages)
    rows = [("EDUCATION", schools), ("JOBS", jobs), ("SKILLS", skills), ("LANGUAGES", q(languages))]
    cells = ", ".join(f"[#text(fill: gray)[{q(left)}]], [{text}]" for left, text in rows)
    grid = f"#grid(columns: (3.2cm, 1fr), column-gutter: 0.8cm, row-gutter: 1.6em, {cells})"
    return compiled(f"#text(size: 20pt)[{q(who.name)}]\n\n{contact(who)}{grid}")


def word_tab_stops(who: Person) -> bytes:
    """Word: company, tab, place; role, tab, dates. Numbered qualifications."""
    document = docx.Document()
    document.add_paragraph(who.name.upper())
    document.add_paragraph("Mobile: 98765 43210\tE-mail: someone@example.com")
    document.add_paragraph("PROFESSIONAL EXPERIENCE").runs[0].bold = True
    for job in who.jobs:
        document.add_paragraph(f"{job.company.upper()}\t\t{job.city}")
        document.add_paragraph(f"{job.role}\t\t\t{words(job)}")
        for task in job.tasks:
            document.add_paragraph(task, style="List Bullet")
    document.add_paragraph("EDUCATION")
    for study in who.studies:
        document.add_paragraph(
            f"{study.title} ({study.year}) from {study.school}, {study.city}.", style="List Number"
        )
    document.add_paragraph("SKILLS")
    for skill in who.skills:
        document.add_paragraph(skill, style="List Bullet")
    document.add_paragraph("LANGUAGES")
    document.add_paragraph("; ".join(f"{name} – {level}" for name, level in who.languages))
    return saved(document)


def call_centre(who: Person) -> bytes:
    """Labels with dashes, and marks before the years."""
    source = f"#align(center)[{b('BIO-DATA')}]\n{q('Name: ' + who.name)}\n\n" + heading(
        "Work Experience"
    )
    for job in who.jobs:
        dates = f"{job.began:%d/%m/%Y} to {f'{job.ended:%d/%m/%Y}' if job.ended else 'Till Now'}"
        source += (
            f"- {q(f'Organization Name - {job.company}')} \\\n{q(f'Position - {job.role}')} \\\n"
        )
        source += f"{q(f'Time Period - {dates}')} \\\n{q(f'Location - {job.city}')}\n"
    source += heading("Academic Qualification")
    for study in who.studies:
        source += f"- {q(f'{study.title}, {study.school} with 62.40% in {study.year}')}\n"
    source += heading("Computer Knowledge") + q(", ".join(who.skills)) + heading("Personal Profile")
    facts = (
        ("Date of Birth", "12th May 1998"),
        ("Languages", ", ".join(n for n, _ in who.languages)),
    )
    source += " \\\n".join(q(f"{label}: {text}") for label, text in facts)
    return compiled(source)


TEMPLATES: tuple[Template, ...] = (
    altacv, indeed, naukri, timeline, internshala, word_tab_stops, call_centre,
)  # fmt: skip
