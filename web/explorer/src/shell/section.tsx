/** A card with its heading. */

import type { ReactNode } from "react";

interface Props {
  /** Of the heading; one of its kind on a page. */
  id: string;
  title: ReactNode;
  /** What stands at the heading's other end. */
  aside?: ReactNode;
  children: ReactNode;
}

export function Section({ id, title, aside, children }: Props) {
  return (
    <section className="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      <div className="inside">{children}</div>
    </section>
  );
}
