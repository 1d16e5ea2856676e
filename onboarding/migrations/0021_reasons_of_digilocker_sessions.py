from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0020_results_referrals_and_samples")]

    operations = [
        migrations.AlterField(
            model_name="kycsession",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("REPLACED", "You started again."),
                    ("STOPPED", "You chose to upload photos instead."),
                    ("DOWN", "DigiLocker is not responding right now."),
                    ("REFUSED", "DigiLocker did not give us the documents."),
                    (
                        "NOT_GENUINE",
                        "A document doesn't match its issuer's signature, so we didn't save any.",
                    ),
                    (
                        "OTHER_FORM",
                        "A document isn't signed in a way we can check, so we couldn't use it.",
                    ),
                    (
                        "NEW_SIGNER",
                        "A document is signed with a certificate we don't know yet, so we "
                        "couldn't use it.",
                    ),
                    (
                        "OLD_SIGNER",
                        "The certificate on a document was not in use on the document's date, so "
                        "we couldn't use it.",
                    ),
                    (
                        "OTHER_KIND",
                        "DigiLocker sent another document than your Aadhaar or PAN, so we "
                        "couldn't use it.",
                    ),
                    (
                        "NOT_MASKED",
                        "A document from DigiLocker shows a full Aadhaar number. We must not keep "
                        "that, so we didn't save it.",
                    ),
                    ("NOTHING", "We didn't find an Aadhaar or PAN in your DigiLocker."),
                    ("NO_CONSENT", "You withdrew your consent before we finished."),
                    ("NOT_KEPT", "A document could not be used."),
                ],
                max_length=12,
            ),
        ),
    ]
