"""A barred act, said in one sentence of the user's language; pages answer it with its `status`."""


class Refused(Exception):
    """`sentence` names the cause and what to do; nothing was written. `standing` says in sentences of its own how
    things stand, since when and by whom, and whom to call, where the first leaves that out."""

    status = 409

    def __init__(self, sentence: str, *, standing: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.standing = standing

    @property
    def in_full(self) -> str:
        return " ".join(filter(None, (self.sentence, self.standing)))


class Busy(Refused):
    """Nothing is wrong with what was asked; the server has no room for it at this moment."""

    status = 503


class ContentChanged(Refused):
    """What was read is no longer what stands: the page shows both before a decision (domain.md 23)."""
