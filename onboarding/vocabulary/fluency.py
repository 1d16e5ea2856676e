"""How well an agent knows the languages of the profile, beside the list of them."""

from collections.abc import Mapping, Sequence

from accounts.models import Agent
from onboarding.models import Fluency
from onboarding.models.querysets import replace_rows
from onboarding.vocabulary.lexicon import LANGUAGES, Lexicon, word_key


def save_fluency(agent: Agent, told: Sequence[Mapping[str, str]], lexicon: Lexicon) -> None:
    """Keep what is told of the agent's languages; of the others nothing.

    A language of which nothing is told here keeps what was told before.
    """
    grades = {
        word_key(row.language): (row.spoken, row.written)
        for row in Fluency.objects.filter(agent=agent)
    }
    for row in told:
        key = word_key(lexicon.normal(LANGUAGES, row["language"]))
        grades[key] = (row["spoken"], row["written"])
    known = ((name, *grades.get(word_key(name), ("", ""))) for name in agent.languages)
    rows = [
        {"language": name, "spoken": spoken, "written": written}
        for name, spoken, written in known
        if spoken or written
    ]
    replace_rows(agent, Fluency, rows)


def rename_languages(spellings: Sequence[str], lexicon: Lexicon) -> None:
    """Say it of today's word; what was told of that word already stays."""
    for row in Fluency.objects.filter(language__in=spellings).order_by("pk"):
        name = lexicon.normal(LANGUAGES, row.language)
        same = Fluency.objects.filter(agent=row.agent_id, language=name)
        if name != row.language and same.exists():
            row.delete()
        else:
            row.language = name
            row.save()
