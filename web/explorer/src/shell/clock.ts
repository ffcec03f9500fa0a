/** The time that "12 minutes ago" is told against: it goes on while a page stands open. */

import { useSyncExternalStore } from "react";

/** Milliseconds; the least that relative times tell is a minute. */
const TICK = 15_000;

const listeners = new Set<() => void>();
let now = Date.now();
let ticking: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}

/** One timer for all that listen, and none where nobody does. */
function listen(listener: () => void): () => void {
  if (listeners.size === 0) {
    now = Date.now();
    ticking = setInterval(tick, TICK);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(ticking);
  };
}

/** In milliseconds, anew every 15 seconds. */
export const useNow = (): number => useSyncExternalStore(listen, () => now);
