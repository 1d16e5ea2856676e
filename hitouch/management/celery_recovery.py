"""Requeues the Celery tasks that a dead worker had reserved and not finished.

The broker would redeliver them only after the visibility timeout. `manage.py up` calls this
before it starts the only worker of its own broker, so every unacknowledged task is orphaned.
"""

from hitouch import celery


def requeue_unfinished() -> int:
    """Put unacknowledged tasks back at the front of their queues. Returns their number."""
    with celery.app.connection_for_write() as broker:
        channel = broker.default_channel
        with channel.conn_or_acquire() as client:
            unacknowledged = client.zrange(channel.unacked_index_key, 0, -1)
            for tag in unacknowledged:
                channel.qos.restore_by_tag(tag, client, leftmost=True)
    return len(unacknowledged)
