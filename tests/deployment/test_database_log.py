"""The log of the embedded PostgreSQL has errors of the server and no row contents."""

import os
from pathlib import Path

import psycopg
import pytest

SECRET = "quetzal-row"


@pytest.mark.parametrize("role", ["hitouch", "hitouch_site"])
def test_the_log_holds_no_row_contents(role: str) -> None:
    """Errors quote rows in their details, their statement, its parameters and their first line."""
    url = os.environ["DATABASE_URL"].replace("user=hitouch", f"user={role}")
    log = Path(os.environ["HITOUCH_VAR"]) / "log" / "postgres.log"
    statements = (
        "INSERT INTO t VALUES ('{0}'), ('{0}')",
        "INSERT INTO u VALUES ('{0}')",
        "SELECT '{0}'::int",
        "SELECT * FROM t WHERE nothing = '{0}'",
        "DO $$ BEGIN RAISE EXCEPTION 'of %', '{0}'; END $$",
        "DO $$ BEGIN RAISE WARNING 'of %', '{0}'; END $$",
    )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE t (word text UNIQUE)")
        connection.execute("CREATE TEMP TABLE u (word text CHECK (length(word) < 3))")
        for statement in statements:
            if "WARNING" in statement:
                connection.execute(statement.format(SECRET))
                continue
            with pytest.raises(psycopg.Error):
                connection.execute(statement.format(SECRET))
        for _ in range(2):
            with pytest.raises(psycopg.Error):
                connection.execute("SELECT %s::text::int", [SECRET])
        shown: dict[str, str] = dict(
            connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name LIKE 'log%'"
            ).fetchall()
        )
    assert SECRET not in log.read_text()
    assert (shown["log_error_verbosity"], shown["log_parameter_max_length_on_error"]) == (
        "terse", "0",
    )  # fmt: skip
    assert shown["log_min_error_statement"] == "panic"
