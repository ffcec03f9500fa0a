/** Which part of a dataset a run read or wrote, and how much of it. Pure. */

import type { ListedName, UseLine, Volume } from "../../api/operations/loads";
import { bytes, counted } from "../../shell/wording";

type Side = UseLine["side"];

/** What a run says of its inputs and outputs. */
export interface Using {
  readonly uses: { readonly nodes: readonly UseLine[] };
  readonly aliases: readonly ListedName[];
}

/** "dt=2026-11-20", from what the run says of the use and from the names by which it lists the dataset; null: the whole. */
export function usedPart({ uses, aliases }: Using, dataset: string, side: Side): string | null {
  const told = uses.nodes.filter((use) => use.side === side && use.dataset?.id === dataset);
  const named = aliases.filter((one) => one.side === side && one.dataset?.id === dataset);
  const parts = [
    ...told.map(({ subset }) => subset?.text),
    ...named.map(({ alias }) => alias.partition),
    ...named.map(({ alias }) => alias.version && `version ${alias.version}`),
  ].filter((part) => !!part);
  return [...new Set(parts)].join(", ") || null;
}

/** "1,021 rows, 17.2 kB"; null where the run does not say. */
export function usedVolume({ uses }: Using, dataset: string, side: Side): string | null {
  for (const use of uses.nodes) {
    const volume = side === "INPUT" ? use.inputStatistics : use.outputStatistics;
    if (use.side === side && use.dataset?.id === dataset && volume) return sayVolume(volume);
  }
  return null;
}

function sayVolume({ rowCount, bytes: size, fileCount }: Volume): string | null {
  const words = [
    rowCount !== null && counted(rowCount, "row"),
    size !== null && bytes(size),
    fileCount !== null && counted(fileCount, "file"),
  ];
  return words.filter(Boolean).join(", ") || null;
}

/** Both in one line, as a row of a list has them. */
export const usedInShort = (run: Using | null | undefined, dataset: string, side: Side): string =>
  run ? [usedPart(run, dataset, side), usedVolume(run, dataset, side)].filter(Boolean).join(" · ") : "";
