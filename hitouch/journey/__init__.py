"""One agent's whole way over HTTP alone, as a program would go it: the smoke test of a site.

Nothing here imports Django or an app of ours, but the drawn specimen cards that a newcomer
shows; what it knows it read in the API's own documentation.
"""
