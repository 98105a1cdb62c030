"""The attendance service's referral, read tolerantly: the contract does not show its answer.

Understood: with or without a ``data`` envelope; each doctor as an object with an ``id``, as a plain
id, or as ``…Id``; in Portuguese or English; ids as texts or whole numbers; no specialist yet.
"""

from domain.errors import Partner, PartnerBrokenError
from domain.meeting import PersonId
from domain.referral import Referral, ReferralId

Json = dict[str, object]


def referral(answer: Json, asked: ReferralId) -> Referral:
    """Raises PartnerBrokenError, naming what could not be found, when there is no requester."""
    data = answer.get("data")
    record = data if isinstance(data, dict) else answer
    requester = _doctor(record, "solicitante", "requester")
    if requester is None:
        raise PartnerBrokenError(
            Partner.ATTENDANCE, "a referral without solicitante.id, solicitanteId or requester"
        )
    return Referral(asked, requester, _doctor(record, "especialista", "specialist"))


def _doctor(record: Json, *roles: str) -> PersonId | None:
    for role in roles:
        value = record.get(role)
        for candidate in (
            value.get("id") if isinstance(value, dict) else value,
            record.get(f"{role}Id"),
        ):
            if (found := _identifier(candidate)) is not None:
                return PersonId(found)
    return None


def _identifier(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return (value.strip() or None) if isinstance(value, str) else None
