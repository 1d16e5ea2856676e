"""Fills tables with any number of plausible rows in SQL, to see which plans PostgreSQL makes.

Values come from the types of the columns. Row `g` of a table refers to rows that exist, so that
joins find something. Triggers and checks are off: the rows keep no rule but uniqueness.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField, DateRangeField, DateTimeRangeField
from django.db import connection, models

#: Expressions of SQL for columns whose type says too little; `{g}` is the number of the row.
COLUMNS: dict[str, str] = {
    "accounts.User.email": "'x' || {g} || '@example.com'",
    "accounts.User.phone": "'+9198' || lpad(({g})::text, 8, '0')",
    "accounts.User.password": "'!'",
    "accounts.User.is_staff": "({g} % 100 = 0)",
    "accounts.AuditEvent.number": "{g}",
    "onboarding.KycCase.queued_at": "now() - {g} * interval '1 minute'",
    "onboarding.SignedPaper.sha256": "md5(({g})::text)",
    "gigs.Deliverable.next_try_at": "CASE WHEN {g} % 100 = 0 THEN now() END",
}
_TEXTS = (models.CharField, models.TextField)


def fill(every: Iterable[type[models.Model]], counts: Mapping[str, int], usual: int) -> None:
    """Fill the tables of these models, each with its number in `counts` (by label) or `usual`."""
    rows = {model: counts.get(model._meta.label, usual) for model in every}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for model, count in rows.items():
            _drop_checks(cursor, model)
            cursor.execute(_insert(model, count, rows))
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        for model in rows:
            cursor.execute(f"ANALYZE {_quoted(model._meta.db_table)}")


def _drop_checks(cursor: Any, model: type[models.Model]) -> None:
    table = model._meta.db_table
    cursor.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'x')",
        [_quoted(table)],
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {_quoted(table)} DROP CONSTRAINT {_quoted(name)}")


def _insert(model: type[models.Model], count: int, rows: Mapping[type[models.Model], int]) -> str:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    names = ", ".join(_quoted(str(field.column)) for field in fields)
    values = ", ".join(_value(field, rows) for field in fields)
    table = _quoted(model._meta.db_table)
    series = f"generate_series(1, {count}) AS g"
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {series} ON CONFLICT DO NOTHING"  # noqa: S608


def _value(field: Any, rows: Mapping[type[models.Model], int]) -> str:
    own = f"{field.model._meta.label}.{field.name}"
    if own in COLUMNS:
        return COLUMNS[own].format(g="g")
    if field.remote_field:
        target: Any = field.related_model
        if target not in rows or target is field.model:
            return "NULL" if field.null else _key(target._meta.pk, "1")
        number = "g" if field.unique else f"(g % {rows[target]}) + 1"
        return _key(target._meta.pk, number)
    if field.primary_key:
        return _key(field, "g")
    if field.null:
        return "NULL"
    return _plain(field)


def _key(field: Any, number: str) -> str:
    while field.remote_field:
        field = field.related_model._meta.pk  # type: ignore[union-attr,assignment]
    if isinstance(field, models.UUIDField):
        return f"lpad(to_hex({number}), 32, '0')::uuid"
    return f"({number})::text" if isinstance(field, _TEXTS) else number


def _plain(field: Any) -> str:
    if field.choices and isinstance(field, _TEXTS):
        values = [str(value).replace("'", "''") for value, _ in field.flatchoices]
        return f"(ARRAY[{', '.join(map(repr, values))}])[1 + g % {len(values)}]"
    if isinstance(field, ArrayField):
        return "'{}'"
    if isinstance(field, _TEXTS):
        return f"left('x' || g, {field.max_length or 100})"
    if isinstance(field, models.SmallIntegerField | models.PositiveSmallIntegerField):
        return "g % 100"
    kinds: list[tuple[type[Any], str]] = [
        (models.BooleanField, "false"),
        (models.IntegerField, "g"),
        (models.DecimalField | models.FloatField, "1"),
        (models.DateTimeField, "now() - g * interval '1 minute'"),
        (models.TimeField, "'21:00'"),
        (models.DateField, "current_date - g"),
        (models.JSONField, "'{}'"),
        (models.UUIDField, "gen_random_uuid()"),
        (models.GenericIPAddressField, "'127.0.0.1'"),
        (models.DurationField, "interval '1 minute'"),
        (DateTimeRangeField, "tstzrange(now() - g * interval '1 minute', now())"),
        (DateRangeField, "daterange(current_date - g::int, current_date - g::int + 1)"),
    ]
    for kind, value in kinds:
        if isinstance(field, kind):
            return value
    return "''::bytea" if field.get_internal_type() == "BinaryField" else "NULL"


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))
