"""What each partner's probe finds, for ``videochamadas check``."""

from adapters.callers.probe import look_at_identity
from adapters.plug_in import AttendanceAdapter, Finding, VideoAdapter
from entrypoints.adapters_behind_ports import Adapters


async def look_at_partners(container: Adapters) -> list[Finding]:
    """What each partner's probe found; the sandbox twins have none."""
    settings, video, attendance = (
        container.settings(),
        container.video_adapter(),
        container.attendance_adapter(),
    )
    findings = await _probed("video provider", settings.video_provider, video)
    findings += await _probed("attendance service", settings.attendance_provider, attendance)
    if "jwt" in settings.authentication and settings.jwt_jwks_url:
        findings += await look_at_identity(container.identity_api())
    return findings


async def _probed(
    subject: str, name: str, adapter: VideoAdapter | AttendanceAdapter
) -> list[Finding]:
    if adapter.probe is not None:
        try:
            return list(await adapter.probe())
        except Exception as error:  # noqa: BLE001 - somebody else's; its message may hold a secret
            detail = f"the probe of {name} failed: {type(error).__name__}"
            return [Finding(subject, ok=False, detail=detail)]
    detail = "the sandbox twin" if name == "sandbox" else f"{name} brings no probe: not looked at"
    return [Finding(subject, ok=True, detail=detail)]
