/** A page at a moment of the past: how its address names it, and the line that says so. */

import { Link } from "wouter";
import { moment } from "./wording";

/** A time that makes no sense is none: links get cut in mails. */
export const readAsof = (text: string | null) => (text && !Number.isNaN(Date.parse(text)) ? text : null);

/** `now`: the address of the same page without a moment. */
export function AsOf({ at, now }: { at: string; now: string }) {
  return (
    <p className="asof row" role="status">
      As it was at {moment(at)}.<Link href={now}>See it now</Link>
    </p>
  );
}
