/** The accessible twin: the same graph as a tree table, virtualised, walked with the arrow keys. */

import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import type { Graph } from "../../graph/model";
import { nodePage } from "../../shell/links";
import { Kind, State, Time } from "../../shell/parts";
import { type TreeRow, treeRows } from "./treerows";

interface Props {
  graph: Graph;
  roots: readonly string[];
  selected: string | null;
  select: (id: string) => void;
  filter: string;
}

const ROW = 36;

/** Rows that a key moves; the ends are reached by any number that is too large. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 12,
  PageUp: -12,
  Home: Number.MIN_SAFE_INTEGER,
  End: Number.MAX_SAFE_INTEGER,
};

export function ListView({ graph, roots, selected, select, filter }: Props) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const wanted = filter.trim().toLowerCase();
  const rows = useMemo(() => {
    const all = treeRows(graph, roots, wanted ? new Set() : closed);
    return wanted ? all.filter((row) => row.node.fullName.toLowerCase().includes(wanted)) : all;
  }, [graph, roots, closed, wanted]);
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const [cursor, setCursor] = useState(0);
  const active = Math.min(cursor, rows.length - 1);
  const fold = (row: TreeRow, shut: boolean) =>
    setClosed((before) => {
      const next = new Set(before);
      if (shut) next.add(row.key);
      else next.delete(row.key);
      return next;
    });
  const go = (to: number) => {
    const at = Math.max(0, Math.min(rows.length - 1, to));
    setCursor(at);
    virtual.scrollToIndex(at);
    // The row may only come to life with the next frame.
    requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`[data-index="${at}"]`)?.focus());
  };
  const onKey = (event: KeyboardEvent) => {
    const row = rows[active];
    if (!row || event.target instanceof HTMLAnchorElement) return;
    if (event.key in STEPS) go(active + STEPS[event.key]);
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") fold(row, event.key === "ArrowLeft");
    else if (event.key === "Enter") select(row.node.id);
    else return;
    event.preventDefault();
  };
  return (
    <div className="listview" ref={scroll}>
      <div
        role="treegrid"
        aria-label="Lineage as a list"
        aria-rowcount={rows.length + 1}
        tabIndex={-1}
        onKeyDown={onKey}
      >
        <div role="row" aria-rowindex={1} className="tree-row tree-head">
          {["Name", "Side", "Kind", "Zone", "Through", "Status", "Runs", "Last seen"].map((name) => (
            <span key={name} role="columnheader" className={name === "Runs" ? "number" : ""}>
              {name}
            </span>
          ))}
        </div>
        <div role="rowgroup" className="tree-body" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => (
            <ListRow
              key={rows[item.index].key}
              row={rows[item.index]}
              index={item.index}
              top={item.start}
              closed={closed.has(rows[item.index].key)}
              fold={fold}
              chosen={rows[item.index].node.id === selected}
              active={item.index === active}
              choose={() => {
                setCursor(item.index);
                select(rows[item.index].node.id);
              }}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

interface RowProps {
  row: TreeRow;
  index: number;
  top: number;
  closed: boolean;
  chosen: boolean;
  active: boolean;
  fold: (row: TreeRow, shut: boolean) => void;
  choose: () => void;
}

const SIDES = { root: "start", up: "upstream", down: "downstream" } as const;

function ListRow({ row, index, top, closed, chosen, active, fold, choose }: RowProps) {
  const { node, edge } = row;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree grid handles Enter for its rows
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-level={row.level}
      aria-selected={chosen}
      aria-expanded={row.children > 0 ? !closed : undefined}
      data-index={index}
      tabIndex={active ? 0 : -1}
      className="tree-row"
      style={{ transform: `translateY(${top}px)` }}
      onClick={choose}
    >
      <span role="gridcell" className="tree-name" style={{ paddingLeft: (row.level - 1) * 16 }}>
        {row.children > 0 ? (
          <button
            type="button"
            className="quiet fold"
            tabIndex={-1}
            aria-label={closed ? "unfold" : "fold"}
            onClick={(event) => {
              event.stopPropagation();
              fold(row, !closed);
            }}
          >
            {closed ? "›" : "⌄"}
          </button>
        ) : (
          <span className="fold" />
        )}
        <Link href={nodePage(node.id)} tabIndex={-1} className="cut" title={node.fullName}>
          {node.name}
        </Link>
        {node.outcome === "failed" && <State state="failed" />}
      </span>
      <span role="gridcell" className="muted">
        {SIDES[row.side]}
      </span>
      <span role="gridcell">
        <Kind kind={node.kind} />
      </span>
      <span role="gridcell" className="muted cut">
        {node.zone}
      </span>
      <span role="gridcell" className="muted cut">
        {edge?.via.map((job) => job.name).join(", ")}
      </span>
      <span role="gridcell" className="muted">
        {edge?.status}
      </span>
      <span role="gridcell" className="number muted">
        {edge && edge.seenIn !== null ? `${edge.seenIn} of ${edge.ofRuns}` : ""}
      </span>
      <span role="gridcell" className="muted cut">
        {edge?.lastSeen ? <Time at={edge.lastSeen} /> : ""}
      </span>
    </div>
  );
}
