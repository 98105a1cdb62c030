"""What it costs to ask who calls: five keys to compare, and a token whose signer is known."""

import time

from adapters.callers.api_keys import ApiKeys, entry_of, read_entries
from adapters.callers.doctor_tokens import DoctorTokens
from adapters.callers.identity_keys import load_signer
from adapters.published_keys import GivenKeys
from domain.ports.callers import Callers
from tests.bench.figures import Figure
from tests.identity import AUDIENCE, ISSUER, a_token, public_pem


async def asking(seconds: float) -> dict[str, Figure]:
    entries = (entry_of(f"vck_{name}", "portal") for name in range(5))
    signer = GivenKeys(lambda: load_signer(public_pem()))
    ways: dict[str, tuple[Callers, str]] = {
        "key": (ApiKeys(read_entries(",".join(entries))), "vck_4"),
        "token": (
            DoctorTokens(signer, {"RS256"}, ISSUER, AUDIENCE, "sub", time.time),
            a_token(),
        ),
    }
    return {
        f"asking.{name}": Figure(
            f"who calls, by {name}", await _measured(callers, credential, seconds), "µs"
        )
        for name, (callers, credential) in ways.items()
    }


async def _measured(callers: Callers, credential: str, seconds: float) -> float:
    started, count = time.process_time(), 0
    while (spent := time.process_time() - started) < seconds:
        await callers.identify(credential)
        count += 1
    return spent / count * 1e6
