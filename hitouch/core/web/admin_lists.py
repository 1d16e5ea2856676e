"""Lists of the admin that answer quickly at any size.

Nothing counts all rows: `CappedPaginator` stops after `MOST_COUNTED`, and older rows are reached by
a link with a condition on the column of the order. A search asks an index for each way of searching
(`SearchBy`) and reads the rows found. Filters offer choices without reading the table.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import ShowFacets
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import connection, models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from hitouch.core.db import word_search
from hitouch.core.web.admin_amounts import readable

#: Rows that a list counts and pages through.
MOST_COUNTED = 10_000
#: Rows that a search finds.
MOST_FOUND = 1000
#: Values of a column that a filter offers.
MOST_VALUES = 200
NO_SUCH_ROWS = "Select rows of this list. Nothing was changed."
_MORE_FOUND = "_more_rows_found"


class CappedPaginator(Paginator):
    """Counts no more than `MOST_COUNTED` rows."""

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: MOST_COUNTED + 1].count())

    @property
    def count(self) -> int:
        """The number of rows, or `MOST_COUNTED`."""
        return min(self._counted, MOST_COUNTED)

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than were counted."""
        return self._counted > MOST_COUNTED


class PagedChangeList(ChangeList):
    """A change list that is sorted by indexed columns only and leads on after its last page."""

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Any]:
        """Remember whether the search found more rows than are shown."""
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        self.more_were_found = getattr(request, _MORE_FOUND, False)
        return rows

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Ignore columns in the address that the list does not offer for sorting."""
        self.params = dict(self.params)
        numbers = str(self.params.get(ORDER_VAR, "")).split(".")
        if not all(self._is_sortable(number.lstrip("-")) for number in numbers if number):
            del self.params[ORDER_VAR]
        return super().get_ordering(request, queryset)

    def _is_sortable(self, number: str) -> bool:
        shown = dict(enumerate(self.list_display))
        return number.isdecimal() and shown.get(int(number)) in (self.sortable_by or ())

    @property
    def older_query(self) -> str:
        """The query of the rows after the last page that was counted; "" when there are none."""
        is_last = self.page_num == self.paginator.num_pages
        name = str(next(iter(self.model_admin.ordering or ()), ""))
        if not (is_last and self.paginator.is_capped and name and ORDER_VAR not in self.params):
            return ""
        column = name.lstrip("-")
        value = getattr(list(self.result_list)[-1], column, None)
        if value is None:
            return ""
        lookup = "lte" if name.startswith("-") else "gte"
        text = value.isoformat() if hasattr(value, "isoformat") else value
        return str(self.get_query_string({f"{column}__{lookup}": text}, [PAGE_VAR]))


@dataclass(frozen=True)
class SearchBy:
    """One way of searching a list, which an index answers. `label` says how, for the help text."""

    label: str

    def matching(self, model: type[models.Model], text: str) -> QuerySet[Any] | None:
        """The rows of the model that match; None when the text cannot match."""
        return None


@dataclass(frozen=True)
class Column(SearchBy):
    """A column, or one of a related row, that is equal to the text, or begins with it.

    `clean` makes the text what the column holds, or "" when it cannot be that.
    """

    lookup: str
    clean: Callable[[str], str] = str.strip

    def matching(self, model: type[models.Model], text: str) -> QuerySet[Any] | None:
        """Look the cleaned text up."""
        value = self.clean(text)
        try:
            return model._base_manager.filter(**{self.lookup: value}) if value else None
        except (ValueError, ValidationError):
            return None  # for example no UUID


@dataclass(frozen=True)
class KeyBeginning(SearchBy):
    """A random key, from its beginning as it is shown to people: four digits at least."""

    def matching(self, model: type[models.Model], text: str) -> QuerySet[Any] | None:
        """Keys between the smallest and the largest that begin so."""
        digits = text.strip().replace("-", "").lower()
        if not 4 <= len(digits) <= 32 or set(digits) - set("0123456789abcdef"):
            return None
        ends = [UUID(digits.ljust(32, end)) for end in "0f"]
        return model._base_manager.filter(pk__range=ends)


@dataclass(frozen=True)
class Words(SearchBy):
    """Columns of this model, or of the related one `of`, with words that begin as in the text."""

    columns: tuple[str, ...]
    of: str = ""

    def matching(self, model: type[models.Model], text: str) -> QuerySet[Any] | None:
        """Every word of the text has to be there."""
        target = model
        for step in self.of.split("__") if self.of else ():
            target = target._meta.get_field(step).related_model  # type: ignore[assignment]
        rows = word_search.with_words(target._base_manager.all(), self.columns, text)
        if rows is None or not self.of:
            return rows
        return model._base_manager.filter(**{f"{self.of}__in": rows.values("pk")})


class ListAdmin(admin.ModelAdmin):
    """A model admin whose list answers quickly at any size."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    #: How the list is searched, in place of Django's `search_fields`.
    search_by: ClassVar[tuple[SearchBy, ...]] = ()
    #: What cannot be searched, and why.
    search_note: ClassVar[str] = ""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "search_by" in vars(cls):
            cls.search_fields = tuple(each.label for each in cls.search_by)
            labels = ", or ".join(each.label for each in cls.search_by)
            cls.search_help_text = f"Find by {labels}. {cls.search_note}".strip()

    def get_list_display(self, request: HttpRequest) -> Any:
        """The columns, with amounts in rupees and rates in percent."""
        return [readable(self.model, name) for name in super().get_list_display(request)]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The fields; who may not change them reads amounts in rupees and rates in percent."""
        fieldsets = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):
            return fieldsets
        return [
            (
                title,
                options | {"fields": [readable(self.model, name) for name in options["fields"]]},
            )
            for title, options in fieldsets
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The change list with links to older rows."""
        return PagedChangeList

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """The answer to an action. Rows that are named by no key are none, as deleted rows are."""
        key = self.model._meta.pk
        try:
            for value in request.POST.getlist(ACTION_CHECKBOX_NAME):
                key.to_python(value)
        except ValidationError:
            self.message_user(request, NO_SUCH_ROWS, messages.WARNING)
            return None
        return super().response_action(request, queryset)

    def get_sortable_by(self, request: HttpRequest) -> Any:
        """Only the column of the list's order, which has an index, unless others are named."""
        if self.sortable_by is not None:
            return self.sortable_by
        order = {str(name).lstrip("-") for name in self.get_ordering(request)[:1]}
        return [name for name in self.get_list_display(request) if name in order]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The rows that one of `search_by` finds."""
        if not self.search_by or not search_term.strip():
            return super().get_search_results(request, queryset, search_term)
        every = (each.matching(self.model, search_term) for each in self.search_by)
        # Each way ends at the limit: a union would compare all rows with a common name.
        most = MOST_FOUND + 1
        found = [rows.order_by().values_list("pk")[:most] for rows in every if rows is not None]
        if not found:
            return queryset.none(), False
        # Found first, by index, and read then: with many joins PostgreSQL would read the table.
        keys = [pk for (pk,) in found[0].union(*found[1:])[:most]]
        setattr(request, _MORE_FOUND, len(keys) > MOST_FOUND)
        return queryset.filter(pk__in=keys[:MOST_FOUND]), False


class IndexedValuesFilter(admin.AllValuesFieldListFilter):
    """The values of a column, read from an index that begins with it, without the rows."""

    def __init__(
        self, field: Any, request: Any, params: Any, model: Any, *args: Any, **options: Any
    ) -> None:
        super().__init__(field, request, params, model, *args, **options)
        self.lookup_choices = list(distinct_values(field))  # type: ignore[assignment]


def distinct_values(field: Any) -> Iterator[Any]:
    """The values of a column in order: one step in its index for each, not one for each row."""
    quote = connection.ops.quote_name
    table, column = quote(field.model._meta.db_table), quote(field.column)
    first = f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE found AS (({first} ORDER BY {column} LIMIT 1) UNION ALL "  # noqa: S608
            f"SELECT ({first} AND {column} > found.{column} ORDER BY {column} LIMIT 1) "
            f"FROM found WHERE found.{column} IS NOT NULL) "
            f"SELECT {column} FROM found WHERE {column} IS NOT NULL LIMIT {MOST_VALUES}"
        )
        yield from (value for (value,) in cursor.fetchall())
