"""Fake providers (RazorpayX, DigiLocker, UIDAI, a language model): small HTTP servers.

They speak the providers' protocols.

`python -m hitouch.fakes --port 8001 --folder var/outside` serves them all, each below its own
prefix. In development `manage.py up` starts that when no real provider is configured; tests start
them in threads. They import neither Django nor the apps.
"""

#: Credentials that only the fakes accept.
CLIENT_ID = "hitouch-development"
CLIENT_SECRET = "known-to-everybody-who-reads-this"  # noqa: S105
