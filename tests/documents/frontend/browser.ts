// What a browser has and Node has not. It stands before the module that docs/frontend.md is.

const page = new EventTarget();
const addEventListener = page.addEventListener.bind(page);
const removeEventListener = page.removeEventListener.bind(page);

// A text is sent as text/plain: the same standard says so for fetch and for beacons.
const beacons: Promise<Response>[] = [];
const navigator = {
  sendBeacon(url: string, text: string): boolean {
    beacons.push(fetch(url, { method: "POST", body: text }));
    return true;
  },
};

// Nothing here takes time: while the page wants to wait, the provider recovers.
const waited: number[] = [];
function setTimeout(resume: () => void, milliseconds: number): void {
  waited.push(milliseconds);
  const healthy = { method: "PUT", body: "{}" };
  void fetch(`${process.env.PROVIDER}/sandbox/faults`, healthy).then(resume);
}
