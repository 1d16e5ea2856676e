"""How much of résumés in the forms of public templates is read rightly, wrongly and not at all.

The facts are made up by a generator, so that the right answer is known, and drawn by Typst and
python-docx in the forms of `resume_templates.py` and `held_out_resumes.py` of the tests' support.
The second module was written after the parser, with other words.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from _harness import report

from onboarding.resume.parser import text_extraction
from onboarding.resume.parser.proposal import Proposal, propose
from onboarding.tests.support import (
    held_out_resumes,
    job_site_resumes,
    office_resumes,
    resume_templates,
)
from onboarding.tests.support.resume_templates import SKILLS, TODAY, Person

PEOPLE = 8
Facts = dict[str, set[Any]]


@dataclass
class Count:
    """Facts of one field: told by the résumés, read rightly, and read wrongly."""

    told: int = 0
    right: int = 0
    wrong: int = 0


def labelled(who: Person) -> Facts:
    """What the résumé says, field by field. Fields of a job are told apart by its start."""
    return {
        "title": {(job.began, job.role) for job in who.jobs},
        "employer": {(job.began, job.company) for job in who.jobs},
        "start": {(job.company, job.began) for job in who.jobs},
        "end": {(job.company, job.began, job.ended) for job in who.jobs},
        "degree": {study.title for study in who.studies},
        "level": {(study.title, study.level) for study in who.studies},
        "institution": {(study.title, study.school) for study in who.studies},
        "year": {(study.title, study.year) for study in who.studies},
        "skills": {SKILLS[skill] for skill in who.skills},
        "languages": {name for name, _ in who.languages},
    }


def read(found: Proposal) -> Facts:
    """What was read. Empty fields are left out."""
    jobs, studies = found.experiences, found.qualifications
    return {
        "title": {(job.started_on, job.role) for job in jobs if job.role},
        "employer": {(job.started_on, job.company) for job in jobs if job.company},
        "start": {(job.company, job.started_on) for job in jobs},
        "end": {(job.company, job.started_on, job.ended_on) for job in jobs},
        "degree": {study.title for study in studies},
        "level": {(study.title, study.level) for study in studies if study.level},
        "institution": {(s.title, s.institution) for s in studies if s.institution},
        "year": {(study.title, study.year) for study in studies if study.year},
        "skills": set(found.skills),
        "languages": set(found.languages),
    }


def plain(facts: set[Any]) -> set[str]:
    """Case-folded, so that capitals do not count as a difference."""
    return {str(fact).casefold() for fact in facts}


def measure(drawn: Iterator[tuple[str, Person, bytes]]) -> tuple[float, float, float]:
    """Shares of the worst field: right and wrong; and milliseconds of the slowest file."""
    counts: dict[str, Count] = defaultdict(Count)
    slowest = 0.0
    for _, who, data in drawn:
        began = time.process_time()
        found = propose(text_extraction.extract_text(data)[1].decode(), today=TODAY)
        slowest = max(slowest, time.process_time() - began)
        got = read(found)
        for field, facts in labelled(who).items():
            counts[field].told += len(facts)
            counts[field].right += len(plain(facts) & plain(got[field]))
            counts[field].wrong += len(plain(got[field]) - plain(facts))
    for field, count in counts.items():
        empty = 1 - (count.right + count.wrong) / count.told
        print(
            f"{field:12} right {count.right / count.told:6.1%}  wrong "
            f"{count.wrong / count.told:6.1%}  empty {max(0.0, empty):6.1%}  of {count.told}"
        )
    worst = min(count.right / count.told for count in counts.values())
    wrong = max(count.wrong / count.told for count in counts.values())
    return worst, wrong, 1000 * slowest


def figures() -> dict[str, tuple[float, float]]:
    """Figures of the templates that the parser was written for, and of those held out."""
    print("templates")
    known = (resume_templates, job_site_resumes, office_resumes)
    templates = tuple(template for module in known for template in module.TEMPLATES)
    right, wrong, slowest = measure(resume_templates.drawn(templates, PEOPLE))
    print("templates held out")
    held_out = resume_templates.drawn(
        held_out_resumes.TEMPLATES, 2 * PEOPLE, change=held_out_resumes.elsewhere
    )
    right_held, wrong_held, slowest_held = measure(held_out)
    return {
        "résumés: worst field not right, per cent": (100 * (1 - right), 10),
        "résumés: worst field wrong, per cent": (100 * wrong, 2),
        "résumés held out: worst field not right, per cent": (100 * (1 - right_held), 15),
        "résumés held out: worst field wrong, per cent": (100 * wrong_held, 2),
        "résumés: slowest file, milliseconds": (max(slowest, slowest_held), 2000),
    }


if __name__ == "__main__":
    report(figures())
