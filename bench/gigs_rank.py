"""Time in the database of a client's ranking of agents, and how near it comes to the exact one.

`bench/gigs_rank.py 100000` loads so many agents. Each ranking is taken in turn with a control, 50
agents read by their keys, so that the load of the machine shows.
"""

import importlib
import random
import sys
from statistics import median
from typing import Any

import _match_profiles
from _harness import p95, report
from _own_database import own_database
from gigs_board import in_database

AGENTS, OPPORTUNITIES, EXACT = 1_000_000, 120, 6
#: Milliseconds in the database, and the share of the best possible sum of scores.
RANK_MS, NEARNESS = 75, 0.98
SEED = 20261130
#: The score of a match, for agents at the level, without stated proficiency.
_SCORE = (
    "30 + CASE WHEN %(skills)s = 0 THEN 20 ELSE 20 * (SELECT count(*) FROM unnest(skills) s"
    " WHERE s = ANY(%(skill_words)s)) / %(skills)s END"
    " + CASE WHEN %(title)s = '' THEN 20 WHEN EXISTS (SELECT FROM unnest(qualifications) q"
    " WHERE strpos(lower(q), %(title)s) > 0 OR strpos(%(title)s, lower(q)) > 0) THEN 20 ELSE 8 END"
    " + CASE WHEN %(months)s = 0 THEN 14 ELSE 14 * least(months, %(months)s) / %(months)s END"
    " + CASE WHEN domains && %(domains)s::varchar[] THEN 6 ELSE 0 END"
    " + CASE WHEN %(languages)s = 0 THEN 10 ELSE 10 * (SELECT count(*) FROM unnest(languages) l"
    " WHERE l = ANY(%(language_words)s)) / %(languages)s END"
)


def opportunities(number: int) -> list[Any]:
    """Unsaved opportunities with all kinds of requirements, the same in each run."""
    models = importlib.import_module("gigs.models")
    lexicon = importlib.import_module("onboarding.vocabulary.lexicon")
    skills = [word.name for word in lexicon.words("skills")][:70]
    languages = [word.name for word in lexicon.words("languages")][:25]
    draw = random.Random(SEED)
    client = models.Client.objects.create(name="Orchid Retail")
    project = models.Project.objects.create(client=client, title="Desk", budget_paise=1)
    return [
        models.Opportunity(
            project=project,
            title="Desk",
            category=draw.choice(models.Category.values),
            minimum_level=draw.choice(("A2", "B1", "B2", "C1", "C2")),
            skills=draw.sample(skills, draw.choice((0, 1, 2, 2, 3, 4))),
            languages=draw.sample(languages, draw.choice((0, 1, 1, 2))),
            experience_years=draw.choice((0, 0, 1, 2, 3, 8)),
            qualifications=draw.choice(("", "", "Diploma", "Bachelor's degree")),
        )
        for _ in range(number)
    ]


def exact_scores(opportunity: Any, most: int) -> list[int]:
    """The best scores of all agents, each computed."""
    matches = importlib.import_module("gigs.opportunities.matches")
    lexicon = importlib.import_module("onboarding.vocabulary.lexicon")
    connection = importlib.import_module("django.db").connection
    wanted = matches.requirements_of(opportunity, lexicon.Lexicon())
    facts = {
        "level": wanted.level,
        "skills": len(wanted.skills),
        "skill_words": [word.casefold() for word in wanted.skills],
        "languages": len(wanted.languages),
        "language_words": [word.casefold() for word in wanted.languages],
        "title": wanted.qualifications[0].casefold() if wanted.qualifications else "",
        "months": wanted.years * 12,
        "domains": list(wanted.domains),
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_SCORE} AS score FROM gigs_matchprofile"  # noqa: S608
            " WHERE level > '' AND level >= %(level)s ORDER BY score DESC LIMIT %(most)s",
            facts,
        )
        return [score for (score,) in cursor.fetchall()]


def measure() -> dict[str, tuple[float, float]]:
    """The 95th percentile over many opportunities, against the limit and the control."""
    ranking = importlib.import_module("gigs.opportunities.ranking")
    models = importlib.import_module("gigs.models")
    timezone = importlib.import_module("django.utils.timezone")
    offers = opportunities(OPPORTUNITIES)
    keys = list(models.MatchProfile.objects.values_list("pk", flat=True)[: ranking.BEST])
    by_key = models.MatchProfile.objects.filter(pk__in=keys)
    rank = lambda offer: ranking.best_agents(offer, now=timezone.now())  # noqa: E731
    for offer in offers[:10]:
        rank(offer)
    times, controls = [], []
    for offer in offers:
        times.append(in_database(lambda offer=offer: rank(offer)))
        controls.append(in_database(lambda: list(by_key.all())))
    nearness = []
    for offer in offers[:EXACT]:
        found = [row.match.score for row in rank(offer)]
        best = exact_scores(offer, ranking.BEST)
        nearness.append(sum(found) / sum(best))
        print(f"exact: {sum(best)}, ranked: {sum(found)} of {len(best)} agents")
    print(
        f"ranking: median {median(times):.1f} ms, 95 % {p95(times):.1f} ms, most {max(times):.1f};"
        f" {p95(times) / RANK_MS:.2f} of the limit,"
        f" {median(times) / median(controls):.0f} times the control"
    )
    print(f"control: median {median(controls):.2f} ms, 95 % {p95(controls):.2f} ms")
    return {
        "50 best agents, 95 %, ms": (round(p95(times), 1), RANK_MS),
        "sum of scores missing from the exact one": (
            round(1 - min(nearness), 3), round(1 - NEARNESS, 3),
        ),
    }  # fmt: skip


if __name__ == "__main__":
    with own_database():
        _match_profiles.load(int(sys.argv[1]) if len(sys.argv) > 1 else AGENTS)
        report(measure())
