"""Serializers of the bonus of a slot. Amounts are whole paise."""

from rest_framework import serializers

from gigs.bonuses.forms import BonusForm
from hitouch.core.api.form_serializers import form_serializer


class BonusOut(serializers.Serializer[object]):
    """A bonus for an hour, and the most that it can cost, without GST."""

    bonus_paise = serializers.IntegerField()
    cost_paise = serializers.IntegerField()
    seats = serializers.IntegerField()


BonusBody = form_serializer(BonusForm, "BonusBody")
