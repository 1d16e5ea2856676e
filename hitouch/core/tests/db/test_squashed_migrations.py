"""What happens to a database that knows the migrations which squashed ones replace."""

import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

SQUASHED = {
    key: migration
    for key, migration in MigrationLoader(None).disk_migrations.items()
    if migration.replaces
}
OF_CORE = [old for (app, _), each in SQUASHED.items() if app == "core" for old in each.replaces]


@pytest.fixture
def applied_before(db: None) -> MigrationRecorder:
    """A database of the release before: the replaced migrations, and no squashed one."""
    recorder = MigrationRecorder(connection)
    for app, name in SQUASHED:
        recorder.record_unapplied(app, name)
    return recorder


def errors() -> list[checks.CheckMessage]:
    found = checks.run_checks(tags=[checks.Tags.database], databases=[DEFAULT_DB_ALIAS])
    return [each for each in found if each.id == "hitouch.E040"]


def test_a_database_with_all_of_them_has_the_squashed_ones(
    applied_before: MigrationRecorder,
) -> None:
    """Its tables are the same, so nothing is left to apply."""
    assert errors() == []
    loader = MigrationLoader(connection)
    assert set(loader.graph.nodes) <= set(loader.applied_migrations)


def test_a_database_with_some_of_them_is_refused(applied_before: MigrationRecorder) -> None:
    """The error names the release that has to come first, and `migrate` does not begin."""
    for app, name in OF_CORE[3:]:
        applied_before.record_unapplied(app, name)
    (error,) = errors()
    assert f"{OF_CORE[3][1]} to {OF_CORE[-1][1]}" in error.msg
    assert f"core.{OF_CORE[-1][1]}" in str(error.hint)
    with pytest.raises(CommandError, match="lacks 4 migrations of core"):
        call_command("migrate", skip_checks=False)


def test_an_empty_database_is_not_refused(applied_before: MigrationRecorder) -> None:
    """Nor is one whose first migration was interrupted between two squashed ones."""
    applied_before.flush()
    assert errors() == []
    app, name = min(key for key in SQUASHED if key[0] == "accounts")
    for replaced in SQUASHED[app, name].replaces:
        applied_before.record_applied(*replaced)
    applied_before.record_applied(app, name)
    assert errors() == []


def test_no_name_is_replaced_twice() -> None:
    """An interrupted first migration would take the second squashed one as applied."""
    names = [name for migration in SQUASHED.values() for name in migration.replaces]
    assert len(names) == len(set(names))
