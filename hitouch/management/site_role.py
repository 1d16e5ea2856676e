"""The rights of the database role that the site's programs use.

Migrations run as the owner of the tables. The programs read and write all rows, except that the
audit log, its anchors, the retention proofs and the ledger are only added to: an event is chained
by three columns, a balance follows its legs, and nothing else is changed, deleted or truncated.
They set no permissions of groups and users either; the roles of a person they change by an approved
request only, which triggers check.
"""

from typing import Any

from django.contrib.auth.models import Group
from django.core import checks
from django.db import connection, models
from psycopg import sql

from accounts.models import AuditAnchor, AuditEvent, RetentionProof, User
from payments.models import (
    BalanceSnapshot,
    Entry,
    LedgerAccount,
    LedgerAnchor,
    LedgerBalance,
    LedgerSeal,
    Leg,
)

#: Tables that are only added to, and the columns that are set later.
APPEND_ONLY: dict[type[models.Model], tuple[str, ...]] = {
    AuditEvent: ("number", "previous_hash", "hash"),
    AuditAnchor: (),
    RetentionProof: (),
    LedgerAccount: (),
    Entry: (),
    Leg: (),
    # Set by the trigger of the legs; another trigger refuses any other change.
    LedgerBalance: ("balance_paise",),
    LedgerSeal: (),
    LedgerAnchor: (),
    BalanceSnapshot: (),
}

#: What roles may do is set by the owner, from roles.yaml; nobody has permissions of their own.
READ_ONLY: tuple[type[models.Model], ...] = (
    Group,
    Group.permissions.through,
    User.user_permissions.through,
)


def grant(role: str) -> None:
    """Give the role exactly these rights. Idempotent; to be run after each migration."""
    who = sql.Identifier(role)
    with connection.cursor() as cursor:
        for statement in (
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
            "GRANT USAGE ON SCHEMA public TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role}",
        ):
            cursor.execute(sql.SQL(statement).format(role=who).as_string(cursor.connection))
        for model in READ_ONLY:
            table = sql.Identifier(model._meta.db_table)
            revoke = sql.SQL("REVOKE INSERT, UPDATE ON {table} FROM {role}")
            cursor.execute(revoke.format(table=table, role=who).as_string(cursor.connection))
        for model, columns in APPEND_ONLY.items():
            table = sql.Identifier(model._meta.db_table)
            revoke = sql.SQL("REVOKE UPDATE, DELETE ON {table} FROM {role}")
            cursor.execute(revoke.format(table=table, role=who).as_string(cursor.connection))
            if columns:
                names = sql.SQL(", ").join(map(sql.Identifier, columns))
                update = sql.SQL("GRANT UPDATE ({names}) ON {table} TO {role}").format(
                    names=names, table=table, role=who
                )
                cursor.execute(update.as_string(cursor.connection))


def excess_rights() -> list[str]:
    """What the current role could do to append-only tables, such as `TRUNCATE accounts_…`."""
    found = []
    with connection.cursor() as cursor:
        for model in APPEND_ONLY:
            table = model._meta.db_table
            for right in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER"):
                cursor.execute("SELECT has_table_privilege(%s, %s)", [table, right])
                if cursor.fetchone()[0]:
                    found.append(f"{right} {table}")
    return found


@checks.register(checks.Tags.database, deploy=True)
def check_site_role(*, databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """With `check --deploy --database default`: the role cannot rewrite the audit log."""
    rights = excess_rights() if databases else []
    if not rights:
        return []
    says = f"The database role of this site may {', '.join(rights)}."
    hint = "Use a role for the programs that does not own the tables: manage.py grant_site_role."
    return [checks.Warning(says, hint=hint, id="hitouch.W012")]
