"""System checks of the database server: `manage.py check --deploy --database default`.

They open connections of their own, so that they see what each process of the site gets.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psycopg
from django.conf import settings
from django.core import checks
from django.db import DEFAULT_DB_ALIAS, connections

OLDEST_VERSION = 150000
#: Connections beside those of the web processes: a process of a worker and the thread that renews
#: its lease; a host's main process of the worker, and beat; and commands, on all hosts together.
OF_A_WORKER, OF_A_HOST, OF_COMMANDS = 2, 2, 5
#: With these, a commit that was answered survives a crash of the server.
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
#: With these, PostgreSQL's log holds no contents of rows.
QUIET_LOG = {
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_min_messages": "log",
}
#: How often to try whether a pooler gives one client's session to another.
ATTEMPTS = 5

Database = psycopg.Connection[Any]
Connect = Callable[[], AbstractContextManager[Database]]
Found = list[checks.CheckMessage]


@checks.register("servers", checks.Tags.database, deploy=True)
def check_database_server(*, databases: Any = None, **kwargs: Any) -> Found:
    """What the server, or a pooler in front of it, would let the site do wrong."""
    return examine(connect) if databases else []


def connect() -> AbstractContextManager[Database]:
    """A connection as Django opens it, without its pool."""
    parameters = dict(connections[DEFAULT_DB_ALIAS].get_connection_params())
    parameters.pop("pool", None)
    return psycopg.connect(**parameters | {"autocommit": True, "connect_timeout": 5})


def examine(connect: Connect) -> Found:
    """The findings on the server that `connect` reaches."""
    try:
        with connect() as database:
            pooling = pooling_of(database, connect)
            found = [*_version(database), *_durability(database), *_transactions(database)]
            found += [*_log(database), *_pooler(pooling)]
            return found if pooling != "none" else found + _connections(database)
    except psycopg.OperationalError as fault:
        reason = (str(fault).strip() or type(fault).__name__).splitlines()[0]
        says = f"The database was not checked: {reason}"
        hint = "Look at DATABASE_URL, and whether the server runs."
        return [checks.Error(says, hint=hint, id="hitouch.E020")]


def _show(database: Database, name: str) -> str:
    """A setting of the server; empty where this version has none of that name."""
    return _one(database, "SELECT current_setting(%s, true)", name) or ""


def _one(database: Database, query: str, *values: object) -> Any:
    row = database.execute(query.encode(), values).fetchone()
    return row[0] if row else None


def _version(database: Database) -> Found:
    found: Found = []
    if database.info.server_version < OLDEST_VERSION:
        says = f"The server is PostgreSQL {_show(database, 'server_version')}."
        found.append(checks.Error(says, hint="Use PostgreSQL 15 or newer.", id="hitouch.E021"))
    if (encoding := _show(database, "server_encoding")) != "UTF8":
        says = f"The database stores text as {encoding}, which cannot hold every name."
        hint = "Create it with ENCODING 'UTF8'."
        found.append(checks.Error(says, hint=hint, id="hitouch.E022"))
    return found


def _durability(database: Database) -> Found:
    off = [name for name in DURABLE if _show(database, name) == "off"]
    if not off:
        return []
    says = f"PostgreSQL may lose committed payments in a crash, because of {', '.join(off)} = off."
    return [checks.Error(says, hint="Set it to on.", id="hitouch.E023")]


def _transactions(database: Database) -> Found:
    found: Found = []
    if _show(database, "transaction_read_only") == "on":
        says = "The database takes no changes: it is a replica, or default_transaction_read_only."
        hint = "Let DATABASE_URL name the primary server."
        found.append(checks.Error(says, hint=hint, id="hitouch.E024"))
    isolation = _show(database, "default_transaction_isolation")
    if isolation != "read committed":
        says = f"Transactions are {isolation}, and the site's locks are made for read committed."
        hint = "Reset default_transaction_isolation of the server, the database and the role."
        found.append(checks.Error(says, hint=hint, id="hitouch.E025"))
    return found


def _log(database: Database) -> Found:
    loud = []
    for name, quiet in QUIET_LOG.items():
        value = _show(database, name)
        if value not in (quiet, "", *(("fatal", "panic") if name == "log_min_messages" else ())):
            loud.append(f"{name} = {value}")
    if not loud:
        return []
    says = f"PostgreSQL's log may quote personal data, because of {', '.join(loud)}."
    hint = "docs/deploy.md, “The database's roles”, lists the values to set."
    return [checks.Warning(says, hint=hint, id="hitouch.W026")]


def _connections(database: Database) -> Found:
    """Whether all processes together get the connections that they may open."""
    found: Found = []
    pool, web = settings.HITOUCH_DATABASE_POOL, settings.HITOUCH_WEB_PROCESSES
    of_a_host = (web + 1) * pool + OF_A_HOST + OF_A_WORKER * settings.HITOUCH_WORKER_PROCESSES
    needed = settings.HITOUCH_HOSTS * of_a_host + OF_COMMANDS
    limit, owner = _connections_allowed(database)
    if needed > limit:
        says = f"The site may open {needed} connections, and {owner} allows {limit}."
        hint = "Raise it, lower HITOUCH_DATABASE_POOL, or put PgBouncer between."
        found.append(checks.Error(says, hint=hint, id="hitouch.E027"))
    return found


def _connections_allowed(database: Database) -> tuple[int, str]:
    """The smallest of the limits for the role of this connection, and whose it is."""
    reserved = [_show(database, "superuser_reserved_connections")]
    reserved.append(_show(database, "reserved_connections"))
    server = int(_show(database, "max_connections")) - sum(int(text or 0) for text in reserved)
    of_role = "SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user"
    of_database = "SELECT datconnlimit FROM pg_database WHERE datname = current_database()"
    limits = [(server, "max_connections")]
    limits.append((_one(database, of_role), "the limit of the role"))
    limits.append((_one(database, of_database), "the limit of the database"))
    return min(limit for limit in limits if limit[0] >= 0)


def pooling_of(database: Database, connect: Connect) -> str:
    """`none`, `session`, `transaction` or `statement`.

    A pooler answers the start of a connection itself, so the process id that a client is told
    differs from the one that the server has. In transaction mode a second client is given the
    server's process of the first one, which is between two transactions.
    """
    served_by = "SELECT pg_backend_pid()"
    if _one(database, served_by) == database.info.backend_pid:
        return "none"
    for _ in range(ATTEMPTS):
        with connect() as other:
            first = _one(database, served_by)
            if _one(other, served_by) == first:
                return _short_pooling(other)
    return "session"


def _short_pooling(database: Database) -> str:
    try:
        with database.transaction():
            database.execute("SELECT 1")
    except psycopg.Error:
        return "statement"
    return "transaction"


def _pooler(pooling: str) -> Found:
    told = settings.HITOUCH_PGBOUNCER
    if pooling == "statement":
        says = "The pooler in front of PostgreSQL is in statement mode and refuses transactions."
        hint = "Set pool_mode = transaction or session."
        return [checks.Error(says, hint=hint, id="hitouch.E028")]
    if pooling == "transaction" != told:
        says = "A pooler in transaction mode is in front of PostgreSQL, and the site does not know."
        hint = (
            "Set HITOUCH_PGBOUNCER=transaction: the site then uses no cursor of the server outside "
            "a transaction."
        )
        return [checks.Error(says, hint=hint, id="hitouch.E029")]
    return []


@checks.register(deploy=True)
def check_pool_size(**kwargs: Any) -> Found:
    """A thread without a connection waits for one, and its request fails after five seconds."""
    pool, threads = settings.HITOUCH_DATABASE_POOL, settings.HITOUCH_WEB_THREADS
    if threads <= pool:
        return []
    says = f"A web process has {threads} threads and {pool} connections to the database."
    hint = "Set HITOUCH_DATABASE_POOL to HITOUCH_WEB_THREADS at least."
    return [checks.Warning(says, hint=hint, id="hitouch.W036")]
