"""The three names of an account: the bank's, the typed holder's and the profile's."""

from dataclasses import dataclass

from onboarding.models import AccountTest
from onboarding.name_matching import NameMatch, compare


@dataclass(frozen=True)
class NamePair:
    """Two of the three names of an account, and what they say about each other."""

    between: str
    match: NameMatch


def compared_names(test: AccountTest) -> list[NamePair]:
    """Each name of an account with each other one, for who decides; without the bank's, one."""
    holder, profile = test.account.holder_name, test.account.agent.name
    pairs = [NamePair("Holder and profile", compare(holder, profile))]
    if told := test.registered_name:
        pairs += [
            NamePair("Bank and profile", compare(told, profile)),
            NamePair("Bank and holder", compare(told, holder)),
        ]
    return pairs
