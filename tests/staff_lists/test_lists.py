"""Lists of the admin answer at any size: no counting of all rows, no reading of whole tables."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.staff.roles import all_roles
from conftest import make_agent, make_staff, sign_in
from hitouch.core.web import admin_lists
from hitouch.core.web.admin_lists import ListAdmin
from tests.support import filled_tables

#: Tables that stay small whatever the number of agents: staff and settings, by whom they are made.
SMALL = {
    "auth_group", "auth_permission", "django_content_type", "accounts_user_groups",
    "accounts_apikey", "accounts_oauthclient", "allauth_idp_oidc_client",  # partners, by operations
    "accounts_accesschange",  # requests of staff about staff and partners
    "core_operationsalarm",  # one row a fault
    "gigs_client", "gigs_member", "gigs_project",  # by operations and clients
    "proctoring_assessment", "proctoring_section", "proctoring_item", "proctoring_itemversion",
    "proctoring_itemfigures", "proctoring_itemflag", "proctoring_itemreview",  # the item bank
    "proctoring_angoffpanel", "proctoring_scale",  # a few a year
    "proctoring_monitoringpolicy", "proctoring_detectormode",  # a few a month
    "onboarding_agreementtemplate", "onboarding_looseword",  # texts and terms, decided by staff
    "chatbot_faqcategory", "chatbot_faqentry", "chatbot_supportmember", "chatbot_supporthours",
    "chatbot_supportholiday", "chatbot_servicetarget", "chatbot_cannedreply",
    "chatbot_labelledmessage", "chatbot_matchercalibration",  # by support, some hundreds
    "payments_taxrule", "payments_feerule", "payments_welfarefeerule", "payments_rateproposal",
    "payments_clientgstrule",
    "payments_bankstatement", "payments_moneycheck", "payments_payoutbatch",
    "payments_reconciliationrun", "payments_sendingswitch",  # a few a day
    "payments_liabilityaccrual", "payments_liabilitypayment",  # a few a month
}  # fmt: skip
#: A page of its own in place of a list: the switch is one row.
WITHOUT_LIST = {"payments.MoneyCheck", "payments.SendingSwitch"}
ROWS = 2000
#: More rows than of what refers to them, so that no plan that begins with them is as cheap.
MANY = {"accounts.User": 3 * ROWS, "accounts.Agent": 3 * ROWS, "onboarding.KycCase": 3 * ROWS}
ADMINS = {
    model._meta.label: site_admin
    for model, site_admin in admin.site._registry.items()
    if model._meta.app_label in all_roles()["admin"].sees and model._meta.label not in WITHOUT_LIST
}
TERMS = ("x1987 x1987", "x1987@example.com", f"{ROWS:032x}")


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Every table of ours with some thousand rows, until the end of this module."""
    ours = [
        model
        for model in apps.get_models()
        if model.__module__.split(".")[0] in {*OURS, "allauth"} and model._meta.managed
    ]
    with django_db_blocker.unblock(), transaction.atomic():
        few = {each._meta.label: 20 for each in ours if each._meta.db_table in SMALL}
        filled_tables.fill(ours, few | MANY, ROWS)
        yield
        transaction.set_rollback(True)


OURS = ("accounts", "proctoring", "onboarding", "gigs", "payments", "chatbot", "hitouch")


@pytest.fixture
def staff(filled: None, db: None) -> Client:
    """Staff who may see everything."""
    user = make_staff("Meera", "admin")
    user.is_superuser = True
    user.save()
    return sign_in(Client(), user)


def queries_of(client: Client, url: str) -> tuple[list[str], Any]:
    """The queries that read, and the response."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(url)
        assert response.status_code == 200, (url, response.headers.get("Location"))
    texts = [query["sql"] for query in captured]
    return [text for text in texts if text.lstrip("( ").startswith(("SELECT", "WITH"))], response


#: What the planner prefers for tables as small as these; without them it shows whether it can do
#: with indexes alone.
WAYS_OF_MANY_ROWS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")


def faults_of(queries: list[str]) -> list[str]:
    """Queries that read the whole of a table that may be big."""
    found = []
    with connection.cursor() as cursor:
        for way in WAYS_OF_MANY_ROWS:
            cursor.execute(f"SET LOCAL {way} = off")
        for query in queries:
            cursor.execute(f"EXPLAIN (FORMAT JSON, COSTS OFF) {query}")
            ((plan,),) = cursor.fetchall()
            plan = plan if isinstance(plan, list) else json.loads(plan)
            found += [f"{table}: {query[-700:]}" for table in whole_reads(plan[0]["Plan"])]
        for way in WAYS_OF_MANY_ROWS:
            cursor.execute(f"SET LOCAL {way} = on")
    return found


@cache
def partial_indexes() -> set[str]:
    """Names of indexes of a part of their table: to read one is not to read the table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
            "WHERE indpred IS NOT NULL"
        )
        return {name for (name,) in cursor.fetchall()}


#: Nodes that need all rows below them before they give one.
BLOCKING = {"Sort", "Aggregate", "Hash", "WindowAgg", "SetOp", "BitmapAnd", "BitmapOr", "Group"}


def whole_reads(node: dict[str, Any], *, is_limited: bool = False) -> Iterator[str]:
    """Tables that the plan reads to the end: without a condition of an index, and not limited."""
    kind, table = node["Node Type"], node.get("Relation Name", "")
    if kind == "Limit":
        is_limited = True
    elif kind in BLOCKING:
        is_limited = False
    if table and table not in SMALL:
        has_condition = "Index Cond" in node or kind == "Bitmap Heap Scan"
        if not (has_condition or is_limited or node.get("Index Name") in partial_indexes()):
            yield f"{kind} of {table}"
    for below in node.get("Plans", ()):
        is_inner = below.get("Parent Relationship") in {"Inner", "SubPlan", "InitPlan"}
        yield from whole_reads(below, is_limited=is_limited and not is_inner)


@pytest.mark.parametrize("label", sorted(ADMINS))
def test_a_list_reads_no_whole_table(staff: Client, label: str, monkeypatch: Any) -> None:
    """Neither its rows nor their number, nor the choices of its filters, nor those filtered.

    A longer page needs no more queries than a short one.
    """
    url = reverse(f"admin:{label.lower().replace('.', '_')}_changelist")
    queries, response = queries_of(staff, url)
    faults = faults_of(queries)
    for spec in response.context["cl"].filter_specs:
        for choice in list(spec.choices(response.context["cl"]))[1:2]:
            faults += faults_of(queries_of(staff, url + choice["query_string"])[0])
    assert faults == []
    monkeypatch.setattr(ADMINS[label], "list_per_page", 5)
    assert len(queries_of(staff, url)[0]) == len(queries)


@pytest.mark.parametrize(
    "label", [label for label in sorted(ADMINS) if ADMINS[label].search_fields]
)
def test_a_search_reads_no_whole_table(staff: Client, label: str) -> None:
    """Each way of searching asks an index."""
    url = reverse(f"admin:{label.lower().replace('.', '_')}_changelist")
    for term in TERMS:
        assert faults_of(queries_of(staff, f"{url}?q={term}")[0]) == []


def test_the_start_page_reads_no_whole_table(staff: Client) -> None:
    """Work queues are counted up to a number."""
    queries, response = queries_of(staff, reverse("admin:index"))
    assert response.context["queues"]
    assert faults_of(queries) == []


def test_every_list_has_the_common_base() -> None:
    """The base class brings the paginator, the search and the order."""
    others = [label for label, each in ADMINS.items() if not isinstance(each, ListAdmin)]
    assert others == []
    plain = [label for label, each in ADMINS.items() if each.search_fields and not each.search_by]
    assert plain == []


def page_of(client: Client, query: str = "") -> Any:
    response = client.get(f"{reverse('admin:accounts_auditevent_changelist')}{query}")
    assert response.status_code == 200
    return response


def test_more_rows_than_are_counted(staff: Client, monkeypatch: Any) -> None:
    """The list says that there are more, and its last page leads to the rows after it."""
    monkeypatch.setattr(admin_lists, "MOST_COUNTED", 100)
    assert "More than 100" in page_of(staff).content.decode()
    last = page_of(staff, "?p=2").context["cl"]
    after = page_of(staff, last.older_query).context["cl"]
    numbers = [row.pk for changes in (last, after) for row in changes.result_list]
    assert numbers == [*range(ROWS - 50, ROWS - 100, -1), *range(ROWS - 99, ROWS - 149, -1)]
    assert page_of(staff, "?p=1").context["cl"].older_query == ""


def test_a_list_that_is_counted_leads_no_further(staff: Client) -> None:
    """Its pages are all of it."""
    response = page_of(staff, "?action=x12")
    assert "More than" not in response.content.decode()
    assert response.context["cl"].older_query == ""
    assert response.context["cl"].result_count == 1


def test_a_search_that_finds_too_much(staff: Client, monkeypatch: Any) -> None:
    """Some rows are shown, and the list says that there are more."""
    monkeypatch.setattr(admin_lists, "MOST_FOUND", 10)
    url = reverse("admin:accounts_agent_changelist")
    found = staff.get(f"{url}?q=x1")
    assert "Add another word" in found.content.decode()
    assert found.context["cl"].result_count == 10
    assert "Add another word" not in staff.get(f"{url}?q=x1987").content.decode()


def test_the_help_says_how_to_search(staff: Client) -> None:
    """And what is encrypted and cannot be searched."""
    page = staff.get(reverse("admin:accounts_user_changelist")).content.decode()
    assert "the beginnings of names" in page
    assert "encrypted and cannot be searched" in page


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("asha", True),
        ("RAO ash", True),
        ("sen", True),
        ("Asha-Rao", True),
        ("sha", False),
        ("asha gupta", False),
        ("ASHA.RAO@example.com", True),
        ("asha.r", True),
        ("+91 98765 43210", True),
        ("09876543210", True),
        ("98765", False),
        ("%", False),
        ("_", False),
        ("-", False),
    ],
)
def test_people_are_found(db: None, text: str, *, is_found: bool) -> None:
    """By the beginnings of names in any order, an address from its beginning, a whole number."""
    agent = make_agent("Asha", family_name="Rao-Sen")
    changes = {"email": "asha.rao@example.com", "phone": "+919876543210"}
    type(agent.user).objects.filter(pk=agent.user_id).update(**changes)
    users = admin.site._registry[type(agent.user)]
    request = RequestFactory().get("/")
    rows, _ = users.get_search_results(request, type(agent.user).objects.all(), text)
    assert rows.exists() is is_found


def test_unknown_columns_of_the_order_are_ignored(staff: Client) -> None:
    """A list is sorted by columns with an index only, whatever the address says."""
    usual = [row.pk for row in page_of(staff).context["cl"].result_list]
    for order in ("2", "2.1", "99", "x", "-3"):
        assert [row.pk for row in page_of(staff, f"?o={order}").context["cl"].result_list] == usual
