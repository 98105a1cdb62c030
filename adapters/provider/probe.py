"""Check the video provider without changing anything: reachability, credentials, presets."""

from collections.abc import Mapping

from adapters.partner_api import PartnerApi
from adapters.plug_in import Finding
from adapters.provider import wire
from adapters.provider.webhook_keys import read_key
from domain.errors import PartnerError, PartnerMisconfiguredError
from domain.meeting import Preset

SUBJECT = "video provider"
KEY = "webhook key"


async def look_at_provider(api: PartnerApi, presets: Mapping[Preset, str]) -> list[Finding]:
    """Lists the presets, which needs the same credentials as all other calls."""
    try:
        answer = await api.call("GET", "presets", query={"per_page": "100"}, item=None)
        names = {row.get("name") for row in wire.list_of(answer, "presets")}
    except PartnerMisconfiguredError:
        return [Finding(SUBJECT, ok=False, detail="reachable, but refuses DYTE_TOKEN")]
    except PartnerError as error:
        return [Finding(SUBJECT, ok=False, detail=f"{error}; check DYTE_BASE_URL")]
    findings = [Finding(SUBJECT, ok=True, detail="reachable, credentials accepted")]
    for preset, name in presets.items():
        variable = f"PRESET_{preset.name}"
        detail = "is there" if name in names else f"is not there: make it, or set {variable}"
        findings.append(Finding(f"preset {name}", ok=name in names, detail=detail))
    return findings


async def look_at_key(api: PartnerApi | None) -> list[Finding]:
    """Fetches and reads the key that webhooks are checked with; None when it is a setting's."""
    if api is None:
        return [Finding(KEY, ok=True, detail="given by WEBHOOK_PUBLIC_KEY")]
    try:
        read_key(await api.call("GET"))
    except PartnerError as error:
        return [Finding(KEY, ok=False, detail=f"{error}; check WEBHOOK_KEY_URL")]
    except ValueError:
        wrong = "what is published is no RSA key; check WEBHOOK_KEY_URL"
        return [Finding(KEY, ok=False, detail=wrong)]
    return [Finding(KEY, ok=True, detail="published, can be used")]
