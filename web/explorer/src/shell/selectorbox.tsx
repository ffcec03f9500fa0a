/** A box for a selector: what it may go on with is offered while it is typed. */

import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { position, type Typed, taken } from "../api/completion";
import { COMPLETE, type Way } from "../api/operations/complete";
import { useOperation } from "../api/use";
import { Kind } from "./parts";

interface Props {
  value: string;
  change: (text: string) => void;
  /** Enter on a text that is complete. */
  go: (text: string) => void;
  label: string;
  /** What stands in the empty box; the label where it is left out. */
  hint?: string;
}

export function SelectorBox({ value, change, go, label, hint = label }: Props) {
  const [caret, setCaret] = useState(value.length);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const box = useRef<HTMLInputElement>(null);
  const list = useId();
  const typed: Typed = { text: value, caret: Math.min(caret, value.length) };
  const asked = { select: value, position: position(typed) };
  const { data } = useOperation(COMPLETE, asked, { enabled: open && value !== "", keep: true });
  const ways = open && value !== "" ? (data?.complete.ways ?? []) : [];

  useEffect(() => box.current?.setSelectionRange(caret, caret), [caret]);

  const take = (way: Way) => {
    const next = taken(typed, data?.complete.start ?? 0, way.text);
    change(next.text);
    setCaret(next.caret);
    setActive(-1);
    setOpen(way.kind === "METHOD");
    box.current?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    const way = ways[active];
    if (event.key === "Escape") setOpen(false);
    else if (event.key === "Enter" && way) take(way);
    else if (event.key === "Enter" && value.trim()) go(value.trim());
    else if (event.key === "ArrowDown") setActive(Math.min(active + 1, ways.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(active - 1, -1));
    else return;
    event.preventDefault();
  };
  return (
    <div className="selectorbox">
      <input
        ref={box}
        type="search"
        role="combobox"
        aria-label={label}
        aria-autocomplete="list"
        aria-expanded={ways.length > 0}
        aria-controls={list}
        aria-activedescendant={ways[active] ? `${list}-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        value={value}
        placeholder={hint}
        onChange={(event) => {
          change(event.target.value);
          setCaret(event.target.selectionStart ?? event.target.value.length);
          setActive(-1);
          setOpen(true);
        }}
        onKeyDown={onKey}
        onBlur={() => setOpen(false)}
      />
      <div id={list} role="listbox" aria-label="Ways to go on" className="ways" hidden={ways.length === 0}>
        {ways.map((way, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the box keeps the focus and names the active one
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the box's
          <div
            key={way.text}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === active}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(way)}
          >
            <span className="grow">{way.label}</span>
            <span className="muted small">{way.detail}</span>
            <Kind kind={way.kind} />
          </div>
        ))}
      </div>
    </div>
  );
}
