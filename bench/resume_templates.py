"""What the résumé reader makes of files in the styles of public templates, field by field.

A fact is right, wrong (something else was read) or empty. What was read and is nowhere in the truth
counts as wrong too. The styles were drawn without a look at the reader; see `bench/data/README.md`.
"""

import argparse
import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from _harness import report
from _resume_templates import PEOPLE, STYLES, TODAY, JobTruth, StudyTruth, Truth, resumes

from onboarding.resume.parser import text_extraction
from onboarding.resume.parser.proposal import Proposal, propose

FIELDS = ("company", "role", "from and to", "title", "institution", "year", "skills", "languages")
RIGHT, WRONG, EMPTY = "right", "wrong", "empty"
Verdict = tuple[str, str]


def plain(text: str) -> str:
    """Letters and digits alone: commas, dots and capitals are no difference."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", folded))


def judge(field: str, read: str, accepted: Sequence[str]) -> Verdict:
    if not plain(read):
        return field, EMPTY
    return field, RIGHT if plain(read) in map(plain, accepted) else WRONG


def same_month(read: Any, point: tuple[int, int | None] | None) -> bool:
    """Whether a date that was read is in this month, or in this year where no month stands."""
    if read is None or point is None:
        return read is None and point is None
    year, month = point
    return bool(read.year == year and month in (None, read.month))


def nearest(
    truths: Sequence[Any], found: Sequence[Any], likeness: Callable[[Any, Any], int]
) -> tuple[list[tuple[Any, Any]], list[Any]]:
    """Each truth with the entry that is most like it, and the entries that are like none."""
    left = list(found)
    pairs: list[tuple[Any, Any]] = []
    for truth in truths:
        best = max(left, key=lambda entry, truth=truth: likeness(truth, entry), default=None)
        if best is not None and likeness(truth, best) > 0:
            left.remove(best)
            pairs.append((truth, best))
        else:
            pairs.append((truth, None))
    return pairs, left


def job_likeness(truth: JobTruth, read: Any) -> int:
    dates = same_month(read.started_on, truth.start) + same_month(read.ended_on, truth.end)
    words = (judge("", read.company, truth.company)[1], judge("", read.role, truth.role)[1])
    return dates + 2 * words.count(RIGHT)


def study_likeness(truth: StudyTruth, read: Any) -> int:
    words = (
        judge("", read.title, truth.title)[1],
        judge("", read.institution, truth.institution)[1],
    )
    return (read.year == truth.year) + 2 * words.count(RIGHT)


def judge_jobs(truth: Truth, read: Proposal) -> Iterator[Verdict]:
    pairs, spurious = nearest(truth.jobs, read.experiences, job_likeness)
    for job, found in pairs:
        if found is None:
            yield from ((name, EMPTY) for name in ("company", "role", "from and to"))
            continue
        yield judge("company", found.company, job.company)
        yield judge("role", found.role, job.role)
        right = same_month(found.started_on, job.start) and same_month(found.ended_on, job.end)
        yield "from and to", RIGHT if right else WRONG
    for found in spurious:
        for name, value in (("company", found.company), ("role", found.role)):
            if value:
                yield name, WRONG
        yield "from and to", WRONG


def judge_studies(truth: Truth, read: Proposal) -> Iterator[Verdict]:
    pairs, spurious = nearest(truth.studies, read.qualifications, study_likeness)
    for study, found in pairs:
        if found is None:
            yield from ((name, EMPTY) for name in ("title", "institution", "year"))
            continue
        yield judge("title", found.title, study.title)
        yield judge("institution", found.institution, study.institution)
        yield judge("year", str(found.year or ""), (str(study.year),))
    for found in spurious:
        for name, value in (
            ("title", found.title),
            ("institution", found.institution),
            ("year", found.year),
        ):
            if value:
                yield name, WRONG


def judge_words(truth: Truth, read: Proposal) -> Iterator[Verdict]:
    for name, true, said in (
        ("skills", truth.skills, set(read.skills)),
        ("languages", truth.languages, set(read.languages)),
    ):
        yield from ((name, RIGHT if word in said else EMPTY) for word in sorted(true))
        yield from ((name, WRONG) for _ in said - true)


def judge_file(truth: Truth, read: Proposal) -> Iterator[Verdict]:
    yield from judge_jobs(truth, read)
    yield from judge_studies(truth, read)
    yield from judge_words(truth, read)


def facts_in(truth: Truth) -> Counter[str]:
    jobs, studies = len(truth.jobs), len(truth.studies)
    return Counter({
        "company": jobs, "role": jobs, "from and to": jobs,
        "title": studies, "institution": studies, "year": studies,
        "skills": len(truth.skills), "languages": len(truth.languages),
    })  # fmt: skip


def print_shares(heading: str, counts: dict[str, Counter[str]], of: Counter[str]) -> None:
    print(heading)
    for name in FIELDS:
        number = of[name] or 1
        shares = "  ".join(f"{v} {counts[name][v] / number:4.0%}" for v in (RIGHT, WRONG, EMPTY))
        print(f"  {name:12} {shares}  of {of[name]}")


def figures(
    people: int = len(PEOPLE), *, styles: Sequence[str] = (), folder: Path | None = None
) -> dict[str, tuple[float, float]]:
    """Measure, print each style's weak fields and the sums, and return the figures."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    facts: Counter[str] = Counter()
    by_style: dict[str, Counter[str]] = defaultdict(Counter)
    by_style_facts: Counter[str] = Counter()
    slowest, whole, jobs = 0.0, 0, 0
    for resume in resumes(PEOPLE[:people]):
        if styles and resume.style not in styles:
            continue
        if folder:
            (folder / resume.file_name).write_bytes(resume.data)
        began = time.process_time()
        text = text_extraction.extract_text(resume.data)[1].decode()
        read = propose(text, today=TODAY)
        slowest = max(slowest, time.process_time() - began)
        for name, verdict in judge_file(resume.truth, read):
            sums[name][verdict] += 1
            by_style[resume.style][f"{name} {verdict}"] += 1
        facts += facts_in(resume.truth)
        by_style_facts += Counter(
            {f"{resume.style} {name}": n for name, n in facts_in(resume.truth).items()}
        )
        jobs += len(resume.truth.jobs)
        whole += sum(
            any(job_likeness(job, found) == 6 for found in read.experiences)
            for job in resume.truth.jobs
        )
    for style, counts in by_style.items():
        weak = [
            f"{name} {counts[f'{name} {RIGHT}']}/{by_style_facts[f'{style} {name}']}"
            f" ({counts[f'{name} {WRONG}']} wrong)"
            for name in FIELDS
            if counts[f"{name} {RIGHT}"] < by_style_facts[f"{style} {name}"]
            or counts[f"{name} {WRONG}"]
        ]
        print(f"{style:20} {'; '.join(weak) or 'all right'}")
    print_shares("all styles", sums, facts)
    print(f"  whole jobs   right {whole / (jobs or 1):4.0%}  of {jobs}")
    shown = [name for name in FIELDS if facts[name]]
    not_right = max(1 - sums[name][RIGHT] / facts[name] for name in shown)
    wrong = max(sums[name][WRONG] / facts[name] for name in shown)
    return {
        "résumés on public templates: worst field not right, share": (not_right, 0.15),
        "résumés on public templates: worst field wrong, share": (wrong, 0.02),
        "résumés on public templates: slowest file, milliseconds": (1000 * slowest, 2000),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    names = [style.draw.__name__ for style in STYLES]
    parser.add_argument("--people", type=int, default=len(PEOPLE))
    parser.add_argument("--style", action="append", choices=names, default=[])
    parser.add_argument("--keep", type=Path, help="a folder for the files")
    options = parser.parse_args()
    report(figures(options.people, styles=options.style, folder=options.keep))
