"""A system check: squashed migrations do not continue from the middle of those they replace.

Django takes a squashed migration as applied when a database has all that it replaces. With a part
of them it would run none of the others, silently, or create tables that exist.
"""

from collections import defaultdict
from typing import Any

from django.core import checks
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@checks.register(checks.Tags.database)
def check_squashed_migrations(*, databases: Any = None, **kwargs: Any) -> list[checks.Error]:
    """One error for each app of which a database has only some of the replaced migrations."""
    return [error for alias in databases or [] for error in _errors(connections[alias])]


def _errors(connection: Any) -> list[checks.Error]:
    squashed: defaultdict[str, set[str]] = defaultdict(set)
    replaced: defaultdict[str, set[str]] = defaultdict(set)
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if migration.replaces:
            squashed[app].add(name)
            replaced[app] |= {old for _, old in migration.replaces}
    applied: defaultdict[str, set[str]] = defaultdict(set)
    for app, name in MigrationRecorder(connection).applied_migrations():
        applied[app].add(name)
    return [
        _error(app, old - applied[app])
        for app, old in sorted(replaced.items())
        if applied[app] & old and not applied[app] & squashed[app] and old - applied[app]
    ]


def _error(app: str, missing: set[str]) -> checks.Error:
    names = sorted(missing)
    return checks.Error(
        f"This database lacks {len(names)} migrations of {app} that this release has squashed, "
        f"from {names[0]} to {names[-1]}.",
        hint=f"Run `migrate` with a release that still has {app}.{names[-1]}, then with this one.",
        id="hitouch.E040",
    )
