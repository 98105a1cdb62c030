"""Words that stand for what must not leak: each is planted in one place, and found wherever it
comes out again, even in parts."""

import secrets
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import unquote_plus


class Kind(Enum):
    """What a canary stands for; the truth table in ``surfaces.py`` has a line for each."""

    SETTING = "what a setting names, which is no secret"
    SECRET = "tokens, keys, passwords, tickets, signatures, cookies, keys to a storage"
    ENTRY = "the join token and the leave ticket, which the caller is to get"
    CALLER = "a name or a picture that the caller sent"
    NAME = "a name, number or picture of a person that a partner told"
    HEARD = "a name or an address in a signed webhook"
    PERSON = "a person's id, which may be a CPF number"
    REFERRAL = "a referral's id, or a meeting's title, which may hold a person's name"
    WHY = "an operator's reason for a correction"
    WORDS = "anything else that a caller or a partner says"
    REQUEST = "a request id, which a caller chooses so that both sides find it"
    TRACE = "what others said of a trace, which goes on to partners"


@dataclass(frozen=True, slots=True)
class Canaries:
    """All that were planted: what to search for, by kind and place."""

    needles: dict[str, tuple[Kind, str]] = field(default_factory=dict)

    def plant(self, kind: Kind, place: str, form: str = "{}") -> str:
        """A new one in the form of whatever stands in that place."""
        core = f"zq{secrets.token_hex(5)}"
        self._add(kind, place, core)
        return form.format(core)

    def cpf(self, place: str) -> tuple[str, str]:
        """A person's id that looks like a CPF number: dotted, and plain."""
        digits = f"{secrets.randbelow(9 * 10**10) + 10**10}"
        dotted = f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"
        self._add(Kind.PERSON, f"{place}, dotted", dotted)
        self._add(Kind.PERSON, f"{place}, plain", digits)
        return dotted, digits

    def token(self, kind: Kind, place: str, token: str) -> str:
        """A JSON web token; its claims and its signature are found by themselves."""
        _, claims, signature = token.split(".")
        for name, part in (("claims", claims), ("signature", signature)):
            if part:
                self._add(kind, f"{place}, {name}", part)
        return token

    def whole(self, kind: Kind, place: str, value: str) -> str:
        """A value that was made elsewhere, and is found only whole."""
        self._add(kind, place, value)
        return value

    def basic(self, place: str) -> str:
        """``organization:key`` in base64, as Dyte gives it."""
        plain = self.plant(Kind.SECRET, f"{place}, decoded", "organization:{}")
        return self.whole(Kind.SECRET, place, b64encode(plain.encode()).decode())

    def found(self, text: str, *, allowed: Iterable[Kind] = ()) -> set[str]:
        """The places whose canary is in the text and of no kind that is allowed there."""
        spellings = (text, text.lower(), unquote_plus(text))
        may = set(allowed)
        return {
            f"{kind.name}: {place}"
            for place, (kind, needle) in self.needles.items()
            if kind not in may and any(needle in spelling for spelling in spellings)
        }

    def _add(self, kind: Kind, place: str, needle: str) -> None:
        assert self.needles.setdefault(place, (kind, needle)) == (kind, needle), place
