"""Which payout provider does what."""

import uuid
from typing import Any

import pytest

from hitouch.core.payout_provider.base import (
    NotOffered,
    PayoutTarget,
    ProviderRejected,
    TransferOrder,
    TransferResult,
)
from hitouch.core.payout_provider.manual import ManualTransfer
from hitouch.core.payout_provider.providers import transfer_provider, validation_provider

TARGET = PayoutTarget("agent-1", "Nila Rao", vpa="nila@okbank")


@pytest.mark.parametrize(("key_id", "name"), [("", None), ("rzp_test_1", "RAZORPAYX")])
def test_accounts_are_validated_only_with_a_key(
    settings: Any, key_id: str, name: str | None
) -> None:
    """RazorpayX validates accounts once its key is set; without a key nobody does."""
    settings.RAZORPAYX_KEY_ID = key_id
    assert getattr(validation_provider(), "name", None) == name


def test_transfers_are_made_by_hand_without_a_key(settings: Any) -> None:
    """Without a key an order sends nothing: finance makes the transfer at the bank."""
    settings.RAZORPAYX_KEY_ID = ""
    order = TransferOrder(uuid.uuid4(), 931_000, TARGET)
    assert transfer_provider().begin_transfer(order) == TransferResult(TransferResult.MANUAL)
    settings.RAZORPAYX_KEY_ID = "rzp_test_1"
    assert transfer_provider().name == "RAZORPAYX"


def test_what_a_provider_does_not_offer_is_rejected_for_good() -> None:
    """Asking a provider for a service that it does not have is never repeated."""
    with pytest.raises(NotOffered) as refused:
        ManualTransfer().begin_validation(TARGET, key=uuid.uuid4())
    assert isinstance(refused.value, ProviderRejected)
