"""What operators watch: a referral's calls and webhooks, all calls that are on, and what waits.

Each is a source of ``Watched``, so that it is looked at once for all who watch it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Generic, TypeVar

from application.see_calls import SeeCalls
from domain.operator_view import DeliveryView
from domain.ports.operator_watch import CallKey, OperatorWatch
from domain.ports.operators import OperatorInbox
from domain.ports.who_is_there import ReferralMeetings, Version
from domain.referral import Referral, ReferralId
from domain.watched_call import WatchedCall

MOST_DELIVERIES = 200
MOST_CALLS = 100

T = TypeVar("T")


def nothing_noted() -> int:
    """Where no twin runs in this process."""
    return 0


@dataclass(frozen=True, slots=True)
class BothSides:
    """A referral's calls, and its newest webhooks, the newest first. ``known`` is the referral, as
    far as it is known without asking."""

    referral: ReferralId
    known: Referral | None
    calls: Sequence[WatchedCall]
    deliveries: Sequence[DeliveryView]


@dataclass(frozen=True, slots=True)
class ReferralView:
    """``noted`` rises with whatever the twins note."""

    calls: SeeCalls
    meetings: ReferralMeetings
    inbox: OperatorInbox
    watch: OperatorWatch
    noted: Callable[[], int] = nothing_noted

    async def versions(self, keys: Sequence[ReferralId]) -> Mapping[ReferralId, Version]:
        meetings, noted = await self.meetings.versions(keys), self.noted()
        more = await self.watch.versions(keys)
        return {one: (noted, *meetings.get(one, ()), -1, *more.get(one, ())) for one in keys}

    async def read(self, key: ReferralId) -> BothSides:
        found = await self.inbox.deliveries(
            state=None, referral=key, since=None, limit=MOST_DELIVERIES
        )
        return BothSides(key, self.calls.known(key), await self.calls(key), found)


@dataclass(frozen=True, slots=True)
class CallsOn:
    """The oldest disagreement first, then those that agree; ``more`` when that is not all."""

    calls: Sequence[WatchedCall] = ()
    more: bool = False


@dataclass(slots=True)
class CallsOnView:
    """Reads only those calls that changed; what it keeps of the others is forgotten with them."""

    see: SeeCalls
    watch: OperatorWatch
    noted: Callable[[], int] = nothing_noted
    _known: dict[CallKey, tuple[Version, WatchedCall | None]] = field(default_factory=dict)

    async def versions(self, keys: Sequence[str]) -> Mapping[str, Version]:
        calls = await self.watch.calls(MOST_CALLS + 1)
        return dict.fromkeys(keys, (self.noted(), *chain.from_iterable(calls.values())))

    async def read(self, key: str) -> CallsOn:  # noqa: ARG002 - there is one view
        noted = self.noted()
        calls = await self.watch.calls(MOST_CALLS + 1)
        versions = {about: (noted, *version) for about, version in calls.items()}
        self._known = {
            about: known for about, known in self._known.items() if known[0] == versions.get(about)
        }
        for referral in {about[0] for about in versions if about not in self._known}:
            found = {call.meeting: call for call in await self.see(referral, facts=0)}
            self._known |= {
                about: (version, found.get(about[1]))
                for about, version in versions.items()
                if about[0] == referral
            }
        known = (self._known[about][1] for about in versions)
        shown = [call for call in known if call is not None and call.is_on]
        shown.sort(key=_oldest_disagreement)
        return CallsOn(shown[:MOST_CALLS], more=len(calls) > MOST_CALLS)


@dataclass(slots=True)
class Looked(Generic[T]):
    """What is looked at each time, because nothing says whether it changed."""

    look: Callable[[], Awaitable[T]]
    _looks: "count[int]" = field(default_factory=count)

    async def versions(self, keys: Sequence[str]) -> Mapping[str, Version]:
        return dict.fromkeys(keys, (next(self._looks),))

    async def read(self, key: str) -> T:  # noqa: ARG002 - there is one view
        return await self.look()


def _oldest_disagreement(call: WatchedCall) -> tuple[bool, float]:
    since = call.disagrees_since
    return since is None, -call.opened if since is None else since
