"""A provider's words about a transfer, in any order and repeatedly, lead to one end."""

import pytest

from conftest import NOON
from hitouch.core.payout_provider.base import TransferState
from payments.payouts import sending
from payments.tests.payouts import provider as support
from payments.tests.payouts import provider_words
from payments.tests.payouts.provider import approved

pytestmark = pytest.mark.django_db
provider = support.provider


@pytest.mark.parametrize("way", provider_words.shortest_by_meaning(), ids=" > ".join)
def test_any_words_before_the_last_one_lead_to_one_end(way, provider, maker, checker):
    """All sequences of up to two words of a life cycle, then the last; `bench` has longer ones."""
    payout = approved(maker, checker)[0]
    sending.begin_payout(payout_id=payout.pk, now=NOON)
    ends, tried = provider_words.ends_of(provider_words.Transfer(payout, NOON), way, words=2)
    assert tried == 1 + len(way) + len(way) ** 2
    assert len(ends) == 1, ends
    (end,) = ends
    assert end[0] == sending.MEANING[TransferState(way[-1])]
