"""The payouts of the fake RazorpayX: a bank account with a balance, transfers and webhooks.

Everything is in SQLite and committed before an answer leaves, so that the process can be killed
at any moment. `bank` holds the rules, `api` the URLs, `webhooks` the delivery of events, `faults`
what goes wrong on purpose.
"""
