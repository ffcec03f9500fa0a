/** A table with its head. On a narrow page its rows fold into lines; where it is wider than its place it scrolls by itself. */

import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";

/** "number": set to the right; "unseen": only said, over buttons that speak for themselves. */
export type Head = string | readonly [name: string, how: "number" | "unseen"];

interface Props {
  heads: readonly Head[];
  className?: string;
  caption?: string;
  /** What a column's head says besides its name; by their order. */
  abouts?: readonly (string | undefined)[];
  /** Rows. */
  children: ReactNode;
}

/** Tables of so few columns fit into a narrow page as they are. */
const FEW = 2;

export function Table({ heads, className = "", caption, abouts = [], children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const more = useMore(box);
  useNames(box, heads);
  return (
    // What scrolls must be reached from the keyboard, and what does not must not stand in its way.
    <div className="scroller" ref={box} data-more={more} tabIndex={more === "none" ? undefined : 0}>
      <table className={heads.length > FEW ? `folds ${className}` : className}>
        {caption && <caption>{caption}</caption>}
        <thead>
          <tr>
            {heads.map((head, place) => (
              <HeadCell key={nameOf(head)} head={head} about={abouts[place]} />
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

const nameOf = (head: Head): string => (typeof head === "string" ? head : head[0]);

/** Tells the style sheet what each column is called: a folded row says it before each value. */
function useNames(box: RefObject<HTMLElement | null>, heads: readonly Head[]): void {
  const names = JSON.stringify(heads.map(nameOf));
  useEffect(() => {
    for (const [place, name] of (JSON.parse(names) as string[]).entries())
      box.current?.style.setProperty(`--head-${place + 1}`, JSON.stringify(name));
  }, [box, names]);
}

type More = "none" | "left" | "right" | "both";

/** Where a box that is too narrow for what is in it goes on. */
function useMore(box: RefObject<HTMLElement | null>): More {
  const [more, setMore] = useState<More>("none");
  useEffect(() => {
    const own = box.current;
    if (!own) return;
    const look = () => setMore(moreOf(own));
    const watch = new ResizeObserver(look);
    watch.observe(own);
    // What is in it may grow without it: rows that come later, a line that opens.
    for (const inner of own.children) watch.observe(inner);
    own.addEventListener("scroll", look, { passive: true });
    return () => {
      watch.disconnect();
      own.removeEventListener("scroll", look);
    };
  }, [box]);
  return more;
}

function moreOf({ scrollLeft, scrollWidth, clientWidth }: HTMLElement): More {
  const left = scrollLeft > 1;
  const right = scrollWidth - clientWidth - scrollLeft > 1;
  return left && right ? "both" : left ? "left" : right ? "right" : "none";
}

function HeadCell({ head, about }: { head: Head; about?: string }) {
  const [name, how] = typeof head === "string" ? [head] : head;
  return (
    <th scope="col" className={how === "number" ? how : undefined}>
      {how === "unseen" ? <span className="unseen">{name}</span> : name}
      {about && <div className="about">{about}</div>}
    </th>
  );
}
