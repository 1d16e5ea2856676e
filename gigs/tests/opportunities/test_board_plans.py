"""Plans of the board's statements, and its pages when a search finds more than it counts."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from conftest import NOON
from gigs.models import Client, Opportunity, Project
from gigs.opportunities import board, forms, matches, matching
from onboarding.vocabulary.lexicon import Lexicon
from tests.support import filled_tables

ROWS = 16_000
CANDIDATE = matching.Candidate(
    level="B2", skills=("Chat support", "Excel"), languages=("English",), months=30
)
MATCH = matches.Matcher(CANDIDATE, Lexicon())
SEARCHES = [
    {},
    {"sort": "newest"},
    {"sort": "deadline"},
    {"sort": "pay"},
    {"sort": "newest", "page": "42"},
    {"category": "VOICE"},
    {"open_to_me": "on"},
    {"q": "desk"},
    {"q": "x17"},
    {"q": "dsk"},
    {"q": "desk", "sort": "match"},
    {"language": "Hindi", "min_pay": "9"},
    {"hours": "evenings"},
]


def found_by(asked: dict[str, str]) -> board.Board:
    """A page of the board for the candidate."""
    search = board.BoardSearch(**forms.SearchForm(asked).facts())
    usual = board.Order.WORDS if search.words else board.Order.MATCH
    return board.board(
        search,
        order=asked.get("sort") or usual,
        number=asked.get("page"),
        level="B2",
        lexicon=MATCH.words,
        now=NOON,
        rank=lambda rows: matches.by_match(rows, MATCH),
    )


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Some thousand open opportunities, until the end of this module."""
    open_at_noon = "'2026-11-23 06:30Z'::timestamptz"
    columns = {
        "title": "'Desk x' || {g}",
        "description": "repeat('Answer shoppers. ', 110)",
        "skills": "CASE WHEN {g} % 90 = 0 THEN ARRAY['Excel'] ELSE ARRAY['Skill ' || {g} % 40] END",
        "languages": "ARRAY[(ARRAY['English', 'Hindi', 'Tamil'])[1 + {g} % 3]]",
        "search": "to_tsvector('simple', 'desk x' || {g})",
        "state": "'OPEN'",
        "apply_by": f"{open_at_noon} + {{g}} * interval '1 minute'",
        "published_at": f"{open_at_noon} - {{g}} * interval '1 minute'",
        "last_evening_at": f"CASE WHEN {{g}} % 5 = 0 THEN {open_at_noon} + interval '1 day' END",
    }
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        for name, text in columns.items():
            patch.setitem(filled_tables.COLUMNS, f"gigs.Opportunity.{name}", text)
        counts = {"gigs.Client": 50, "gigs.Project": 50, "gigs.Opportunity": ROWS}
        filled_tables.fill([Client, Project, Opportunity], counts, 1)
        yield
        transaction.set_rollback(True)


def rows_read(node: dict[str, Any]) -> int:
    """Opportunities that a plan reads from the table; what an index holds is not counted."""
    own = 0
    if node.get("Relation Name") == "gigs_opportunity" and node["Node Type"] != "Index Only Scan":
        removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
        own = node["Actual Rows"] + sum(node.get(name, 0) for name in removed)
    return int(own * node["Actual Loops"]) + sum(rows_read(each) for each in node.get("Plans", []))


@pytest.mark.django_db
@pytest.mark.parametrize("asked", SEARCHES, ids=str)
def test_the_board_reads_no_whole_table(asked: dict[str, str], many: None, monkeypatch: Any):
    """A few statements answer any search, and none reads most of the opportunities."""
    monkeypatch.setattr(board, "MOST_COUNTED", 60)
    monkeypatch.setattr(board, "NEWEST_COMPARED", 80)
    monkeypatch.setattr(board, "NEWEST_READ", 60)
    monkeypatch.setattr(board, "NEAREST", 30)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        list(found_by(asked).page.object_list)
    statements = [row["sql"] for row in captured if row["sql"].startswith("SELECT")]
    assert len(statements) <= 5
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql)
            [plan] = cursor.fetchone()[0]
            assert rows_read(plan["Plan"]) < ROWS / 2, sql


@pytest.mark.django_db
def test_more_than_is_counted(many: None):
    """The number is capped, the pages end with it, and they repeat no row."""
    first = found_by({"sort": "newest"})
    assert first.count_text == "More than 500 opportunities"
    pages = [found_by({"sort": "newest", "page": str(n)}).page for n in (1, 2, 42, 99)]
    keys = [row.pk for page in pages[:3] for row in page.object_list]
    assert len(keys) == len(set(keys)) == 12 + 12 + 8
    assert pages[3].number == 42


@pytest.mark.django_db
def test_best_matches_of_many_come_first(many: None):
    """Of more rows than are counted, the newest that ask for the agent's skills come first."""
    rows = list(found_by({}).page.object_list)
    scores = [MATCH(row).score for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert rows[0].skills == ["Excel"]
