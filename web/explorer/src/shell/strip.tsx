/** Results over time as bars, the oldest on the left: looked at before anything is read. */

import type { Tone } from "./parts";

export interface Bar {
  readonly key: string;
  readonly tone: Tone;
  /** From 0 to 1: what went well is low, so that no state is told by its colour alone. */
  readonly height: number;
  readonly said: string;
}

const WIDE = 8;
const GAP = 2;
const HIGH = 24;
const LEAST = 4;

/** `said`: what the picture shows, in words. */
export function Strip({ bars, said }: { bars: readonly Bar[]; said: string }) {
  const width = bars.length * (WIDE + GAP) - GAP;
  return (
    <svg className="strip" role="img" aria-label={said} viewBox={`0 0 ${width} ${HIGH}`} width={width} height={HIGH}>
      {bars.map(({ key, tone, height, said }, at) => {
        const high = Math.max(LEAST, Math.round(height * HIGH));
        return (
          <rect key={key} className={tone} x={at * (WIDE + GAP)} y={HIGH - high} width={WIDE} height={high} rx="1">
            <title>{said}</title>
          </rect>
        );
      })}
    </svg>
  );
}

/** Moments on a line from the first of them to `until`, in milliseconds. */
export function Ticks({ times, until, said }: { times: readonly number[]; until: number; said: string }) {
  const first = Math.min(...times);
  const span = Math.max(1, until - first);
  const width = 200;
  return (
    <svg className="strip" role="img" aria-label={said} viewBox={`0 0 ${width} ${HIGH / 2}`} width={width}>
      <path className="line" d={`M0 ${HIGH / 4}H${width}`} />
      {times.map((time) => (
        <rect
          key={time}
          className="accent"
          x={((time - first) / span) * (width - 2)}
          y="0"
          width="2"
          height={HIGH / 2}
        />
      ))}
    </svg>
  );
}
