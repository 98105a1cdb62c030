// Why somebody is shown in or out, and why something waits, was refused or came to nothing.

export const reasons = {
  "the meeting was closed": ["a reunião foi encerrada", "the meeting was closed"],
  "a connection is open": ["há uma conexão aberta", "a connection is open"],
  "reported out": ["a tela relatou a saída", "the page reported the leaving"],
  "every connection is closed": ["todas as conexões se fecharam", "every connection is closed"],
  "a session's end emptied the room": ["a chamada terminou e esvaziou a sala", "the call ended and emptied the room"],
  "nothing is known": ["nada se sabe", "nothing is known"],
  "the provider does not list this person": ["o provedor não lista esta pessoa", "the provider does not list this person"],
  "reported in": ["a tela relatou a entrada", "the page reported the entering"],

  "why.due": ["a caminho", "on its way"],
  "why.partner-unavailable": ["o parceiro não está disponível", "the partner is not available"],
  "why.partner-timeout": ["o parceiro não respondeu a tempo", "the partner did not answer in time"],
  "why.partner-broken": ["a resposta do parceiro é ilegível", "the partner's answer cannot be read"],
  "why.partner-declined": ["o parceiro recusou", "the partner refused"],
  "why.partner-misconfigured": ["o parceiro não aceita as configurações", "the partner does not accept our settings"],
  "why.unknown-referral": ["encaminhamento desconhecido", "unknown referral"],
  "why.unknown-meeting": ["reunião desconhecida", "unknown meeting"],
  "why.storage-unavailable": ["o banco de dados não responde", "the database does not answer"],

  "outcome.applied": ["aplicado", "applied"],
  "outcome.ignored": ["nada a fazer", "nothing to do"],
  "outcome.stale": ["velho demais para mudar algo", "too old to change anything"],
  "outcome.duplicate": ["repetido, não conta", "a repeat, does not count"],
  "outcome.pending": ["guardado, será aplicado", "stored, to be applied"],
  "outcome.dead": ["guardado, recusado de vez", "stored, given up"],
  "outcome.discarded": ["encerrado por um operador", "discarded by an operator"],

  "met.lost": ["perdido", "lost"],
  "met.doubled": ["repetido", "doubled"],
  "met.late": ["atrasado", "late"],
  "met.reordered": ["fora de ordem", "out of order"],
  "met.forged": ["falsificado", "forged"],
};
