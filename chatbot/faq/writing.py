"""Writes FAQ entries as a YAML or CSV file that can be imported again."""

import csv
import io
from typing import Any

import yaml

from chatbot.faq.reading import CSV_COLUMNS, FORMULA_STARTS
from chatbot.faq.records import LANGUAGES, CategoryRecord, TextRecord


def as_yaml(categories: list[CategoryRecord]) -> str:
    """The file as YAML."""
    return yaml.safe_dump(
        [_category(category) for category in categories],
        allow_unicode=True,
        sort_keys=False,
        width=100,
    )


def as_csv(categories: list[CategoryRecord]) -> str:
    """The file as CSV: a row for each text. Cells that a spreadsheet would run are guarded."""
    target = io.StringIO(newline="")
    rows = csv.writer(target, lineterminator="\n")
    rows.writerow(CSV_COLUMNS)
    for category in categories:
        for entry in category.entries:
            for language in LANGUAGES:
                said = "\n".join(text for spoken, text in entry.phrasings if spoken == language)
                text = entry.texts.get(language, TextRecord("", ""))
                if text.question or said:
                    cells = (
                        category.title, entry.key, language, text.question, text.answer, said,
                    )  # fmt: skip
                    rows.writerow(map(guarded, cells))
    return target.getvalue()


def guarded(cell: str) -> str:
    """The cell, with an apostrophe where a spreadsheet would run it."""
    return f"'{cell}" if cell.lstrip("'").startswith(FORMULA_STARTS) else cell


def _category(category: CategoryRecord) -> dict[str, Any]:
    facts: dict[str, Any] = {"category": category.title}
    if category.position is not None:
        facts["position"] = category.position
    if category.answer_threshold is not None:
        facts["answer_threshold"] = str(category.answer_threshold)
    if category.skill:
        facts["skill"] = category.skill
    entries = []
    for entry in category.entries:
        row: dict[str, Any] = {"key": entry.key}
        for language in LANGUAGES:
            if language in entry.texts:
                text = entry.texts[language]
                row[language] = {"question": text.question, "answer": text.answer}
        phrasings: dict[str, list[str]] = {}
        for language, said in entry.phrasings:
            phrasings.setdefault(language, []).append(said)
        if phrasings:
            row["phrasings"] = phrasings
        entries.append(row)
    return {**facts, "entries": entries}
