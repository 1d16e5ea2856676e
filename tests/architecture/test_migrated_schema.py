"""An empty database that is migrated has exactly what the models declare.

The other tests use tables that are made from the models (`conftest.py`), not by the migrations.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.support.source_files import PACKAGES

#: Every object of the catalogue as a name and its definition. The order of columns is left out.
CATALOGUE = {
    "columns": """
        SELECT format('%s.%s', attrelid::regclass, attname),
               format('%s not null=%s default=%s', format_type(atttypid, atttypmod), attnotnull,
                      pg_get_expr(adbin, adrelid))
          FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
          LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
           AND attnum > 0 AND NOT attisdropped""",
    "constraints": """
        SELECT format('%s.%s', conrelid::regclass, conname), pg_get_constraintdef(oid)
          FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND conrelid <> 0""",
    "indexes": """
        SELECT format('%s.%s', tablename, indexname), indexdef
          FROM pg_indexes WHERE schemaname = 'public'""",
    "triggers": """
        SELECT format('%s.%s', tgrelid::regclass, tgname),
               pg_get_triggerdef(t.oid) || pg_get_functiondef(tgfoid)
          FROM pg_trigger t WHERE NOT tgisinternal""",
}
OUR_TABLES = tuple(
    f"{app.label}_" for app in apps.get_app_configs() if app.name.split(".")[0] in PACKAGES
)
#: Django makes this table itself, so its trigger is no option of a model but in a migration.
NOT_OF_A_MODEL = "pgtrigger_role_by_request"


@pytest.fixture
def migrated(db: None) -> Iterator[Any]:
    """A connection to a database that all migrations have made."""
    name = f"{connection.settings_dict['NAME']}_migrated"
    with connection._nodb_cursor() as server:  # type: ignore[attr-defined]
        server.execute(f"CREATE DATABASE {name}")
    fresh = connection.copy()
    fresh.settings_dict["NAME"] = name
    fresh.settings_dict["OPTIONS"].pop("pool", None)  # a pool belongs to an alias
    try:
        executor = MigrationExecutor(fresh)
        executor.migrate(executor.loader.graph.leaf_nodes())
        yield fresh
    finally:
        fresh.close()
        with connection._nodb_cursor() as server:  # type: ignore[attr-defined]
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def catalogue(of: Any) -> dict[str, dict[str, str]]:
    found = {}
    with of.cursor() as cursor:
        for kind, query in CATALOGUE.items():
            cursor.execute(query)
            found[kind] = {
                name: text
                for name, text in cursor.fetchall()
                if name.startswith(OUR_TABLES) and NOT_OF_A_MODEL not in name
            }
    return found


def test_migrations_make_what_the_models_declare(migrated: Any) -> None:
    """Columns, constraints, indexes and triggers, with the bodies of their functions."""
    declared, made = catalogue(connection), catalogue(migrated)
    for kind, objects in declared.items():
        assert objects, f"no {kind} found"
        assert sorted(objects.items() ^ made[kind].items()) == [], f"These {kind} differ."
