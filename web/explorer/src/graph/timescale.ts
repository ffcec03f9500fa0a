/** Where a moment stands on the time slider. Pure.
 *
 * Changes come in bursts with months between them. True to time, a burst would be one tick that no hand can aim at; evenly
 * spaced, a year would look like a minute. So a place is the middle of both: every change has room, and gaps still show.
 */

export interface TimeScale {
  readonly start: number;
  /** From 0 to 1, rising with time. */
  place(time: number): number;
  time(place: number): number;
}

/** `moments` rise; `now` is the right end. A little is added before the first, so that the time before it can be reached. */
export function timeScale(moments: readonly number[], now: number): TimeScale {
  const first = Math.min(moments[0] ?? now, now);
  const start = first - Math.max(60_000, (now - first) * 0.02);
  const knots = [start, ...moments.filter((time) => time > start && time < now), now];
  const places = knots.map((time, i) => ((time - start) / (now - start) + i / (knots.length - 1)) / 2);
  return {
    start,
    place: (time) => between(knots, places, time),
    time: (place) => between(places, knots, place),
  };
}

/** The value at `x` of the line through the points (xs, ys); beyond its ends, that of the end. */
function between(xs: readonly number[], ys: readonly number[], x: number): number {
  if (x <= xs[0]) return ys[0];
  const after = xs.findIndex((one) => one >= x);
  if (after < 0) return ys[ys.length - 1];
  const share = (x - xs[after - 1]) / (xs[after] - xs[after - 1]);
  return ys[after - 1] + share * (ys[after] - ys[after - 1]);
}
