"""API keys and doctors' tokens side by side: a key is recognised by its prefix."""

from dataclasses import dataclass

from adapters.callers.api_keys import PREFIX
from domain.caller import Caller
from domain.ports.callers import Callers


@dataclass(frozen=True, slots=True)
class KeysOrTokens:
    """A credential without the prefix counts as a token."""

    keys: Callers
    tokens: Callers

    async def identify(self, credential: str | None) -> Caller:
        is_key = credential is not None and credential.startswith(PREFIX)
        return await (self.keys if is_key else self.tokens).identify(credential)
