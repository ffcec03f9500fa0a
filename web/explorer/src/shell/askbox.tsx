/** A form of selectors: each box has its name above it, and Enter in any of them asks. */

import { type FormEvent, type ReactNode, useState } from "react";
import { SelectorBox } from "./selectorbox";

export interface Asked {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly text: string;
}

interface Props {
  boxes: readonly Asked[];
  /** By the boxes' names. */
  ask: (said: Record<string, string>) => void;
  button: string;
  children?: ReactNode;
}

export function AskBoxes({ boxes, ask, button, children }: Props) {
  const [said, setSaid] = useState(() => Object.fromEntries(boxes.map(({ name, text }) => [name, text])));
  const send = (event: FormEvent) => {
    event.preventDefault();
    ask(said);
  };
  return (
    <form className="row ask" onSubmit={send}>
      {boxes.map(({ name, label, hint }) => (
        <div key={name} className="box">
          <span aria-hidden="true">{label}</span>
          <SelectorBox
            value={said[name] ?? ""}
            change={(text) => setSaid((all) => ({ ...all, [name]: text }))}
            go={(text) => ask({ ...said, [name]: text })}
            label={label}
            hint={hint}
          />
        </div>
      ))}
      {children}
      <button type="submit">{button}</button>
    </form>
  );
}
