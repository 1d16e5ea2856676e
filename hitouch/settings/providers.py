"""Settings of external providers: real, a fake in development, or switched off.

Without a key the feature is off. Imported by `hitouch.settings` after `.env` was read.
"""

from pathlib import Path
from urllib.parse import urlsplit

from hitouch import fakes
from hitouch.settings import env

#: The URL of the fake providers; only used in development.
HITOUCH_OUTSIDE_URL = (
    env.text("HITOUCH_OUTSIDE_URL", "").rstrip("/") if env.flag("HITOUCH_DEBUG", False) else ""
)


def _uses_fake(key: str) -> bool:
    """Whether the fake replaces a provider, because its key is not set."""
    return bool(HITOUCH_OUTSIDE_URL) and not env.text(key, "")


# Money out ---------------------------------------------------------------------------------

_fake_payouts = _uses_fake("RAZORPAYX_KEY_ID")
RAZORPAYX_URL = env.text(
    "RAZORPAYX_URL",
    f"{HITOUCH_OUTSIDE_URL}/payouts" if _fake_payouts else "https://api.razorpay.com",
)
RAZORPAYX_KEY_ID = env.text("RAZORPAYX_KEY_ID", fakes.CLIENT_ID if _fake_payouts else "")
RAZORPAYX_KEY_SECRET = env.text(
    "RAZORPAYX_KEY_SECRET", fakes.CLIENT_SECRET if _fake_payouts else ""
)
RAZORPAYX_ACCOUNT = env.text("RAZORPAYX_ACCOUNT", "7878780080316316" if _fake_payouts else "")
RAZORPAYX_WEBHOOK_SECRET = env.text(
    "RAZORPAYX_WEBHOOK_SECRET", fakes.CLIENT_SECRET if _fake_payouts else ""
)
#: Our tax deduction account number, under which TDS is deposited.
HITOUCH_TAN = env.text("HITOUCH_TAN", "")

# Identity documents --------------------------------------------------------------------------

_var = Path(env.text("HITOUCH_VAR", str(Path(__file__).resolve().parents[2] / "var")))
_fake_digilocker = _uses_fake("DIGILOCKER_CLIENT_ID")
DIGILOCKER_URL = env.text(
    "DIGILOCKER_URL",
    f"{HITOUCH_OUTSIDE_URL}/digilocker"
    if _fake_digilocker
    else "https://digilocker.meripehchaan.gov.in",
).rstrip("/")
DIGILOCKER_CLIENT_ID = env.text("DIGILOCKER_CLIENT_ID", fakes.CLIENT_ID if _fake_digilocker else "")
DIGILOCKER_CLIENT_SECRET = env.text(
    "DIGILOCKER_CLIENT_SECRET", fakes.CLIENT_SECRET if _fake_digilocker else ""
)
DIGILOCKER_SIGNERS = env.text(
    "DIGILOCKER_SIGNERS", str(_var / "outside" / "digilocker") if _fake_digilocker else ""
)
_where = urlsplit(DIGILOCKER_URL)
#: A form's POST redirects to DigiLocker, which the content security policy has to allow.
DIGILOCKER_FORM_TARGETS = [f"{_where.scheme}://{_where.netloc}"] if DIGILOCKER_CLIENT_ID else []
#: Certificates of UIDAI that sign offline e-KYC files: a PEM file, or a folder of them.
_fake_uidai = str(_var / "outside" / "uidai.pem") if HITOUCH_OUTSIDE_URL else ""
HITOUCH_UIDAI_CERTIFICATES = env.text("HITOUCH_UIDAI_CERTIFICATES", _fake_uidai)
