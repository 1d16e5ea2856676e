"""Dumps all that a site stores in its database and Valkey, and searches it for secrets."""

import base64
import re

import psycopg
import redis
from _accounts_site import GunicornSite
from psycopg import sql


def dump_storage(site: GunicornSite) -> bytes:
    """All tables and all keys of Valkey as one byte string."""
    parts = []
    with psycopg.connect(site.database_url) as database, database.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
            with cursor.copy(statement) as rows:
                parts.append(b"".join(bytes(row) for row in rows))
    valkey = redis.Redis.from_url(site.redis_url)
    parts += [key + b" " + (valkey.dump(key) or b"") for key in valkey.scan_iter()]
    return b"\n".join(parts)


def contains_secret(secret: str, storage: bytes) -> bool:
    """Whether the data contains the secret in plain, hexadecimal or base64 form."""
    raw = secret.encode()
    if secret.isdigit() and len(secret) <= 8:
        return bool(re.search(rb"(?<![\w.:-])" + raw + rb"(?![\w.:-])", storage))
    coded = [base64.b64encode(raw[start:])[4:-4] for start in range(3)]
    return any(form and form in storage for form in (raw, raw.hex().encode(), *coded))
