/** The bar over the canvas. */

import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import type { Address, Direction, Grain } from "../../graph/address";
import { counted } from "../../shell/wording";
import type { ChangeAddress } from "./useaddress";

interface Props {
  address: Address;
  change: ChangeAddress;
  find: RefObject<HTMLInputElement | null>;
  findNext: () => void;
  shown: number;
  beyond: number;
  matches: number | null;
  columnsOpen: boolean;
  toggleColumns: () => void;
  fit: () => void;
  tidy: () => void;
  help: () => void;
  exports: readonly (readonly [name: string, run: () => void])[];
}

export function Toolbar(props: Props) {
  const { address, change, find, shown, beyond, matches } = props;
  const graph = address.view === "graph";
  return (
    <div className="toolbar" role="toolbar" aria-label="Lineage">
      <input
        ref={find}
        type="search"
        value={address.filter}
        placeholder="Find in graph  /"
        aria-label="Find in graph"
        onChange={(event) => change({ filter: event.target.value }, "replace")}
        onKeyDown={(event) => {
          if (event.key === "Enter") props.findNext();
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
      <label>
        <span className="muted">Depth</span>
        <select
          value={address.depth}
          onChange={(event) => change({ depth: Number(event.target.value), open: columnsOnly(address.open), at: null })}
        >
          {depths(address.depth).map((n) => (
            <option key={n} value={n}>
              {n}
            </option>
          ))}
          <option value={0}>all</option>
        </select>
      </label>
      <label>
        <span className="muted">Direction</span>
        <select value={address.dir} onChange={(event) => change({ dir: event.target.value as Direction, at: null })}>
          <option value="both">both</option>
          <option value="up">upstream</option>
          <option value="down">downstream</option>
        </select>
      </label>
      <Between address={address} change={change} />
      {graph && (
        <>
          {address.grain === "dataset" && (
            <button
              type="button"
              aria-pressed={props.columnsOpen}
              onClick={props.toggleColumns}
              title="Show or hide columns (C)"
            >
              Columns
            </button>
          )}
          <button
            type="button"
            aria-pressed={address.isolate}
            disabled={!address.sel}
            onClick={() => change({ isolate: !address.isolate, at: null })}
            title="Show only the selected path (I)"
          >
            Isolate
          </button>
        </>
      )}
      <span className="spring" />
      <span className="muted small count-shown" role="status">
        {matches !== null ? `${matches} found · ` : ""}
        {counted(shown, address.grain)} shown
        {beyond > 0 ? ` · ${counted(beyond, "edge")} ${beyond === 1 ? "leads" : "lead"} further` : ""}
      </span>
      {graph && (
        <>
          <button type="button" onClick={props.fit} title="Fit everything (F)">
            Fit
          </button>
          <button type="button" onClick={props.tidy} title="Lay everything out anew">
            Tidy
          </button>
        </>
      )}
      <fieldset className="switch">
        <legend className="unseen">View</legend>
        <button type="button" aria-pressed={graph} onClick={() => change({ view: "graph" })}>
          Graph
        </button>
        <button type="button" aria-pressed={!graph} onClick={() => change({ view: "list" })}>
          List
        </button>
      </fieldset>
      <Menu name="Export">
        {props.exports.map(([name, run]) => (
          <button key={name} type="button" className="quiet" onClick={run}>
            {name}
          </button>
        ))}
      </Menu>
      <button type="button" className="quiet" onClick={props.help} aria-label="Keyboard" title="Keyboard (?)">
        ?
      </button>
    </div>
  );
}

/** Other cards are another picture: what was selected and opened among the old ones ends. */
const afresh = { sel: null, col: null, open: [], isolate: false, at: null } as const;

/** Whether datasets or jobs have cards; and of jobs, which level of their hierarchy. */
function Between({ address, change }: Pick<Props, "address" | "change">) {
  return (
    <>
      <label>
        <span className="muted">Between</span>
        <select
          value={address.grain}
          onChange={(event) => change({ ...afresh, grain: event.target.value as Grain, collapse: 0 })}
        >
          <option value="dataset">datasets</option>
          <option value="job">jobs</option>
        </select>
      </label>
      {address.grain === "job" && (
        <label title="Jobs below this level of the hierarchy stand as the job of that level that started them">
          <span className="muted">Level</span>
          <select
            value={address.collapse}
            onChange={(event) => change({ ...afresh, collapse: Number(event.target.value) })}
          >
            <option value={0}>each job</option>
            {levels(address.collapse).map((n) => (
              <option key={n} value={n}>
                {n === 1 ? "1 (top)" : n}
              </option>
            ))}
          </select>
        </label>
      )}
    </>
  );
}

/** What is offered, and what the address asks for. */
const levels = (asked: number) => [...new Set([1, 2, 3, 4, asked])].filter((n) => n > 0).sort((a, b) => a - b);

/** What is offered, and what the address asks for whether offered or not; 0, "all", is the list's last. */
const depths = (asked: number) => [...new Set([1, 2, 3, 5, 10, asked])].filter((n) => n > 0).sort((a, b) => a - b);

/** Another depth is another question: its expansions end, opened columns stay. */
const columnsOnly = (open: readonly string[]) => open.filter((token) => token.startsWith("c:"));

/** A button that opens a short list of buttons. */
function Menu({ name, children }: { name: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const away = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [open]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes it from anywhere inside
    <div
      className="menu"
      ref={box}
      onKeyDown={(event) => {
        if (event.key === "Escape") setOpen(false);
      }}
    >
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {name}
      </button>
      {open && (
        // biome-ignore lint/a11y/noStaticElementInteractions: the buttons inside do the work; a press on any closes the list
        // biome-ignore lint/a11y/useKeyWithClickEvents: the buttons inside do the work
        <div className="menu-list" onClick={() => setOpen(false)}>
          {children}
        </div>
      )}
    </div>
  );
}
