"""Opportunities of a large market, loaded in SQL: their words, requirements, pay and deadlines."""

import importlib
from typing import Any

CLIENTS, PROJECTS = 2000, 4000
_TITLES = {
    "VOICE": "Phone support",
    "CHAT": "Chat support",
    "EMAIL": "E-mail replies",
    "SOCIAL": "Comments on social pages",
    "BACK_OFFICE": "Data entry",
    "QUALITY": "Quality review of calls",
}
_FOR = (
    "home and garden", "an online pharmacy", "a bank", "mobile recharges", "train bookings",
    "a grocery app", "school admissions", "insurance claims", "a food delivery app", "used cars",
    "hotel bookings", "electric scooters", "a telecom company", "fashion orders", "loan follow-up",
)  # fmt: skip
_WHEN = ("in the evening", "in the morning", "at night", "at weekends", "for the season", "")
_LEVELS = ("A1", "A2", "A2", "B1", "B1", "B2", "B2", "C1", "C2")
_SENTENCES = (
    "You help shoppers choose and settle their returns.",
    "There is a script for the most common questions.",
    "Write down what was agreed with the customer.",
    "A colleague is there to ask at any time.",
    "You need a quiet room and a stable connection.",
    "Hand over complaints to the team lead.",
)


def _pick(values: Any, number: str) -> str:
    quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"(ARRAY[{quoted}])[1 + (({number})::bigint % {len(values)})]"


def _hashed(salt: int) -> str:
    """A number that looks drawn, the same in each run."""
    return f"abs(hashint4((g + {salt})::int)::bigint)"


def _some(values: list[str], most: int, salt: int) -> str:
    """Up to `most` of the values; the first are asked for most often."""
    picks = ", ".join(
        _pick(values, f"least({_hashed(salt + n)} % {len(values)}, {_hashed(salt + 50 + n)}"
                      f" % {len(values)})")
        for n in range(most)
    )  # fmt: skip
    count = f"{_hashed(salt + 99)} % {most + 1}"
    drawn = f"unnest((ARRAY[{picks}])[1:{count}]) x"
    return f"(SELECT coalesce(array_agg(DISTINCT x), ARRAY[]::text[]) FROM {drawn})"  # noqa: S608


def load(opportunities: int) -> None:
    """Load clients, projects and open opportunities, with the document of the search."""
    apps = importlib.import_module("django.apps").apps
    db = importlib.import_module("django.db")
    tables = importlib.import_module("tests.support.filled_tables")
    lexicon = importlib.import_module("onboarding.vocabulary.lexicon")
    skills = [word.name for word in lexicon.words("skills")][:70]
    languages = [word.name for word in lexicon.words("languages")][:25]
    category = _pick(_TITLES, _hashed(1))
    title = f"{_pick(_TITLES.values(), _hashed(1))} for {{}} {{}}".replace("for {} {}", "")
    prose = " || ' ' || ".join(_pick(_SENTENCES, _hashed(200 + n)) for n in range(6))
    own, later = "gigs.Opportunity.", "now() + interval '9 days'"
    columns = {
        "gigs.Client.name": "'Client ' || g || ' ' || " + _pick(("Retail", "Bank", "Foods"), "g"),
        own + "title": f"{title} || ' for ' || {_pick(_FOR, _hashed(2))} || ' '"
        f" || {_pick(_WHEN, _hashed(3))}",
        own + "description": f"{prose} || ' Reference w' || g % 5000",
        own + "category": category,
        own + "skills": _some(skills, 4, 300),
        own + "languages": _some(languages, 3, 500),
        own + "minimum_level": _pick(_LEVELS, _hashed(4)),
        own + "experience_years": f"({_hashed(5)} % 4)",
        own + "qualifications": _pick(("", "", "", "Diploma", "Bachelor''s degree"), _hashed(6)),
        own + "pay_kind": _pick(("HOURLY", "HOURLY", "HOURLY", "FIXED"), _hashed(7)),
        own + "rate_paise": f"(10000 + ({_hashed(8)} % 400) * 100)",
        own + "hours_each": "40",
        own + "headcount": "5",
        own + "filled": "0",
        own + "state": "'OPEN'",
        own + "visibility": "'PUBLIC'",
        own + "apply_by": f"now() + ({_hashed(9)} % 30000 + 10) * interval '1 minute'",
        own + "published_at": f"now() - ({_hashed(10)} % 80000) * interval '1 minute'",
        own + "last_evening_at": f"CASE {_hashed(11)} % 5 WHEN 0 THEN {later} END",
        own + "last_weekend_at": f"CASE {_hashed(12)} % 9 WHEN 0 THEN {later} END",
    }
    tables.COLUMNS.update(columns)
    counts = {
        "gigs.Client": CLIENTS, "gigs.Project": PROJECTS, "gigs.Opportunity": opportunities,
    }  # fmt: skip
    with db.transaction.atomic():
        tables.fill([apps.get_model(label) for label in counts], counts, 1)
        with db.connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                "UPDATE gigs_opportunity o SET search ="
                " setweight(to_tsvector('simple', o.title), 'A')"
                " || setweight(to_tsvector('simple', array_to_string("
                "o.skills || o.languages::varchar[], ' ')), 'B')"
                " || setweight(to_tsvector('simple', c.name), 'B')"
                " || setweight(to_tsvector('simple', o.description), 'D')"
                " FROM gigs_project p JOIN gigs_client c ON c.id = p.client_id"
                " WHERE p.id = o.project_id"
            )
            cursor.execute(
                "INSERT INTO gigs_searchword (word) SELECT word FROM ts_stat("
                "'SELECT search FROM gigs_opportunity') WHERE length(word) BETWEEN 4 AND 30"
                " AND word !~ '[0-9-]' ON CONFLICT DO NOTHING"
            )
    with db.connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE gigs_opportunity")
        cursor.execute("VACUUM ANALYZE gigs_searchword")
