"""System checks of the broker: `manage.py check --deploy --database default`.

Valkey or Redis holds queued tasks, limits of attempts and the channel layer.
"""

from typing import Any

import redis
from django.conf import settings
from django.core import checks

Found = list[checks.CheckMessage]


@checks.register("servers", checks.Tags.database, deploy=True)
def check_broker(*, databases: Any = None, **kwargs: Any) -> Found:
    """What the broker would lose or refuse; checked together with the database."""
    return examine(settings.REDIS_URL) if databases else []


def examine(url: str) -> Found:
    """The findings on the server at this address."""
    try:
        with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client:
            facts: dict[str, Any] = client.info()
            return [*_kind(facts), *_eviction(facts), *_persistence(facts, client)]
    except (redis.RedisError, OSError) as fault:
        hint = "Look at REDIS_URL, and whether the server runs."
        return [checks.Error(f"The broker was not checked: {fault}", hint=hint, id="hitouch.E030")]


def _kind(facts: dict[str, Any]) -> Found:
    if facts.get("redis_mode", facts.get("server_mode")) == "cluster":
        says, hint = "The broker is a cluster, which Celery cannot use.", "Use a single primary."
        return [checks.Error(says, hint=hint, id="hitouch.E031")]
    if facts.get("role") not in ("master", None):
        says, hint = "The broker is a replica.", "Let REDIS_URL name the primary server."
        return [checks.Error(says, hint=hint, id="hitouch.E032")]
    return []


def _eviction(facts: dict[str, Any]) -> Found:
    """INFO tells the policy also where CONFIG is forbidden, as managed services do."""
    policy = facts.get("maxmemory_policy")
    if policy == "noeviction":
        return []
    says = f"The broker's maxmemory-policy is {policy or 'unknown'}."
    hint = (
        "Set it to noeviction: any other deletes queued tasks and counted attempts "
        "when memory is short."
    )
    return [checks.Error(says, hint=hint, id="hitouch.E033")]


def _persistence(facts: dict[str, Any], client: redis.Redis) -> Found:
    failed = [
        name
        for name in ("rdb_last_bgsave_status", "aof_last_write_status", "aof_last_bgrewrite_status")
        if facts.get(name, "ok") != "ok"
    ]
    if failed:
        says = f"The broker could not write its data to its disk ({', '.join(failed)})."
        hint = "Look at its log: it may refuse new tasks."
        return [checks.Error(says, hint=hint, id="hitouch.E034")]
    if facts.get("aof_enabled") or _saves(client):
        return []
    says = "The broker keeps nothing on disk: a restart forgets queued tasks and counted attempts."
    hint = "Set appendonly yes. Sweeps queue the tasks again; attempts are counted from zero."
    return [checks.Warning(says, hint=hint, id="hitouch.W035")]


def _saves(client: redis.Redis) -> bool:
    """Whether snapshots are written; taken for granted where CONFIG is forbidden."""
    try:
        return bool(client.config_get("save").get("save"))
    except redis.ResponseError:
        return True
