"""Agents of a large market, loaded in SQL: what a client's ranking compares."""

import importlib
from typing import Any

from _board_rows import _LEVELS, _hashed, _pick, _some

#: Agents are loaded in parts, so that progress shows.
PART = 100_000
_DOMAINS = ("SUPPORT", "SALES", "TECHNICAL", "MODERATION", "BACK_OFFICE", "OTHER")
_TITLES = ("Bachelor's degree", "Diploma or ITI", "Class 12", "Master's degree")


def load(agents: int) -> None:
    """Load so many agents who may work. Keys are those of the row's number."""
    db: Any = importlib.import_module("django.db")
    lexicon: Any = importlib.import_module("onboarding.vocabulary.lexicon")
    skills = [word.name.casefold() for word in lexicon.words("skills")][:70]
    languages = [word.name.casefold() for word in lexicon.words("languages")][:25]
    key = "md5('agent ' || g)::uuid"
    level = _pick(_LEVELS, _hashed(4))
    changed = f"now() - ({_hashed(10)} % 800000) * interval '1 minute'"
    with db.transaction.atomic(), db.connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for first in range(1, agents + 1, PART):
            numbers = f"generate_series({first}, {min(first + PART - 1, agents)}) AS g"
            cursor.execute(
                "INSERT INTO accounts_agent (id, created_at, updated_at, user_id, given_name,"  # noqa: S608
                " family_name, birth_on, current_address_sealed, permanent_address_sealed, shift,"
                " skills, languages, bio, level)"
                f" SELECT {key}, now(), now(), gen_random_uuid(), '', '', '', '', '', '', '{{}}',"
                f" '{{}}', '', {level} FROM {numbers}"
            )
            cursor.execute(
                "INSERT INTO gigs_matchprofile (id, created_at, updated_at, agent_id, level,"  # noqa: S608
                " skills, languages, qualifications, domains, months, fluency, changed_at,"
                " refresh_at)"
                f" SELECT {key}, now(), now(), {key}, {level}, {_some(skills, 6, 300)},"
                f" {_some(languages, 3, 500)},"
                f" ARRAY[{_pick(_TITLES, _hashed(6))}], ARRAY[{_pick(_DOMAINS, _hashed(7))}],"
                f" {_hashed(8)} % 120, '{{}}', {changed}, now() + interval '1 day' FROM {numbers}"
            )
    with db.connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE accounts_agent")
        cursor.execute("VACUUM ANALYZE gigs_matchprofile")
