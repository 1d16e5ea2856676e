"""Save the proficiency (fluency) of an agent in the languages of the profile."""

from collections.abc import Mapping, Sequence

from accounts.models import Agent
from onboarding.models import Fluency
from onboarding.models.querysets import replace_rows
from onboarding.vocabulary.lexicon import LANGUAGES, Lexicon, word_key


def save_fluency(agent: Agent, levels: Sequence[Mapping[str, str]], lexicon: Lexicon) -> None:
    """Save levels for languages on the agent's profile; other languages are ignored.

    Languages without levels here keep their saved ones.
    """
    grades = {
        word_key(row.language): (row.spoken, row.written)
        for row in Fluency.objects.filter(agent=agent)
    }
    for row in levels:
        key = word_key(lexicon.normal(LANGUAGES, row["language"]))
        grades[key] = (row["spoken"], row["written"])
    merged = ((name, *grades.get(word_key(name), ("", ""))) for name in agent.languages)
    rows = [
        {"language": name, "spoken": spoken, "written": written}
        for name, spoken, written in merged
        if spoken or written
    ]
    replace_rows(agent, Fluency, rows)


def rename_languages(spellings: Sequence[str], lexicon: Lexicon) -> None:
    """Rename languages to the vocabulary's current terms; existing levels of a term win."""
    for row in Fluency.objects.filter(language__in=spellings).order_by("pk"):
        name = lexicon.normal(LANGUAGES, row.language)
        existing = Fluency.objects.filter(agent=row.agent_id, language=name)
        if name != row.language and existing.exists():
            row.delete()
        else:
            row.language = name
            row.save()
