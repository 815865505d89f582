"""What a load wrote, found standing and left out; told at its end."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models

ModelT = TypeVar("ModelT", bound=models.Model)
Facts = Mapping[str, Any]


@dataclass
class Count:
    new: int = 0
    standing: int = 0
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


class Ledger:
    """Whatever stands is left as it is, with all that hangs on it: an administrator may have changed it since."""

    def __init__(self) -> None:
        self.counts: dict[str, Count] = defaultdict(Count)
        self.remarks: list[str] = []
        self.left_out: list[str] = []

    def wrote(self, what: str, number: int = 1) -> None:
        self.counts[what].new += number

    def found(self, what: str, name: str, *, differs: bool) -> None:
        self.counts[what].standing += 1
        if differs:
            self.counts[what].changed.append(name)

    def missed(self, what: str, name: str) -> None:
        """It hangs on something that stood before, so somebody removed it: it stays away."""
        self.counts[what].removed.append(name)

    def standing(self, what: str, model: type[ModelT], key: Facts, facts: Facts, name: str) -> ModelT | None:
        """The row of a key where there is one, the oldest of several; told as found."""
        row = model._default_manager.filter(**key).order_by("pk").first()
        if row is not None:
            self.found(what, name, differs=any(getattr(row, field) != fact for field, fact in facts.items()))
        return row

    def settle(self, what: str, model: type[ModelT], key: Facts, facts: Facts, *, name: str) -> tuple[ModelT, bool]:
        """The row of a key, written where there is none, and whether it is new."""
        row = self.standing(what, model, key, facts, name=name)
        if row is not None:
            return row, False
        self.wrote(what)
        return model._default_manager.create(**key, **facts), True

    def hang(
        self, what: str, model: type[models.Model], key: Facts, facts: Facts, *, name: str, on_new: bool
    ) -> None:
        """A row that hangs on others, written only where one of these is new (`on_new`)."""
        if on_new:
            self.settle(what, model, key, facts, name=name)
        elif self.standing(what, model, key, facts, name=name) is None:
            self.missed(what, name)

    def tell(self, write: Callable[[str], object]) -> None:
        for what, count in self.counts.items():
            write(f"{what}: {count.new} mới, {count.standing} đã có.")
        for remark in self.remarks:
            write(remark)
        for what, count in self.counts.items():
            _tell_names(write, f"{what} khác với tệp, được giữ nguyên", count.changed)
            _tell_names(write, f"{what} đã bị xóa trên hệ thống, không nạp lại", count.removed)
        for sentence in self.left_out:
            write(f"Không nạp: {sentence}")


def _tell_names(write: Callable[[str], object], what: str, names: list[str]) -> None:
    if names:
        write(f"{what} ({len(names)}): {', '.join(names)}.")
