"""Stand-ins for the outside world: small servers of ours that speak the true protocols.

`python -m hitouch.fakes --port 8001 --folder var/outside` serves them all, each below its own
prefix. In development `manage.py up` starts that when nothing real is configured; tests start
them in threads. They know no Django and nothing of ours: they are the other side of the wire.
"""

#: What a site has to show of itself. Only stand-ins take it; the real ones give their own.
CLIENT_ID = "hitouch-development"
CLIENT_SECRET = "known-to-everybody-who-reads-this"  # noqa: S105
