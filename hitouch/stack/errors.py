"""What the stack says when it can not go on: one sentence that tells what to do."""


class StackError(Exception):
    """A sentence for the person at the terminal."""
