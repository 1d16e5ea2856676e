"""Forms of the bonus of a slot."""

from django import forms

from gigs.bonuses.services import MOST_PAISE


class BonusQuery(forms.Form):
    """The bonus to ask the cost for, in paise an hour."""

    bonus_paise = forms.IntegerField(min_value=1, max_value=MOST_PAISE)


class BonusForm(BonusQuery):
    """A new bonus of a slot, and the cost that the client has read."""

    cost_paise = forms.IntegerField(min_value=0)


class RupeesForm(forms.Form):
    """A bonus in whole rupees, as a page asks for it."""

    bonus = forms.IntegerField(
        label="Bonus for each hour, in rupees", min_value=1, max_value=MOST_PAISE // 100
    )
