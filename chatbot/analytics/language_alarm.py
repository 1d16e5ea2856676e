"""An alarm when people who ask in one language are answered less often than all others.

The rates of answered episodes of the last days are compared by a test of two proportions.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import erfc, sqrt

from chatbot.analytics.queries import by_language
from chatbot.models import HelpLanguage
from hitouch.core.india_time import day_of
from hitouch.core.monitoring import alarms

#: Whole days before today that are compared.
DAYS = 14
#: Least number of episodes in the language, and in all others together.
LEAST_EPISODES = 50
#: The alarm is raised when chance alone would give such a difference in one of 100 cases, and the
#: rate is lower by at least 5 points; it is cleared when one in 20 would, or it is smaller.
RAISED_BELOW, CLEARED_ABOVE = 0.01, 0.05
LEAST_DIFFERENCE = 0.05


@dataclass(frozen=True)
class LanguageComparison:
    """The answer rate of a language against that of all others together.

    `probability` is that of a difference like this one, or a larger one, by chance alone.
    """

    language: str
    episodes: int
    answered: int
    other_episodes: int
    other_answered: int

    @property
    def label(self) -> str:
        return HelpLanguage(self.language).label

    @property
    def rate(self) -> float | None:
        return self.answered / self.episodes if self.episodes else None

    @property
    def other_rate(self) -> float | None:
        return self.other_answered / self.other_episodes if self.other_episodes else None

    @property
    def is_enough(self) -> bool:
        """Whether there are enough episodes to compare."""
        return min(self.episodes, self.other_episodes) >= LEAST_EPISODES

    @property
    def difference(self) -> float:
        """By how much the language is behind; negative if it is ahead."""
        return (self.other_rate or 0) - (self.rate or 0)

    @property
    def probability(self) -> float:
        """One-sided test of two proportions with the pooled variance."""
        whole = self.episodes + self.other_episodes
        pooled = (self.answered + self.other_answered) / whole if whole else 0
        if not self.is_enough or pooled in (0, 1):
            return 1.0
        error = sqrt(pooled * (1 - pooled) * (1 / self.episodes + 1 / self.other_episodes))
        return erfc(self.difference / error / sqrt(2)) / 2

    @property
    def is_behind(self) -> bool:
        is_large = self.difference >= LEAST_DIFFERENCE
        return self.is_enough and is_large and self.probability < RAISED_BELOW

    @property
    def has_caught_up(self) -> bool:
        """Whether an alarm is over. Between the two limits nothing changes."""
        is_small = self.difference < LEAST_DIFFERENCE
        return self.is_enough and (is_small or self.probability > CLEARED_ABOVE)


def comparisons(*, now: datetime) -> list[LanguageComparison]:
    """All languages against the others, over the last whole days."""
    today = day_of(now)
    summaries = by_language(today - timedelta(days=DAYS), today - timedelta(days=1))
    return [
        LanguageComparison(
            language,
            summary.count("episodes"),
            summary.answered,
            sum(other.count("episodes") for other in summaries.values() if other is not summary),
            sum(other.answered for other in summaries.values() if other is not summary),
        )
        for language, summary in summaries.items()
    ]


def check_languages(*, now: datetime) -> list[LanguageComparison]:
    """Raise or clear the alarm of each language. An alarm that is raised is not raised again.

    Its text has no figures of the day, so that operations get one mail and not one each day; the
    page of figures shows them.
    """
    found = comparisons(now=now)
    raised = alarms.raised_names()
    for each in found:
        name = alarm_name(each.language)
        if each.is_behind and name not in raised:
            label = HelpLanguage(each.language).label
            detail = f"Help answers questions in {label} less often than in other languages."
            alarms.raise_alarm(name, detail, at=now)
        elif each.has_caught_up and name in raised:
            alarms.clear_alarm(name)
    return found


def alarm_name(language: str) -> str:
    """The name of a language's alarm."""
    return f"help.language_behind.{language.lower()}"
