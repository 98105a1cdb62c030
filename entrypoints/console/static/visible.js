// Whether anybody can see this page. A page that nobody sees keeps no stream open.

const PATIENCE = 60_000; // milliseconds; a short look at another tab changes nothing

/** Resolves once the page is visible, or `signal` aborts. */
export function visible(signal) {
  return new Promise((done) => {
    if (!document.hidden || signal.aborted) return done();
    const look = () => document.hidden || end();
    const end = () => (document.removeEventListener("visibilitychange", look), done());
    document.addEventListener("visibilitychange", look);
    signal.addEventListener("abort", end, { once: true });
  });
}

/** Calls `hide` when the page has been hidden for a while; what it returns stops that. */
export function whenHidden(hide) {
  let timer = 0;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(hide, PATIENCE);
  };
  document.addEventListener("visibilitychange", look);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
  };
}
