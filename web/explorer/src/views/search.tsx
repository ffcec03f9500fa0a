/** Search: results while typing, narrowed by kind and zone; arrows walk the results from the box. */

import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { type Environment, type NodeKind, SEARCH, ZONES } from "../api/operations/search";
import { useOperation } from "../api/use";
import { Page } from "../shell/page";
import { Failure, Loading, Notice } from "../shell/parts";
import { counted } from "../shell/wording";
import { Browse, lists } from "./browse";
import { List, walk } from "./results";

const KINDS: readonly NodeKind[] = ["DATASET", "FIELD", "JOB", "TERM", "RUN"];
const KIND_NAMES: Readonly<Record<NodeKind, string>> = {
  DATASET: "Datasets",
  FIELD: "Columns",
  JOB: "Jobs",
  TERM: "Terms",
  RUN: "Runs",
};
/** Long enough that a word is one question, short enough to feel immediate. */
const PAUSE = 160;

export function SearchView() {
  const query = new URLSearchParams(useSearch());
  const [, go] = useLocation();
  const q = query.get("q") ?? "";
  const zone = query.get("zone");
  const environment = query.get("environment") === "all" ? "all" : null;
  const kinds = query.getAll("kind").filter((kind): kind is NodeKind => (KINDS as string[]).includes(kind));
  const change = (edit: (next: URLSearchParams) => void) => {
    const next = new URLSearchParams(query);
    edit(next);
    go(`/search?${next}`, { replace: true });
  };
  const toggle = (kind: NodeKind) =>
    change((next) => {
      const left = kinds.includes(kind) ? kinds.filter((other) => other !== kind) : [...kinds, kind];
      next.delete("kind");
      for (const other of left) next.append("kind", other);
    });
  return (
    <Page title={q ? `${q} · Search` : "Search"}>
      <h1 className="unseen">Search</h1>
      <Box value={q} change={(text) => change((next) => (text ? next.set("q", text) : next.delete("q")))} />
      <div className="search">
        <Facets
          kinds={kinds}
          toggle={toggle}
          zone={zone}
          counts={q === "" && lists(kinds, "DATASET")}
          pick={(name) => change((next) => (name ? next.set("zone", name) : next.delete("zone")))}
          environment={environment}
          widen={(all) => change((next) => (all ? next.set("environment", "all") : next.delete("environment")))}
        />
        <div className="results">
          {q ? (
            <Results text={q} kinds={kinds} zone={zone} environment={environment} />
          ) : (
            <Browse kinds={kinds} zone={zone} environment={environment} />
          )}
        </div>
      </div>
    </Page>
  );
}

function Box({ value, change }: { value: string; change: (text: string) => void }) {
  const [text, setText] = useState(value);
  const box = useRef<HTMLInputElement>(null);
  const send = useRef(change);
  send.current = change;
  useEffect(() => box.current?.focus(), []);
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => send.current(text.trim()), PAUSE);
    return () => clearTimeout(timer);
  }, [text, value]);
  const keys = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") walk(event, 1);
  };
  return (
    <search>
      <div className="bigsearch">
        <input
          ref={box}
          type="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={keys}
          placeholder="Search datasets, columns, jobs, terms"
          aria-label="Search the catalog"
        />
      </div>
    </search>
  );
}

interface FacetProps {
  kinds: readonly NodeKind[];
  toggle: (kind: NodeKind) => void;
  zone: string | null;
  /** Whether the list is one of datasets by zone, so that the zones' counts speak of it. */
  counts: boolean;
  pick: (zone: string | null) => void;
  environment: Environment;
  widen: (all: boolean) => void;
}

function Facets({ kinds, toggle, zone, counts, pick, environment, widen }: FacetProps) {
  const zones = useOperation(ZONES, {});
  const environments = zones.data?.naming.rules.some((rule) => rule.environment) ?? false;
  return (
    <aside aria-label="Narrow the results">
      <fieldset>
        <legend>Kind</legend>
        {KINDS.map((kind) => (
          <label key={kind}>
            <input type="checkbox" checked={kinds.includes(kind)} onChange={() => toggle(kind)} />
            {KIND_NAMES[kind]}
          </label>
        ))}
      </fieldset>
      {zones.data && zones.data.zones.length > 0 && (
        <fieldset>
          <legend>Zone</legend>
          {zones.data.zones.map(({ name, datasets }) => (
            <label key={name}>
              <input type="checkbox" checked={zone === name} onChange={() => pick(zone === name ? null : name)} />
              <span className="grow">{name}</span>
              {counts && <span className="muted small">{datasets}</span>}
            </label>
          ))}
        </fieldset>
      )}
      {(environments || environment) && (
        <fieldset>
          <legend>Environment</legend>
          <label title="Else prod, and what belongs to no environment">
            <input type="checkbox" checked={environment === "all"} onChange={(event) => widen(event.target.checked)} />
            Others than prod, too
          </label>
        </fieldset>
      )}
    </aside>
  );
}

interface ResultsProps {
  text: string;
  kinds: NodeKind[];
  zone: string | null;
  environment: Environment;
}

function Results(props: ResultsProps) {
  if (props.kinds.length === 1 && props.kinds[0] === "RUN") return <NoRuns />;
  return <Found {...props} />;
}

/** A run's name is a number, which nobody types. */
function NoRuns() {
  return (
    <Notice title="Runs are not found by words.">
      Search for their job, whose page lists them; or clear the box to see the latest runs.
    </Notice>
  );
}

function Found({ text, kinds, zone, environment }: ResultsProps) {
  const variables = { text, kinds: kinds.length > 0 ? kinds : null, environment, after: null };
  const found = useOperation(SEARCH, variables, { keep: true });
  if (found.error) return <Failure error={found.error} retry={() => found.refetch()} />;
  if (!found.data) return <Loading />;
  const { nodes, pageInfo } = found.data.search;
  // The search itself knows no zones, so they narrow what it found.
  const hits = nodes.filter(({ node }) => node && (!zone || (node.zone ?? node.dataset?.zone) === zone));
  if (hits.length === 0) return <Nothing text={text} />;
  return (
    <>
      <p className="muted small" role="status">
        {pageInfo.hasNextPage ? `The best ${hits.length}; type more to narrow them.` : counted(hits.length, "result")}
      </p>
      <List hits={hits} query={text} />
    </>
  );
}

function Nothing({ text }: { text: string }) {
  return (
    <Notice title={`Nothing found for “${text}”.`}>
      Try fewer words, another kind or zone, or a part of the name: orders finds trusted.orders.
    </Notice>
  );
}
