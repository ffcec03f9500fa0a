/** What becomes of a facet, as a word on a quiet ground. */

import { plain } from "../../shell/wording";

const TONE: Readonly<Record<string, string>> = { interpreted: "good", typed: "accent" };

export function FacetTag({ status }: { status: string }) {
  return <span className={`tag ${TONE[plain(status)] ?? ""}`}>{plain(status)}</span>;
}
