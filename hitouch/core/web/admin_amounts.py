"""Amounts and rates of the admin for people: rupees for columns in paise, percent for basis points.

A list or a page names the column, such as `net_paise` or `fee_bp`, and shows "₹9,410.00" or "5%".
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from hitouch.core import money

PAISE, BASIS_POINTS = "_paise", "_bp"
WORDS = {" bp": "", " in basis points": "", " paise": "", "gst": "GST", "tds": "TDS"}


def readable(model: type[models.Model], name: Any) -> Any:
    """What shows the column in rupees or percent; the name itself for any other."""
    if not isinstance(name, str) or not name.endswith((PAISE, BASIS_POINTS)):
        return name
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    write = money.rupees if name.endswith(PAISE) else money.percent
    return _reader(name, str(getattr(field, "verbose_name", name)), write)


def _reader(name: str, label: str, write: Callable[[int], str]) -> Callable[[Any], str]:
    def show(row: Any) -> str:
        value = getattr(row, name)
        return "-" if value is None else write(value)

    for word, better in WORDS.items():
        label = label.replace(word, better)
    if name.endswith(BASIS_POINTS) and "rate" not in label:
        label += " rate"
    show.__name__ = name.removesuffix(PAISE).removesuffix(BASIS_POINTS)
    show.short_description = label[:1].upper() + label[1:]  # type: ignore[attr-defined]
    return show
