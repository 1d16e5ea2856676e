"""Why there is no lease."""

from hitouch.core.errors import Refusal


class NotMonitored(Refusal):
    """No connection holds the sitting's lease."""

    code = "not_monitored"
    message = (
        "We cannot see your camera, microphone or connection right now. Questions are shown and "
        "answers saved again as soon as we can. Answers on your computer stay there until then."
    )


class ConnectionEnded(Refusal):
    """The connection was lost, closed or replaced. Its client connects again."""

    code = "connection_ended"
    message = "This connection has ended. Connect again."


class NothingToMonitor(Refusal):
    """The sitting is not in progress."""

    code = "sitting_over"
    message = "This assessment is not in progress, so there is nothing to monitor."


class TooManyConnections(Refusal):
    """More connections of one sitting than any person opens."""

    code = "too_many_connections"
    message = "This assessment is open in too many windows. Close the others and try again."
    status = 429
