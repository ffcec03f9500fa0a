/** A table with its head; where it is wider than the page it scrolls by itself. */

import type { ReactNode } from "react";

/** "number": set to the right; "unseen": only said, over buttons that speak for themselves. */
export type Head = string | readonly [name: string, how: "number" | "unseen"];

interface Props {
  heads: readonly Head[];
  className?: string;
  caption?: string;
  /** Rows. */
  children: ReactNode;
}

export function Table({ heads, className, caption, children }: Props) {
  return (
    <div className="scroller">
      <table className={className}>
        {caption && <caption>{caption}</caption>}
        <thead>
          <tr>
            {heads.map((head) => (
              <HeadCell key={String(head)} head={head} />
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function HeadCell({ head }: { head: Head }) {
  const [name, how] = typeof head === "string" ? [head] : head;
  return (
    <th scope="col" className={how === "number" ? how : undefined}>
      {how === "unseen" ? <span className="unseen">{name}</span> : name}
    </th>
  );
}
