/** A scrolling page with a title, which the browser's tab shows too. */

import { type ReactNode, useEffect } from "react";

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Headwater` : "Headwater";
  }, [title]);
}

export function Page({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a page of words alone has nothing else to stand on
    <main className="scroll" tabIndex={0}>
      <div className="page">{children}</div>
    </main>
  );
}
