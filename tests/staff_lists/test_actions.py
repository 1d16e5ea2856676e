"""Actions on the rows of lists in the admin."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.staff.roles import all_roles
from conftest import make_staff, sign_in


@pytest.mark.parametrize("value", ["\0", "x", "9" * 50])
def test_rows_that_cannot_be_are_refused(db, value):
    """A row whose key is no key gets a sentence in every list with actions, and no error page."""
    staff = make_staff("Boss", *all_roles())
    client, tried = sign_in(Client(), staff), 0
    for model, page in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for action in page.actions or ():
            answer = client.post(address, {"action": action, "_selected_action": value})
            tried += answer.status_code == 302
            assert answer.status_code in (200, 302, 403, 405), (model, action)
    assert tried > 5
