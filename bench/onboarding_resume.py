"""Precision and recall of the résumé parser on labelled résumés, field by field.

The set (`onboarding/tests/support/resumes.py`) has 36 files in six usual layouts and three file
types, and 12 in two untidy layouts, which have no goal.
"""

import time
from collections import defaultdict
from typing import Any

from _harness import report

from onboarding.resume.parser import text_extraction
from onboarding.resume.parser.proposal import propose
from onboarding.tests.support import resumes

Facts = dict[str, set[Any]]


def labelled(who: resumes.Person, *, with_bio: bool) -> Facts:
    """What the résumé says, field by field."""
    jobs, studies = list(enumerate(who.jobs)), list(enumerate(who.studies))
    return {
        "company": {job.company for _, job in jobs},
        "role": {job.role for _, job in jobs},
        "kind of work": {(job.company, job.domain) for _, job in jobs},
        "from and to": {(job.company, job.began, job.ended) for _, job in jobs},
        "level": {(study.title, study.level) for _, study in studies},
        "title": {study.title for _, study in studies},
        "institution": {study.school for _, study in studies},
        "year": {(study.title, study.year) for _, study in studies},
        "skills": set(who.skills.values()),
        "languages": set(who.languages),
        "bio": {who.bio} if with_bio and who.bio else set(),
    }


def read(data: bytes) -> Facts:
    """What was read from the file."""
    found = propose(text_extraction.extract_text(data)[1].decode(), today=resumes.TODAY)
    jobs, studies = found.experiences, found.qualifications
    return {
        "company": {job.company for job in jobs},
        "role": {job.role for job in jobs},
        "kind of work": {(job.company, job.domain) for job in jobs},
        "from and to": {(job.company, job.started_on, job.ended_on) for job in jobs},
        "level": {(study.title, study.level) for study in studies},
        "title": {study.title for study in studies},
        "institution": {study.institution for study in studies},
        "year": {(study.title, study.year) for study in studies},
        "skills": set(found.skills),
        "languages": set(found.languages),
        "bio": {found.bio} if found.bio else set(),
    }


def plain(facts: set[Any]) -> set[str]:
    """Case-folded, so that capitals do not count as a difference."""
    return {str(fact).casefold() for fact in facts}


def measure(layouts: tuple[Any, ...]) -> tuple[float, float, float]:
    """Percentages missed and wrong in the worst field, and milliseconds of the slowest file."""
    right: dict[str, int] = defaultdict(int)
    said: dict[str, int] = defaultdict(int)
    wanted: dict[str, int] = defaultdict(int)
    slowest = 0.0
    for _, who, lines, make in resumes.labelled_set(layouts):
        data = make()
        began = time.process_time()
        got = read(data)
        slowest = max(slowest, time.process_time() - began)
        for field, facts in labelled(who, with_bio=who.bio in lines).items():
            right[field] += len(plain(facts) & plain(got[field]))
            said[field] += len(got[field])
            wanted[field] += len(facts)
    for field in wanted:
        precision = right[field] / (said[field] or 1)
        recall = right[field] / (wanted[field] or 1)
        print(f"{field:14} precision {precision:6.1%}  recall {recall:6.1%}  of {wanted[field]}")
    missed = max(1 - right[field] / wanted[field] for field in wanted if wanted[field])
    wrong = max(1 - right[field] / said[field] for field in wanted if said[field])
    return 100 * missed, 100 * wrong, 1000 * slowest


def figures() -> dict[str, tuple[float, float]]:
    """Figures of the usual layouts, with goals, and of the untidy ones, for information."""
    print("usual layouts")
    missed, wrong, slowest = measure(resumes.LAYOUTS)
    print("untidy layouts, which the reader was not written for")
    missed_untidy, wrong_untidy, _ = measure(resumes.UNTIDY)
    return {
        "résumés, usual: worst field missed, per cent": (missed, 10),
        "résumés, usual: worst field wrong, per cent": (wrong, 10),
        "résumés, untidy: worst field missed, per cent": (missed_untidy, 100),
        "résumés, untidy: worst field wrong, per cent": (wrong_untidy, 100),
        "résumés: slowest file, milliseconds": (slowest, 2000),
    }


if __name__ == "__main__":
    report(figures())
