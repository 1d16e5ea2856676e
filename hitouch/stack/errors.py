"""The error of `hitouch.stack`, shown to the person at the terminal."""


class StackError(Exception):
    """The stack cannot start or go on; the message is one sentence that says what to do."""
