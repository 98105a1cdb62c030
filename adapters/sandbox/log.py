"""What the twins were asked and what happened in them, and when: the newest, in memory."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from adapters.sandbox.events import About, Event, about
from domain.errors import DomainError, Partner

KEPT = 1000
"""Entries; the oldest give way."""
OK = "ok"


class Kind(StrEnum):
    """``asked`` by the service; ``happened`` in the twin, because somebody acted in a call."""

    ASKED = "asked"
    HAPPENED = "happened"


@dataclass(slots=True)
class Entry:
    """``what`` is a call's name, or an event's. ``answer`` is ``ok`` or the slug of an error, or an
    HTTP status; None while the call is on, and of what happened. Times are texts as the provider
    writes them; ``seconds`` is how long a call took."""

    id: int
    at: str
    partner: Partner
    kind: Kind
    what: str
    about: About = field(default_factory=About)
    in_meeting: bool | None = None
    answer: str | None = None
    seconds: float | None = None


@dataclass(slots=True)
class TwinLog:
    """``timestamp`` is the twins' clock. ``version`` rises with every change."""

    timestamp: Callable[[], str]
    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=KEPT))
    version: int = 0
    _number: int = 0

    def happened(self, event: Event) -> None:
        self._add(Partner.VIDEO, Kind.HAPPENED, str(event["event"]), about(event))

    @contextmanager
    def asked(self, partner: Partner, what: str, about: About) -> Iterator[Entry]:
        """Notes a call when it begins. The block may add to its entry; an error in the block is
        noted as the call's."""
        entry = self._add(partner, Kind.ASKED, what, about)
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            yield entry
            entry.answer = entry.answer or OK
        except DomainError as error:
            entry.answer = error.slug
            raise
        except BaseException as error:
            entry.answer = type(error).__name__
            raise
        finally:
            entry.seconds = round(clock() - began, 3)
            self.version += 1

    def clear(self) -> None:
        """Numbers go on rising."""
        self.entries.clear()
        self.version += 1

    def _add(self, partner: Partner, kind: Kind, what: str, about: About) -> Entry:
        self._number += 1
        self.version += 1
        entry = Entry(self._number, self.timestamp(), partner, kind, what, about)
        self.entries.append(entry)
        return entry
