/** A table with its head; where it is wider than the page it scrolls by itself. */

import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";

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
  const box = useRef<HTMLDivElement>(null);
  const scrolls = useScrolls(box);
  return (
    // What scrolls must be reached from the keyboard, and what does not must not stand in its way.
    <div className="scroller" ref={box} tabIndex={scrolls ? 0 : undefined}>
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

/** Whether a box is too narrow for what is in it. */
function useScrolls(box: RefObject<HTMLElement | null>): boolean {
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const own = box.current;
    if (!own) return;
    const watch = new ResizeObserver(() => setScrolls(own.scrollWidth > own.clientWidth));
    watch.observe(own);
    return () => watch.disconnect();
  }, [box]);
  return scrolls;
}

function HeadCell({ head }: { head: Head }) {
  const [name, how] = typeof head === "string" ? [head] : head;
  return (
    <th scope="col" className={how === "number" ? how : undefined}>
      {how === "unseen" ? <span className="unseen">{name}</span> : name}
    </th>
  );
}
