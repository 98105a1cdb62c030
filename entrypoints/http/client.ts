/**
 * The calls of Videochamadas that a front end makes: copy this file, it needs nothing else.
 *
 * The types are those of /openapi.json, and the methods have the names of its operations. Each call
 * repeats itself where that helps. What it throws is final: a ServiceError, or what `fetch` threw
 * for want of an answer.
 */

export interface StartMeetingBody {
  titleMeet: string;
}

export interface MeetingData {
  id: string;
  title: string | null;
  preferred_region: string | null;
  created_at: string | null;
  record_on_start: boolean | null;
  updated_at: string | null;
  live_stream_on_start: boolean | null;
  persist_chat: boolean | null;
  summarize_on_end: boolean | null;
  status: string | null;
  recording_config: string | null;
}

export interface MeetingReply {
  data: MeetingData;
}

export type Preset = "group_call_host" | "group_call_participant";

export interface User {
  name: string;
  avatar?: string | null;
  id: string;
}

export interface JoinMeetingBody {
  user: User;
  idMeet: string;
  type_preset: Preset;
}

export interface ParticipantData {
  id: string;
  name: string | null;
  picture: string | null;
  custom_participant_id: string;
  preset_name: Preset;
  created_at: string | null;
  updated_at: string | null;
  token: string;
}

export interface ParticipantReply {
  data: ParticipantData;
}

export interface ReportPresenceBody {
  inMeeting: boolean;
  userId: string;
}

export interface LeaveMeetingBody {
  doctorID: string;
  referralID: string;
  meetID: string;
  leaveTicket?: string | null;
}

export interface MessageReply {
  message: string;
}

export type MeetingStatus = "open" | "live" | "closed";

export interface UserData {
  userId: string;
  inMeeting: boolean;
  since: string | null;
}

export interface MeetingPresence {
  meetingId: string;
  openedAt: string;
  status: MeetingStatus;
  users: UserData[];
}

export interface PresenceData {
  referralId: string;
  referralKnown: boolean;
  meetings: MeetingPresence[];
}

export interface PresenceReply {
  data: PresenceData;
}

export interface FieldError {
  field: string;
  message: string;
}

export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string | null;
  errors?: FieldError[];
}

/** An answer that is no success. Its message is a Portuguese text for the doctor. */
export class ServiceError extends Error {
  readonly problem: ProblemDocument;
  /** Seconds to wait before asking again; 0 if the service did not say. */
  readonly retryAfter: number;

  constructor(problem: ProblemDocument, retryAfter: number) {
    super(problem.detail);
    this.name = "ServiceError";
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** An answer that is not the service's own, but a proxy's, becomes a problem without texts. */
  static async of(answer: Response): Promise<ServiceError> {
    const { status, headers } = answer;
    const ours = headers.get("Content-Type")?.startsWith("application/problem+json");
    const problem = ours
      ? ((await answer.json()) as ProblemDocument)
      : { type: "about:blank", title: "", status, detail: "", instance: null };
    return new ServiceError(problem, Number(headers.get("Retry-After")) || 0);
  }

  /** What happened, in a word that does not change: `meeting-closed`. */
  get slug(): string {
    return this.problem.type.replace(/.*:/, "");
  }
}

export interface Options {
  /** The service's origin; "" when it is that of the pages. */
  service?: string;
  /** The `Authorization` of the next call. It is asked each time, so it can renew a token. */
  authorization?: () => string | Promise<string>;
}

const MOST_ATTEMPTS = 3;
const PAUSE = 1_000; // milliseconds before a repetition, unless the service says otherwise
const PATIENCE = 30_000; // milliseconds for an answer
const SILENCE = 45_000; // milliseconds; a stream says something each 15 s, else it is lost

/** The service, as one doctor calls it. */
export class Videochamadas {
  readonly #service: string;
  readonly #authorization: Options["authorization"];
  readonly #seen = new Map<string, { tag: string; reply: PresenceReply }>();

  constructor({ service = "", authorization = () => "" }: Options = {}) {
    this.#service = service;
    this.#authorization = authorization;
  }

  /** Opens a meeting. The same key gets the same meeting for 24 hours. */
  async startMeeting(
    body: StartMeetingBody,
    key: string = crypto.randomUUID(),
  ): Promise<MeetingReply> {
    return this.#post("/api/dyte/meeting", body, { "Idempotency-Key": `"${key}"` });
  }

  /** Admits a person: the token that enters the call, and the ticket with which a page leaves. */
  async joinMeeting(body: JoinMeetingBody): Promise<ParticipantReply & { leaveTicket: string }> {
    const answer = await this.#call<ParticipantReply>("/api/dyte/participants", posted(body));
    return { ...answer.reply, leaveTicket: answer.headers.get("X-Leave-Ticket") ?? "" };
  }

  /** Says that a doctor is in or out. The last report counts. */
  async reportPresence(
    referral: string,
    meeting: string,
    body: ReportPresenceBody,
  ): Promise<MessageReply> {
    const [referralId, meetingId] = [encodeURIComponent(referral), encodeURIComponent(meeting)];
    const path = `/attendance-service/referrals/${referralId}/meetings/${meetingId}/user`;
    return this.#post(path, body);
  }

  /** The referral's meetings, newest first, and who is in them. What did not change is not sent. */
  async seePresence(referral: string): Promise<PresenceReply> {
    const seen = this.#seen.get(referral);
    const headers: Record<string, string> = seen ? { "If-None-Match": seen.tag } : {};
    const answer = await this.#call<PresenceReply>(presenceOf(referral), { headers });
    if (seen && answer.status === 304) return seen.reply;
    this.#seen.set(referral, { tag: answer.headers.get("ETag") ?? "", reply: answer.reply });
    return answer.reply;
  }

  /**
   * The same, at once and again at each change, until `signal` aborts. A stream that is lost, or
   * ended with its token, is asked for again. An answer that says no (401, 403, 404) is thrown.
   */
  async *streamPresence(referral: string, signal: AbortSignal): AsyncGenerator<PresenceReply> {
    const place = { last: "", retry: PAUSE };
    while (!signal.aborted) {
      let pause = 0;
      try {
        yield* this.#stream(referral, place, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (saysNo(error)) throw error;
        pause = error instanceof ServiceError ? 1000 * error.retryAfter : 0;
      }
      await wait(Math.max(pause, place.retry), signal);
    }
  }

  /** The same by the browser's own reader, which sends cookies, but no `Authorization`. */
  eventSource(referral: string, show: (reply: PresenceReply) => void): EventSource {
    const source = new EventSource(`${this.#service}${presenceOf(referral)}/stream`);
    source.onmessage = ({ data }: MessageEvent<string>) => show(JSON.parse(data) as PresenceReply);
    return source;
  }

  /** Leaves, whatever other tabs the doctor has open. */
  async leaveMeeting(body: LeaveMeetingBody): Promise<MessageReply> {
    return this.#post("/api/update-doctor-meet", body);
  }

  /** Leaves when the page is closed; what it returns takes that back. */
  leaveOnClose(body: LeaveMeetingBody): () => void {
    const leave = () => {
      navigator.sendBeacon(`${this.#service}/api/update-doctor-meet`, JSON.stringify(body));
    };
    addEventListener("pagehide", leave);
    return () => removeEventListener("pagehide", leave);
  }

  /** Ends the meeting for everybody, for good. */
  async endMeeting(meeting: string): Promise<MessageReply> {
    return this.#post(`/api/dyte/meeting/${encodeURIComponent(meeting)}/end`);
  }

  async #post<Reply>(path: string, body?: object, headers?: Headings): Promise<Reply> {
    return (await this.#call<Reply>(path, posted(body, headers))).reply;
  }

  /** A success or 304, after some attempts if need be: each call may be repeated. */
  async #call<Reply>(path: string, request: RequestInit): Promise<Answer<Reply>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const signal = AbortSignal.timeout(PATIENCE);
        const answer = await this.#fetch(path, { ...request, signal });
        const { status, headers } = answer;
        const reply = (status === 304 ? undefined : await answer.json()) as Reply;
        return { status, headers, reply };
      } catch (error) {
        const pause = pauseAfter(error);
        if (pause === undefined || attempt === MOST_ATTEMPTS) throw error;
        await wait(pause);
      }
    }
  }

  async *#stream(
    referral: string,
    place: Place,
    signal: AbortSignal,
  ): AsyncGenerator<PresenceReply> {
    const lost = new AbortController();
    const lose = () => lost.abort();
    let silence = setTimeout(lose, SILENCE);
    try {
      const answer = await this.#fetch(`${presenceOf(referral)}/stream`, {
        headers: { "Last-Event-ID": place.last },
        signal: AbortSignal.any([signal, lost.signal]),
      });
      for await (const { event, id, data, retry } of eventsOf(answer)) {
        clearTimeout(silence);
        silence = setTimeout(lose, SILENCE);
        if (retry) place.retry = Number(retry);
        if (event === "problem") return; // the next answer says whether that is final
        if (!data) continue;
        place.last = id;
        yield JSON.parse(data) as PresenceReply;
      }
    } finally {
      clearTimeout(silence);
      lose();
    }
  }

  async #fetch(path: string, request: RequestInit): Promise<Response> {
    const headers = new Headers(request.headers);
    const authorization = await this.#authorization?.();
    if (authorization) headers.set("Authorization", authorization);
    const answer = await fetch(this.#service + path, { ...request, headers });
    if (answer.ok || answer.status === 304) return answer;
    throw await ServiceError.of(answer);
  }
}

type Headings = Record<string, string>;

interface Answer<Reply> {
  status: number;
  headers: Headers;
  reply: Reply;
}

/** Where a stream is: its last event, and the milliseconds until it is asked for again. */
interface Place {
  last: string;
  retry: number;
}

function presenceOf(referral: string): string {
  return `/api/referrals/${encodeURIComponent(referral)}/presence`;
}

function posted(body?: object, headers: Headings = {}): RequestInit {
  if (!body) return { method: "POST", headers };
  const typed = { ...headers, "Content-Type": "application/json" };
  return { method: "POST", headers: typed, body: JSON.stringify(body) };
}

/** Milliseconds until the call is worth repeating; undefined if it is not. */
function pauseAfter(error: unknown): number | undefined {
  if (error instanceof ServiceError) {
    if (error.problem.status === 504) return 1000 * error.retryAfter || PAUSE;
    const later = [409, 429, 503].includes(error.problem.status);
    return later && error.retryAfter > 0 ? 1000 * error.retryAfter : undefined;
  }
  const unanswered = error instanceof TypeError; // so says `fetch`
  const late = error instanceof DOMException && error.name === "TimeoutError";
  return unanswered || late ? PAUSE : undefined;
}

/** Whether asking again would get the same answer. */
function saysNo(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false;
  return error.problem.status < 500 && ![408, 429].includes(error.problem.status);
}

function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resume) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resume();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done);
  });
}

interface StreamEvent {
  event: string;
  id: string;
  data: string;
  retry: string;
}

/** A stream's events, and its comments as events without data. */
async function* eventsOf(answer: Response): AsyncGenerator<StreamEvent> {
  if (!answer.body) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (text + value).split(/\r?\n\r?\n/);
    text = blocks.pop() ?? "";
    yield* blocks.map(eventOf);
  }
}

/** Each field is one line: so this service writes them. */
function eventOf(block: string): StreamEvent {
  const found: StreamEvent = { event: "message", id: "", data: "", retry: "" };
  for (const [, name, value] of block.matchAll(/^(event|id|data|retry): ?(.*?)\r?$/gm)) {
    found[name as keyof StreamEvent] = value ?? "";
  }
  return found;
}
