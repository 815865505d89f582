"""A file that is not taken, by the code of its sentence."""

from typing import Any


class Refusal(Exception):
    """`facts` are what the sentence names, as plain values."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts
