from django.db import migrations
from hitouch.core.db.grouped_migrations import GroupedMigration

#: Keys of supplied entries, as they were and as they are.
KEYS = {
    "code-missing": "otp_missing",
    "password-forgotten": "reset_password",
    "change-contact": "change_phone",
    "age": "eligibility",
    "documents-needed": "kyc_docs",
    "documents-time": "kyc_pending",
    "documents-rejected": "kyc_rejected",
    "documents-safe": "data_privacy",
    "assessment-needs": "device_requirements",
    "assessment-again": "assessment_retake",
    "agreements": "contract_sign",
    "find-work": "find_work",
    "withdraw": "withdraw_application",
    "claim-shift": "book_shift",
    "release-shift": "cancel_shift",
    "hand-in-work": "timesheet",
    "when-paid": "payout_when",
    "bank-account": "payout_method",
    "deductions": "pay_rate",
    "payment-failed": "payout_missing",
    "payment-advice": "invoice",
}
RENAME = "\n".join(
    f"UPDATE chatbot_faqentry SET key = '{new}' WHERE key = '{old}'"
    f" AND NOT EXISTS (SELECT 1 FROM chatbot_faqentry WHERE key = '{new}');"
    for old, new in KEYS.items()
)
BACK = "\n".join(
    f"UPDATE chatbot_faqentry SET key = '{old}' WHERE key = '{new}';" for old, new in KEYS.items()
)


class Migration(GroupedMigration):
    """Entries have the keys under which labelled messages name them."""

    dependencies = [("chatbot", "0009_drop_texts_of_entries")]

    operations = [migrations.RunSQL(RENAME, BACK)]
