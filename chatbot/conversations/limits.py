"""How many messages a user may send to Help.

The messages themselves are counted, in the transaction that stores the next one and under the lock
of the account. So parallel requests are counted exactly, and Help works when Valkey is down.
"""

import math
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import User
from chatbot.conversations.refusals import TooManyHelpMessages
from chatbot.models import Message

#: Longest message, in characters.
LONGEST_MESSAGE = 1000
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def refuse_too_many(user: User, *, at: datetime) -> None:
    """Refuse one more message if the minute's or the day's limit is reached."""
    minute, day = settings.HITOUCH_HELP_MESSAGES_A_MINUTE, settings.HITOUCH_HELP_MESSAGES_A_DAY
    for most, span, period in ((minute, MINUTE, "a minute"), (day, DAY, "a day")):
        if (wait := _wait(user, most, span, at)) > 0:
            raise TooManyHelpMessages(most=most, period=period, retry_after=wait)


def _wait(user: User, most: int, span: timedelta, at: datetime) -> int:
    """Seconds until fewer than `most` messages were sent in the last `span`; 0 now."""
    own = Message.objects.filter(
        conversation__user=user, role=Message.Role.PERSON, at__gt=at - span
    )
    moments = list(own.order_by("-at").values_list("at", flat=True)[:most])
    if len(moments) < most:
        return 0
    return max(1, math.ceil((moments[-1] + span - at).total_seconds()))
