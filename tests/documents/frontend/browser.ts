// What a page's browser has and Node has not, one for each doctor; and a network that may fail.

declare const process: { env: Record<string, string | undefined> };

export const tab = new EventTarget();
export const addEventListener = (type: string, listener: (event: PageTransitionEvent) => void) =>
  tab.addEventListener(type, listener as (event: Event) => void);
export const removeEventListener = (type: string, listener: () => void) =>
  tab.removeEventListener(type, listener);

export function comeBack(): void {
  tab.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
}

// A text is sent as text/plain: the same standard says so for fetch and for beacons.
export const beacons: Promise<Response>[] = [];
export const navigator = {
  sendBeacon(url: string, text: string): boolean {
    beacons.push(fetch(url, { method: "POST", body: text }));
    return true;
  },
};

export interface Call {
  method: string;
  path: string;
  status: number;
  key: string | null;
  last: string | null;
}

export const calls: Call[] = [];
// What the page gets in place of the answers to its next POSTs; undefined for no answer.
export const trouble: (Response | undefined)[] = [];
let network = new AbortController();

export async function fetch(url: string, request: RequestInit): Promise<Response> {
  const stream = url.endsWith("/stream");
  const cut = stream ? AbortSignal.any([request.signal!, network.signal]) : request.signal ?? null;
  const answer = await globalThis.fetch(url, { ...request, signal: cut });
  const { method = "GET", headers } = request;
  const sent = new Headers(headers);
  calls.push({
    method,
    path: new URL(url).pathname,
    status: answer.status,
    key: sent.get("Idempotency-Key"),
    last: sent.get("Last-Event-ID"),
  });
  if (method !== "POST" || !trouble.length) return answer;
  const other = trouble.shift();
  if (!other) throw new TypeError("fetch failed");
  return other;
}

export function cutStreams(): void {
  network.abort(new TypeError("terminated"));
  network = new AbortController();
}

// Nothing here takes time: while a page wants to wait, the provider recovers.
export const waited: number[] = [];
export function setTimeout(resume: () => void, milliseconds: number): number {
  if (milliseconds < 45_000) {
    waited.push(milliseconds);
    const healthy = { method: "PUT", body: "{}" };
    void globalThis.fetch(`${process.env.PROVIDER}/sandbox/faults`, healthy).then(resume);
  }
  return 0;
}
export const clearTimeout = (_timer: number) => {};
