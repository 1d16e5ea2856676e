"""Search in names and titles by the beginnings of their words, answered by a trigram index."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import Func, QuerySet, TextField

#: Characters between the words of names, beside blanks.
_SEPARATORS = "-.,/_'"
_BLANKS = str.maketrans(_SEPARATORS, " " * len(_SEPARATORS))


class WordText(Func):
    """The text of columns in capitals, with a blank before each word. Immutable, to be indexed."""

    output_field = TextField()
    template = "upper(translate(' ' || %(expressions)s, '-.,/_''', '      '))"
    arg_joiner = " || ' ' || "


def words_index(name: str, *columns: str) -> GinIndex:
    """The index that a search in these columns needs."""
    text = OpClass(WordText(*columns), name="gin_trgm_ops")
    return GinIndex(text, name=name, fastupdate=False)


def with_words(rows: QuerySet, columns: tuple[str, ...], text: str) -> QuerySet | None:
    """Rows in whose columns words begin like every word of the text; None without words."""
    words = text.upper().translate(_BLANKS).split()
    if not words:
        return None
    rows = rows.annotate(word_text=WordText(*columns))
    for word in words:
        rows = rows.filter(word_text__contains=f" {word}")
    return rows
