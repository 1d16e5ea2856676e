"""The durable rows of the fake RazorpayX, in SQLite."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Body = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entity (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    digest TEXT NOT NULL, reference TEXT NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS entity_once ON entity (kind, digest) WHERE digest <> '';
CREATE INDEX IF NOT EXISTS entity_of_kind ON entity (kind, reference, number);
CREATE INDEX IF NOT EXISTS entity_of_status ON entity (kind, status, number);
CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY, digest TEXT NOT NULL, id TEXT NOT NULL, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS step (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, due REAL NOT NULL,
    changes TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS step_due ON step (due);
CREATE TABLE IF NOT EXISTS move (
    number INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, paise INTEGER NOT NULL,
    balance INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS move_of_source ON move (source);
CREATE TABLE IF NOT EXISTS delivery (
    number INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, body BLOB NOT NULL,
    secret TEXT NOT NULL, first_at REAL NOT NULL, due REAL, tries INTEGER NOT NULL DEFAULT 0,
    status INTEGER);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS asked (what TEXT PRIMARY KEY, times INTEGER NOT NULL);
"""


class Store:
    """One SQLite connection with a lock; without a file the rows are in memory only."""

    def __init__(self, file: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.db = sqlite3.connect(
            str(file or ":memory:"), isolation_level=None, check_same_thread=False
        )
        self.db.execute("PRAGMA journal_mode = WAL")
        # Enough for a killed process; only a power cut could lose the last transactions.
        self.db.execute("PRAGMA synchronous = NORMAL")
        self.db.executescript(_SCHEMA)
        self._depth = 0

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything in the block is committed together when the outermost block ends."""
        with self.lock:
            if self._depth == 0:
                self.db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self.db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self.db.execute("COMMIT")

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.lock:
            return self.db.execute(sql, values).fetchall()

    def run(self, sql: str, *values: object) -> int:
        """Run a statement; the number of the inserted row, if it inserted one."""
        with self.lock:
            return self.db.execute(sql, values).lastrowid or 0

    def setting(self, name: str, default: Any = None) -> Any:
        """A setting, kept as JSON."""
        found = self.rows("SELECT value FROM setting WHERE name = ?", name)
        return json.loads(found[0][0]) if found else default

    def set(self, name: str, value: Any) -> None:
        """Keep a setting."""
        self.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, json.dumps(value))

    def add(self, kind: str, body: Body, *, digest: str = "") -> int:
        """Keep a new entity; returns its number."""
        return self.run(
            "INSERT INTO entity (id, kind, digest, reference, status, body)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            body["id"], kind, digest, body.get("reference_id") or "", body.get("status") or "",
            json.dumps(body),
        )  # fmt: skip

    def save(self, body: Body) -> None:
        """Keep an entity's changes."""
        self.run(
            "UPDATE entity SET status = ?, body = ? WHERE id = ?",
            body.get("status") or "", json.dumps(body), body["id"],
        )  # fmt: skip

    def get(self, kind: str, entity_id: str) -> Body | None:
        """An entity by its id."""
        found = self.rows("SELECT body FROM entity WHERE kind = ? AND id = ?", kind, entity_id)
        return json.loads(found[0][0]) if found else None

    def same(self, kind: str, digest: str) -> Body | None:
        """The entity with the same details."""
        found = self.rows("SELECT body FROM entity WHERE kind = ? AND digest = ?", kind, digest)
        return json.loads(found[0][0]) if found else None

    def all(self, kind: str, *, reference: str = "", status: str = "") -> Iterator[Body]:
        """Entities of a kind, newest first, optionally of one reference or status."""
        where, values = ["kind = ?"], [kind]
        for column, value in (("reference", reference), ("status", status)):
            if value:
                where.append(f"{column} = ?")
                values.append(value)
        sql = f"SELECT body FROM entity WHERE {' AND '.join(where)} ORDER BY number DESC"  # noqa: S608
        for (body,) in self.rows(sql, *values):
            yield json.loads(body)

    def number_of(self, entity_id: str) -> int:
        """The number of an entity, in the order of creation."""
        return int(self.rows("SELECT number FROM entity WHERE id = ?", entity_id)[0][0])

    def times_asked(self, what: str) -> int:
        """Count one more request about this; returns how many came before it."""
        with self.transaction():
            self.run("INSERT OR IGNORE INTO asked VALUES (?, 0)", what)
            before = int(self.rows("SELECT times FROM asked WHERE what = ?", what)[0][0])
            self.run("UPDATE asked SET times = times + 1 WHERE what = ?", what)
        return before
