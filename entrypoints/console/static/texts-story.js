// The story of a visit, one sentence a step.

export const story = {
  "story.tell": ["Contar a história", "Tell the story"],
  "story.title": ["A história", "The story"],
  "story.step": ["Passo {n} de {all}", "Step {n} of {all}"],
  "story.next": ["Próximo", "Next"],
  "story.pause": ["Pausar", "Pause"],
  "story.go-on": ["Continuar", "Go on"],
  "story.stop": ["Parar", "Stop"],
  "story.waits": ["Esperando há {age}…", "Waiting for {age}…"],
  "story.stopped": ["A história parou.", "The story stopped."],
  "story.begin": [
    "Uma solicitante, {ana}, e um especialista, {bruno}, vão discutir um encaminhamento. Ninguém está dentro ainda.",
    "A requester, {ana}, and a specialist, {bruno}, are going to discuss a referral. Nobody is in yet.",
  ],
  "story.open": ["{ana} abre a reunião. O provedor cria uma sala.", "{ana} opens the meeting. The provider makes a room."],
  "story.ana": [
    "{ana} entra como anfitriã. Leia a linha da esquerda para a direita: o provedor soube, mandou um webhook, nós guardamos um fato, as telas dos médicos mostram, o serviço de atendimento soube.",
    "{ana} enters as the host. Read the row from left to right: the provider knew, sent a webhook, we stored a fact, the doctors' pages show it, the attendance service was told.",
  ],
  "story.bruno": ["{bruno} entra. Os dois estão dentro.", "{bruno} enters. Both are in."],
  "story.tab": ["{ana} abre uma segunda aba: duas conexões, uma pessoa.", "{ana} opens a second tab: two connections, one person."],
  "story.tab-closed": ["Ela fecha uma das abas e continua dentro: uma conexão ainda está aberta.", "She closes one of the tabs and stays in: one connection is still open."],
  "story.lose": ["Agora a rede falha: os webhooks do provedor se perdem.", "Now the network fails: the provider's webhooks are lost."],
  "story.drop": [
    "O computador de {bruno} desliga. O provedor nota, mas o seu webhook nunca chega. {bruno} já saiu, e ainda aparece dentro. É isso que não pode ficar assim.",
    "{bruno}'s computer dies. The provider notices, but its webhook never arrives. {bruno} is gone, and is still shown in. That must not stay so.",
  ],
  "story.sweep": [
    "O serviço não confia só em webhooks. Na varredura ele pergunta ao provedor quem está dentro, duas vezes, com 20 segundos entre elas: uma resposta só pode ser um engano, duas iguais valem.",
    "The service does not trust webhooks alone. In the sweep it asks the provider who is inside, twice, 20 seconds apart: one answer may be a mistake, two that agree count.",
  ],
  "story.healed": [
    "A varredura corrigiu: {bruno} está fora, e o serviço de atendimento soube. Ele apareceu dentro por {age} depois de sair, porque o webhook da saída se perdeu.",
    "The sweep corrected it: {bruno} is out, and the attendance service was told. He was shown in for {age} after he had gone, because the webhook of his leaving was lost.",
  ],
  "story.mend": ["A rede volta ao normal. {ana} sai pelo botão: a tela dela relata na hora.", "The network is well again. {ana} leaves by the button: her page reports it at once."],
  "story.end": [
    "Fim: ninguém está dentro, e todas as colunas concordam. Abra qualquer item abaixo para ler por quê; depois, ligue uma falha e tente você.",
    "The end: nobody is in, and all columns agree. Open any item below to read why; then switch on a fault and try it yourself.",
  ],
};
