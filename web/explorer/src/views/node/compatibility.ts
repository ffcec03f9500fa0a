/** Who gets on with a changed schema, in a person's words. Pure. */

import type { Compatibility, SchemaLine } from "../../api/operations/node";
import type { Tone } from "../../shell/parts";
import { counted } from "../../shell/wording";

interface Badge {
  readonly tone: Tone;
  readonly word: string;
  readonly means: string;
}

const BADGES: Readonly<Record<Compatibility, Badge>> = {
  FULL: { tone: "good", word: "fully compatible", means: "Old and new readers can read old and new data." },
  BACKWARD: {
    tone: "warn",
    word: "backward compatible",
    means: "Who reads with the new schema can read old data; who reads as before may fail.",
  },
  FORWARD: {
    tone: "accent",
    word: "forward compatible",
    means: "Who reads as before can read new data; old data may not fit the new schema.",
  },
  BREAKING: { tone: "bad", word: "breaking", means: "Neither old nor new readers can read all of the data." },
};

export const badgeOf = (compatibility: Compatibility): Badge => BADGES[compatibility];

/** Lines that fit beside a version; the rest is counted. */
const MOST_LINES = 12;

/** What changed, those changes first that break who reads: the catalog's own order. */
export function changeLines({ changes, fields, compatibility }: SchemaLine): string[] {
  if (compatibility === null) return [`First known, with ${counted(fields.length, "column")}`];
  const lines = changes.slice(0, MOST_LINES).map(({ sentence }) => sentence);
  const rest = changes.length - lines.length;
  if (lines.length === 0) return ["Only what is said beside names and types"];
  return rest > 0 ? [...lines, `and ${counted(rest, "more change")}`] : lines;
}
