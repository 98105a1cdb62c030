"""From a problem's slug to its HTTP status, and its title and detail in Brazilian Portuguese."""

from typing import NamedTuple


class Row(NamedTuple):
    """``{partner}`` in a detail becomes the partner's name in Portuguese.

    ``retry_after`` is in seconds; a 503 has a default. ``challenge`` is the value of
    ``WWW-Authenticate`` (RFC 9110, 11.6.1).
    """

    status: int
    title: str
    detail: str
    retry_after: int | None = None
    challenge: str | None = None


BEARER = 'Bearer realm="videochamadas"'

PROBLEMS = {
    "bad-request": Row(400, "Requisição inválida", "A requisição não pôde ser entendida."),
    "malformed-json": Row(400, "JSON malformado", "O corpo da requisição não é um JSON válido."),
    "invalid-idempotency-key": Row(
        400,
        "Chave de idempotência inválida",
        "O cabeçalho Idempotency-Key deve ter de 1 a 255 caracteres ASCII imprimíveis.",
    ),
    "bad-signature": Row(
        401,
        "Assinatura inválida",
        "A assinatura do webhook falta ou não confere.",
        challenge="Signature",
    ),
    "unauthenticated": Row(
        401,
        "Credencial ausente",
        "É preciso dizer quem chama, no cabeçalho Authorization.",
        challenge=BEARER,
    ),
    "invalid-credentials": Row(
        401,
        "Credencial inválida",
        "A credencial não é válida ou já expirou.",
        challenge=f'{BEARER}, error="invalid_token"',
    ),
    "invalid-ticket": Row(
        401,
        "Bilhete de saída inválido",
        "O bilhete de saída não é válido ou já expirou.",
        challenge=BEARER,
    ),
    "forbidden": Row(
        403,
        "Não permitido",
        "Quem chama não pode fazer isto: por esta pessoa, neste encaminhamento ou nesta reunião.",
    ),
    "host-not-allowed": Row(
        403, "Não permitido como anfitrião", "Esta pessoa não pode entrar como anfitrião."
    ),
    "foreign-origin": Row(
        403, "Origem não permitida", "Páginas desta origem não podem chamar este serviço."
    ),
    "not-found": Row(404, "Caminho inexistente", "Não há nada neste caminho."),
    "unknown-meeting": Row(404, "Reunião não encontrada", "Não há reunião com este identificador."),
    "unknown-referral": Row(
        404, "Encaminhamento não encontrado", "Não há encaminhamento com este identificador."
    ),
    "nothing-known": Row(
        404, "Nada encontrado", "Não há registro do que foi indicado, ou nada a fazer com ele."
    ),
    "partner-not-found": Row(
        404, "Não encontrado no parceiro", "{partner} não encontrou o que foi pedido."
    ),
    "method-not-allowed": Row(405, "Método não permitido", "Este caminho não aceita este método."),
    "request-timeout": Row(
        408, "Requisição lenta demais", "O corpo da requisição demorou demais a chegar."
    ),
    "idempotency-in-progress": Row(
        409,
        "Ainda em andamento",
        "A mesma abertura de reunião ainda está em andamento. Repita em instantes.",
        retry_after=1,
    ),
    "meeting-closed": Row(
        409, "Reunião encerrada", "Esta reunião foi encerrada; ninguém mais entra nela."
    ),
    "sandbox-impossible": Row(
        409, "Impossível agora", "Ninguém pode fazer isso nesta reunião de ensaio agora."
    ),
    "body-too-large": Row(413, "Corpo grande demais", "O corpo da requisição excede o limite."),
    "unsupported-encoding": Row(
        415,
        "Codificação não aceita",
        "O corpo da requisição deve vir sem compressão (Content-Encoding).",
    ),
    "misdirected-request": Row(
        421, "Endereço não atendido", "Este serviço não atende pelo nome que foi chamado."
    ),
    "invalid-input": Row(422, "Dados inválidos", "Um ou mais campos da requisição são inválidos."),
    "idempotency-key-reused": Row(
        422,
        "Chave de idempotência reutilizada",
        "Esta Idempotency-Key já foi usada com outro corpo de requisição.",
    ),
    "malformed-event": Row(422, "Evento malformado", "O evento guardado não pôde ser entendido."),
    "partner-refused": Row(422, "Dados recusados", "{partner} recusou os dados enviados."),
    "too-many-requests": Row(
        429, "Chamadas demais", "Foram feitas chamadas demais. Repita em instantes.", retry_after=2
    ),
    "internal-error": Row(
        500, "Erro interno", "Algo falhou do nosso lado. Informe o código da requisição."
    ),
    "partner-misconfigured": Row(
        502,
        "Falha de configuração",
        "{partner} recusou as credenciais ou a configuração deste serviço.",
    ),
    "partner-broken": Row(502, "Falha em um parceiro", "{partner} respondeu de forma inesperada."),
    "partner-declined": Row(
        502,
        "Não aceito pelo parceiro",
        "{partner} não aceitou isto agora. Se continuar assim, informe o código da requisição.",
    ),
    "partner-unavailable": Row(
        503,
        "Parceiro indisponível",
        "{partner} está indisponível no momento. Tente novamente em instantes.",
    ),
    "storage-unavailable": Row(
        503, "Banco indisponível", "Nada pôde ser gravado agora. Tente novamente em instantes."
    ),
    "streams-full": Row(
        503, "Transmissões demais", "Há transmissões demais abertas. Tente novamente em instantes."
    ),
    "key-unavailable": Row(
        503, "Chave indisponível", "A chave do provedor de vídeo não pôde ser obtida agora."
    ),
    "partner-timeout": Row(504, "Tempo esgotado", "{partner} não respondeu a tempo."),
    "timed-out": Row(
        504, "Tempo esgotado", "Não houve resposta a tempo. Tente novamente em instantes."
    ),
    "loop-detected": Row(
        508, "Chamada circular", "Este serviço está configurado como parceiro de si mesmo."
    ),
}
