"""How many messages a user may send."""

from datetime import timedelta

import pytest

from chatbot.conversations import services
from chatbot.conversations.refusals import TooManyHelpMessages
from chatbot.models import Message
from chatbot.tests.conversations.conftest import given
from conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("faq")]


def say(user, at, text="Hello"):
    sent = services.send(user=user, text=text, at=at)
    services.deliver(sent.message.pk, given(), at) if sent.is_pending else None


def test_so_many_messages_a_minute(asha, ravi):
    """The 21st message within a minute is refused with the wait; others and later ones are not."""
    for second in range(20):
        say(asha.user, NOON + timedelta(seconds=second))
    with pytest.raises(TooManyHelpMessages) as refused:
        say(asha.user, NOON + timedelta(seconds=30))
    assert refused.value.retry_after == 30
    assert "20 messages a minute" in str(refused.value)
    say(ravi.user, NOON + timedelta(seconds=30))
    say(asha.user, NOON + timedelta(seconds=60))
    assert Message.objects.filter(role="PERSON").count() == 22


def test_so_many_messages_a_day(asha, settings):
    """The limit of a day counts over conversations and is a setting."""
    settings.HITOUCH_HELP_MESSAGES_A_DAY = 3
    for hour in (0, 5, 10):
        say(asha.user, NOON + timedelta(hours=hour))
    with pytest.raises(TooManyHelpMessages) as refused:
        say(asha.user, NOON + timedelta(hours=20))
    assert refused.value.retry_after == 4 * 3600
    say(asha.user, NOON + timedelta(hours=24))


def test_messages_to_support_count_too(asha, settings):
    """Writing to a person does not evade the limit, but a person can always be asked for."""
    settings.HITOUCH_HELP_MESSAGES_A_MINUTE = 2
    services.request_person(user=asha.user, at=NOON)
    say(asha.user, NOON)
    say(asha.user, NOON)
    with pytest.raises(TooManyHelpMessages):
        say(asha.user, NOON)


def test_a_person_can_be_asked_for_over_the_limit(asha, settings):
    """The way to a person is open although no message may be sent."""
    settings.HITOUCH_HELP_MESSAGES_A_MINUTE = 1
    say(asha.user, NOON)
    assert services.request_person(user=asha.user, at=NOON).mode == "WAITING"


def test_a_repeated_request_counts_once(asha, settings):
    """A request that is sent again with its key is answered over the limit, too."""
    settings.HITOUCH_HELP_MESSAGES_A_MINUTE = 1
    first = services.send(user=asha.user, text="Hello", at=NOON, client_key="k")
    again = services.send(user=asha.user, text="Hello", at=NOON, client_key="k")
    assert first.message == again.message
