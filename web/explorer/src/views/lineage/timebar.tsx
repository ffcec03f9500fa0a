/** The as-of slider: ticks where an edge opened or closed; the right end is now. */

import { useEffect, useMemo, useRef, useState } from "react";
import { timeScale } from "../../graph/timescale";
import { day, moment } from "../../shell/wording";

interface Props {
  /** Rising, in milliseconds. */
  moments: readonly number[];
  asof: string | null;
  change: (asof: string | null) => void;
}

/** The hand moves in steps of a thousandth; the graph follows when it pauses. */
const STEPS = 1000;
const PAUSE = 180;

export function TimeBar({ moments, asof, change }: Props) {
  const [now] = useState(() => Date.now());
  const scale = useMemo(() => timeScale(moments, now), [moments, now]);
  const at = (time: number) => scale.place(time) * STEPS;
  const isoAt = (value: number) => new Date(scale.time(value / STEPS)).toISOString();
  const [drag, setDrag] = useState<number | null>(null);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const move = (value: number) => {
    setDrag(value);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      change(value >= STEPS ? null : isoAt(value));
      setDrag(null);
    }, PAUSE);
  };
  const value = drag ?? (asof ? at(Date.parse(asof)) : STEPS);
  // What the address says, to the second; the slider's own place only while the hand moves it.
  const shown = drag === null ? asof : value >= STEPS ? null : isoAt(value);
  return (
    <div className="timebar">
      <label htmlFor="asof">As of</label>
      <div className="slider">
        <div className="ticks" aria-hidden="true">
          {thin(moments.map(at)).map((place) => (
            <span key={place} style={{ left: `${place / (STEPS / 100)}%` }} />
          ))}
        </div>
        <input
          id="asof"
          type="range"
          min={0}
          max={STEPS}
          step={1}
          value={value}
          aria-valuetext={shown ? moment(shown) : "now"}
          onChange={(event) => move(Number(event.target.value))}
        />
        {moments.length > 0 && (
          <div className="scale">
            <span>{day(scale.start)}</span>
            <span title="Each tick is a change. Changes that lie close together are drawn apart, so that each can be reached.">
              ticks are changes, not to scale
            </span>
            <span>{day(now)}</span>
          </div>
        )}
      </div>
      <output htmlFor="asof">{shown ? moment(shown) : "now"}</output>
      <button type="button" disabled={!asof} onClick={() => change(null)}>
        Now
      </button>
    </div>
  );
}

/** At most one tick per four steps of the slider: more would be one grey bar. */
function thin(places: readonly number[]): number[] {
  return [...new Set(places.map((place) => Math.round(place / 4) * 4))];
}

/** The tick before or after a moment; null after the last one, which is now. */
export function neighbour(moments: readonly number[], asof: string | null, way: "earlier" | "later"): string | null {
  const at = asof ? Date.parse(asof) : Number.POSITIVE_INFINITY;
  const next = way === "earlier" ? moments.findLast((time) => time < at) : moments.find((time) => time > at);
  if (next === undefined) return way === "earlier" ? asof : null;
  return new Date(next).toISOString();
}
