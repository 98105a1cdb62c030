"""Check that the identity provider's keys can be fetched and used."""

from adapters.callers.identity_keys import key_set
from adapters.clock_probe import look_at_clock
from adapters.partner_api import PartnerApi
from adapters.plug_in import Finding
from domain.errors import PartnerError

SUBJECT = "identity provider"


async def look_at_identity(api: PartnerApi) -> list[Finding]:
    return [await _keys(api), *look_at_clock(api)]


async def _keys(api: PartnerApi) -> Finding:
    try:
        keys = key_set(await api.call("GET"))
    except (PartnerError, ValueError) as error:
        return Finding(SUBJECT, ok=False, detail=f"{error}; check JWT_JWKS_URL")
    return Finding(SUBJECT, ok=True, detail=f"publishes {len(keys.keys)} usable keys")
