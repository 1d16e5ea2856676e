"""One agent's whole way over HTTP alone, as a program would go it: the smoke test of a site.

Nothing here imports Django or an app of ours; what it knows it read in the API's own
documentation.
"""
