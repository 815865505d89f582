"""A barred act, said in one sentence of the user's language; pages answer it with 409."""


class Refused(Exception):
    """`sentence` names the cause and what to do; nothing was written."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class ContentChanged(Refused):
    """What was read is no longer what stands: the page shows both before a decision (domain.md 23)."""
