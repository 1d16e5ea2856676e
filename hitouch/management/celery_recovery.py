"""Tasks that a dead worker had taken and not finished: given back before a new worker starts.

By itself the broker waits for the visibility timeout and then some. `up` knows more: on its own
broker there is no other worker, so whatever counts as taken is nobody's.
"""

from hitouch import celery


def requeue_unfinished() -> int:
    """Put them at the front of their queues again; says how many."""
    with celery.app.connection_for_write() as broker:
        channel = broker.default_channel
        with channel.conn_or_acquire() as client:
            taken = client.zrange(channel.unacked_index_key, 0, -1)
            for tag in taken:
                channel.qos.restore_by_tag(tag, client, leftmost=True)
    return len(taken)
