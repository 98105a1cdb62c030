"""Field errors in Brazilian Portuguese; they never repeat what was sent."""

from collections.abc import Iterable

from pydantic import BaseModel

from domain.errors import FieldFault

MESSAGES = {
    "missing": "campo obrigatório",
    "string_type": "deve ser um texto",
    "string_too_short": "não pode ficar vazio",
    "string_too_long": "deve ter no máximo {max_length} caracteres",
    "bool_type": "deve ser true ou false",
    "enum": "deve ser um destes valores: {expected}",
    "literal_error": "deve ser um destes valores: {expected}",
    "int_parsing": "deve ser um número inteiro",
    "int_parsing_size": "é um número grande demais",
    "int_type": "deve ser um número inteiro",
    "greater_than_equal": "deve ser no mínimo {ge}",
    "less_than_equal": "deve ser no máximo {le}",
    "extra_forbidden": "tem um campo que não existe",
    "since": "deve ser 30m, 2h ou 3d atrás, ou uma data ISO 8601",
    "model_type": "deve ser um objeto",
    "control_characters": "não pode conter caracteres de controle",
    "dots": "não pode ser um caminho relativo",
}


class FieldError(BaseModel):
    """A field by its JSON path (``user.name``; ``$`` is the whole body) and what is wrong."""

    field: str
    message: str


def field_errors(faults: Iterable[FieldFault]) -> tuple[FieldError, ...]:
    return tuple(FieldError(field=_path(fault), message=_message(fault)) for fault in faults)


def _path(fault: FieldFault) -> str:
    """For an unknown field, the path of its parent: the field's name would repeat the input."""
    location = fault.path[:-1] if fault.rule == "extra_forbidden" else fault.path
    return ".".join(str(part) for part in location) or "$"


def _message(fault: FieldFault) -> str:
    message = MESSAGES.get(fault.rule, "valor inválido").format(**fault.bounds)
    return message.replace(" or ", " ou ")
