"""What may come out where, and why: the truth table of the canary search."""

from dataclasses import dataclass, field
from enum import Enum

from tests.canary.canaries import Canaries, Kind


class Surface(Enum):
    """Where words come out."""

    LOG = "standard output and error of serve, and standard error of every command"
    ERROR = "heads and bodies of all answers beyond 299"
    ANSWER = "2xx to a caller"
    OPERATORS = "2xx of /operations and /console/views, and standard output of the commands"
    METRICS = "what /metrics answers"
    DATABASE = "the database's files"
    SPANS = "what is exported to a collector"
    ATTENDANCE = "what the attendance service is told, beside the token that is its own"
    VIDEO = "what the video provider is told, beside the token that is its own"


MAY = {
    # A request id is for the log; one that looks like a secret or a CPF number is replaced, and is
    # planted as SECRET or PERSON. No ids of persons or referrals: the audit log has pseudonyms.
    Surface.LOG: {Kind.REQUEST},
    # Else only our own words.
    Surface.ERROR: {Kind.REQUEST},
    # What the contract says that a caller gets, about the person whom it named itself.
    Surface.ANSWER: {Kind.REQUEST, Kind.ENTRY, Kind.CALLER, Kind.PERSON, Kind.REFERRAL},
    # Ids are how operators find people and meetings, and reasons are theirs; `check` and
    # /openapi.json show settings. Never a name, nor where a recording can be fetched.
    Surface.OPERATORS: {Kind.REQUEST, Kind.PERSON, Kind.REFERRAL, Kind.WHY, Kind.SETTING},
    # Numbers; a head has the caller's own request id.
    Surface.METRICS: {Kind.REQUEST},
    # Ids, titles, reasons, and the bodies of webhooks until they are pruned. Whoever joins leaves
    # no name, picture or token.
    Surface.DATABASE: {Kind.PERSON, Kind.REFERRAL, Kind.WHY, Kind.HEARD},
    # Of a trace also what others said of it.
    Surface.SPANS: {Kind.TRACE},
    Surface.ATTENDANCE: {Kind.REQUEST, Kind.TRACE, Kind.PERSON, Kind.REFERRAL},
    # Also whom to show in the call.
    Surface.VIDEO: {Kind.REQUEST, Kind.TRACE, Kind.PERSON, Kind.REFERRAL, Kind.CALLER},
}
"""Whatever kind is not named for a surface must not come out there at all."""


@dataclass(slots=True)
class Heard:
    """All that came out, by surface; the first word of each says where from."""

    canaries: Canaries
    words: list[tuple[Surface, str, str]] = field(default_factory=list)

    def add(self, surface: Surface, source: str, words: str) -> None:
        self.words.append((surface, source, words))

    def leaks(self) -> list[str]:
        """Each as ``surface: source: KIND: place``."""
        return sorted(
            {
                f"{surface.name}: {source}: {place}"
                for surface, source, words in self.words
                for place in self.canaries.found(words, allowed=MAY[surface])
            }
        )

    def of(self, surface: Surface) -> str:
        return "\n".join(words for heard, _, words in self.words if heard is surface)
