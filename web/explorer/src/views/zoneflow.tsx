/** The zone flow picture: zones from left to right, and between them how many jobs, and whether they work. */

import { Fragment } from "react";
import { Link } from "wouter";
import type { Flow } from "../api/operations/governance";
import { Time } from "../shell/parts";
import { counted, named } from "../shell/wording";

/** The order in which data usually passes; a catalog with other zones shows them after these, by name. */
const USUAL = ["landing", "formatted", "trusted", "exploitation"];

export function inOrder(zones: readonly string[]): string[] {
  const place = (zone: string) => {
    const at = USUAL.findIndex((name) => zone === name || zone.startsWith(`${name} `) || zone.startsWith(`${name}_`));
    return at < 0 ? USUAL.length : at;
  };
  return [...zones].sort((a, b) => place(a) - place(b) || a.localeCompare(b, "en", { numeric: true }));
}

/** Of more zones a chain tells nothing: what flows between which of them stands in a table. */
const MOST = 8;

export function ZoneFlow({
  zones,
  flows,
}: {
  zones: readonly { name: string; datasets: number }[];
  flows: readonly Flow[];
}) {
  const byName = new Map(zones.map((zone) => [zone.name, zone]));
  const order = inOrder([...byName.keys()]);
  const chained = order.length <= MOST;
  const between = (from: string, to: string) => flows.find((flow) => flow.fromZone === from && flow.toZone === to);
  return (
    <ol
      className={`zoneflow ${chained ? "" : "many"}`}
      aria-label={chained ? "Zones and the flows between them" : "Zones"}
    >
      {order.map((name, i) => {
        const next = order[i + 1];
        const held = byName.get(name)?.datasets ?? 0;
        const inside = between(name, name);
        return (
          <Fragment key={name}>
            <li className="zone">
              <Link href={`/search?zone=${encodeURIComponent(name)}`} className="zone-name">
                {name}
              </Link>
              <span className="zone-count">{held}</span>
              <span className="muted small">
                {inside ? `${counted(inside.jobs, "job")} within` : named(held, "dataset")}
              </span>
            </li>
            {next && chained && <Arrow flow={between(name, next)} />}
          </Fragment>
        );
      })}
    </ol>
  );
}

function Arrow({ flow }: { flow: Flow | undefined }) {
  return (
    <li className={`flow ${flow ? "" : "none"} ${flow?.failing ? "failing" : ""}`}>
      <span>{flow ? counted(flow.jobs, "job") : "no flow"}</span>
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <path d="M0 5H100" vectorEffect="non-scaling-stroke" />
      </svg>
      <span className="small">
        {flow?.failing ? (
          <span className="tag bad">{flow.failing} failing</span>
        ) : flow?.lastAt ? (
          <span className="muted">
            <Time at={flow.lastAt} />
          </span>
        ) : null}
      </span>
    </li>
  );
}
