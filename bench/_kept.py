"""Everything that a site keeps in its database and in Valkey, as whoever stole it would see it."""

import base64
import re

import psycopg
import redis
from _way_in import Door
from psycopg import sql


def everything_kept(door: Door) -> bytes:
    """All tables and all of Valkey, in one piece."""
    parts = []
    with psycopg.connect(door.database_url) as database, database.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
            with cursor.copy(statement) as rows:
                parts.append(b"".join(bytes(row) for row in rows))
    valkey = redis.Redis.from_url(door.redis_url)
    parts += [key + b" " + (valkey.dump(key) or b"") for key in valkey.scan_iter()]
    return b"\n".join(parts)


def is_in(secret: str, kept: bytes) -> bool:
    """Whether the secret stands there, plain, in hexadecimal or in base64."""
    raw = secret.encode()
    if secret.isdigit() and len(secret) <= 8:
        return bool(re.search(rb"(?<![\w.:-])" + raw + rb"(?![\w.:-])", kept))
    coded = [base64.b64encode(raw[start:])[4:-4] for start in range(3)]
    return any(form and form in kept for form in (raw, raw.hex().encode(), *coded))
