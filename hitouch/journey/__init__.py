"""The smoke test of a running site: one agent from sign-up to payment, over the API alone.

It uses nothing of the apps but TOTP codes and drawn specimen cards.
"""
