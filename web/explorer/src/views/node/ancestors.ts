/** The jobs above a job. Pure. */

import type { JobAbove } from "../../api/operations/node";

/** From its parent up, with the outermost first. */
export function ancestors(parent: JobAbove | null | undefined): JobAbove[] {
  return parent ? [...ancestors(parent.parent), parent] : [];
}
