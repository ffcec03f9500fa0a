/** The legend, for what is on the canvas and no more; and the list of keys. */

import { useEffect, useRef } from "react";
import { KEYS } from "../../graph/keyboard";
import type { Graph } from "../../graph/model";
import { KINDS, kindFamily } from "../../graph/palette";
import { Kind } from "../../shell/parts";

export function Legend({ graph, open, toggle }: { graph: Graph; open: boolean; toggle: () => void }) {
  const families = new Set(graph.nodes.map((node) => kindFamily(node.kind)));
  const statuses = new Set(graph.edges.map((edge) => edge.status));
  if (!open)
    return (
      <button type="button" className="legend" onClick={toggle}>
        Show legend and map
      </button>
    );
  return (
    <div className="legend">
      {KINDS.filter((kind) => families.has(kind)).map((kind) => (
        <Kind key={kind} kind={kind} />
      ))}
      {(["observed", "declared", "unconfirmed"] as const)
        .filter((status) => statuses.has(status))
        .map((status) => (
          <span key={status} className={`line ${status}`}>
            <svg viewBox="0 0 24 4" aria-hidden="true">
              <path d="M0 2H24" />
            </svg>
            {status}
          </span>
        ))}
      <button type="button" className="link small" onClick={toggle} aria-label="Hide legend and map">
        Hide
      </button>
    </div>
  );
}

export function Help({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="keys" className="help">
      <div className="row between">
        <h2 id="keys">Keyboard</h2>
        <button type="button" className="quiet" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
      <dl>
        {KEYS.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              {keys.split(" ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
