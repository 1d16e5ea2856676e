"""allauth's client for apps, within our API: our inputs, our tokens, our shape of a no."""
