"""Why a signed document is not accepted. Each reason is safe to log: it quotes no content."""


class DocumentRefused(Exception):
    """The document is not accepted. Subclasses say why."""


class SignatureInvalid(DocumentRefused):
    """The content or the signature was changed after signing. The only reason called forgery."""


class UnexpectedForm(DocumentRefused):
    """Not XML, not signed, or signed in another form than those that issuers use."""


class UnknownSigner(DocumentRefused):
    """Signed by a key that is not pinned for this kind of document."""


class SignerOutOfPeriod(DocumentRefused):
    """Signed by a pinned key outside its period of issue."""


class WrongDocument(DocumentRefused):
    """Signed by a pinned key, but another kind of document."""


class NumberNotMasked(DocumentRefused):
    """The document contains a full Aadhaar number, which must not be stored."""
