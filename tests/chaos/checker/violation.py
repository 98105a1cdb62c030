"""What was broken, and the entries that show it."""

from dataclasses import dataclass

from tests.chaos.history import Entry


@dataclass(frozen=True)
class Violation:
    """``assertion`` is a number of docs/reliability.md; ``about`` is a meeting, a seat or a person,
    so that all that happened to it can be shown."""

    assertion: int
    says: str
    about: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    for_good: bool = True
    """Whether nothing that is still to come can mend it."""

    def __str__(self) -> str:
        return f"assertion {self.assertion}: {self.says}"
