"""What the search of opportunities reads: its document, its words, and the hours of shifts.

Triggers keep all of it, so that a row written in any way is found.
"""

import pgtrigger
from django.contrib.postgres.indexes import GistIndex, OpClass
from django.db import models

_ZONE = "Asia/Kolkata"
#: Separators that the parser of PostgreSQL would keep inside a word, such as those of hosts.
_PLAIN = "to_tsvector('simple', translate(normalize({}, NFKC), '/_.', '   '))"


def _weighted(text: str, weight: str) -> str:
    return f"setweight({_PLAIN.format(text)}, '{weight}')"


def document_trigger(categories: list[tuple[str, str]]) -> pgtrigger.Trigger:
    """Write the document of an opportunity: title, skills and client, category, description."""
    cases = " ".join(f"WHEN '{value}' THEN '{label}'" for value, label in categories)
    name = (
        "(SELECT c.name FROM gigs_project p JOIN gigs_client c ON c.id = p.client_id"
        " WHERE p.id = NEW.project_id)"
    )
    parts = [
        _weighted("NEW.title", "A"),
        _weighted("array_to_string(NEW.skills || NEW.languages::varchar[], ' ')", "B"),
        _weighted(f"coalesce({name}, '')", "B"),
        _weighted(f"CASE NEW.category {cases} ELSE '' END", "C"),
        _weighted("NEW.description", "D"),
    ]
    columns = ("title", "description", "skills", "languages", "category", "project_id")
    return pgtrigger.Trigger(
        name="search_document",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(*columns),
        func=f"NEW.search := {' || '.join(parts)}; RETURN NEW;",
    )


def words_trigger() -> pgtrigger.Trigger:
    """Add the words of a published opportunity to those that a misspelt word is compared with.

    They are inserted in one order, so that two transactions with the same new words do not wait
    for each other in a circle.
    """
    columns = (
        "title",
        "description",
        "skills",
        "languages",
        "category",
        "project_id",
        "state",
        "visibility",
    )
    return pgtrigger.Trigger(
        name="search_words",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(*columns),
        condition=pgtrigger.Condition("NEW.state <> 'DRAFT' AND NEW.visibility = 'PUBLIC'"),
        func="INSERT INTO gigs_searchword (word)"
        " SELECT t.word FROM unnest(tsvector_to_array(NEW.search)) AS t (word)"
        " WHERE length(t.word) BETWEEN 4 AND 30 AND t.word !~ '[0-9-]'"
        " AND NOT EXISTS (SELECT 1 FROM gigs_searchword known WHERE known.word = t.word)"
        " ORDER BY t.word ON CONFLICT DO NOTHING; RETURN NULL;",
    )


def client_name_trigger() -> pgtrigger.Trigger:
    """Write the documents of a client's opportunities again when its name changes."""
    return pgtrigger.Trigger(
        name="search_name",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("name"),
        condition=pgtrigger.Condition("NEW.name IS DISTINCT FROM OLD.name"),
        func="UPDATE gigs_opportunity SET title = title WHERE project_id IN"
        " (SELECT id FROM gigs_project WHERE client_id = NEW.id); RETURN NULL;",
    )


#: A shift in the evening has a part between 18:00 and 22:00, one at a weekend a part on Saturday
#: or Sunday, both in India. It starts on that day or on the day before.
_MIDNIGHT = f"date_trunc('day', s.starts_at AT TIME ZONE '{_ZONE}') + d.days"
_EVENING = (
    "EXISTS (SELECT 1 FROM (VALUES (interval '0'), (interval '1 day')) AS d (days)"  # noqa: S608
    f" WHERE s.starts_at < ({_MIDNIGHT} + interval '22 hours') AT TIME ZONE '{_ZONE}'"
    f" AND s.ends_at > ({_MIDNIGHT} + interval '18 hours') AT TIME ZONE '{_ZONE}')"
)
_WEEKEND = (
    f"(extract(isodow FROM s.starts_at AT TIME ZONE '{_ZONE}') >= 6 OR"
    f" extract(isodow FROM (s.ends_at - interval '1 microsecond') AT TIME ZONE '{_ZONE}') >= 6)"
)
_LATEST = (
    f"SELECT s.opportunity_id, max(s.starts_at) FILTER (WHERE {_EVENING}) AS evening,"  # noqa: S608
    f" max(s.starts_at) FILTER (WHERE {_WEEKEND}) AS weekend"
    " FROM {} s GROUP BY s.opportunity_id"
)
_KEEP_LATEST = (
    "UPDATE gigs_opportunity o SET"
    " last_evening_at = greatest(o.last_evening_at, latest.evening),"
    " last_weekend_at = greatest(o.last_weekend_at, latest.weekend)"
    " FROM ({}) latest WHERE o.id = latest.opportunity_id"
    " AND (latest.evening > coalesce(o.last_evening_at, '-infinity')"
    " OR latest.weekend > coalesce(o.last_weekend_at, '-infinity'))"
)


def hours_trigger() -> pgtrigger.Trigger:
    """Keep when the last shift of an opportunity in the evening, or at a weekend, starts."""
    return pgtrigger.Trigger(
        name="search_hours",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_rows"),
        func=f"{_KEEP_LATEST.format(_LATEST.format('new_rows'))}; RETURN NULL;",
    )


class SearchWord(models.Model):
    """A word of a published opportunity, with which a misspelt word is compared."""

    word = models.CharField(max_length=30, primary_key=True)

    class Meta:
        indexes = [
            GistIndex(
                OpClass("word", name="gist_trgm_ops"), name="search_word_similar", buffering=False
            )
        ]

    def __str__(self) -> str:
        return self.word
