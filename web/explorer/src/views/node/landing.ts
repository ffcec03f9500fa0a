/** Landing files in order, and as a picture. Pure. */

import type { FileLine, FileState, LoadsAnswer } from "../../api/operations/loads";
import { sayState, toneOf } from "../../shell/parts";
import type { Bar } from "../../shell/strip";
import { moment } from "../../shell/wording";

type Files = Pick<LoadsAnswer, "waiting" | "failed" | "processed">;

/** Bars that fit beside the text of a page. */
const MOST_BARS = 80;
const HEIGHTS: Readonly<Record<FileState, number>> = { PROCESSED: 0.4, NEW: 0.7, FAILED: 1 };

const when = ({ timestamp, landed }: FileLine): string => timestamp ?? landed;
const inTime = (files: readonly FileLine[]): FileLine[] =>
  [...files].sort((a, b) => when(b).localeCompare(when(a)) || a.path.localeCompare(b.path));

/** What somebody has to do something about, the last first. */
export const openFiles = ({ failed, waiting }: Files): FileLine[] => inTime([...failed.nodes, ...waiting.nodes]);

export const doneFiles = ({ processed }: Files): FileLine[] => inTime(processed.nodes);

/** The oldest on the left. */
export const fileBars = (files: Files): Bar[] =>
  inTime([...openFiles(files), ...files.processed.nodes])
    .slice(0, MOST_BARS)
    .reverse()
    .map((file) => ({
      key: file.path,
      tone: toneOf(file.state),
      height: HEIGHTS[file.state],
      said: `${file.path}, ${sayState(file.state)}, ${moment(when(file))}`,
    }));

/** "3 new, 2 failed, 25 processed"; "100+" where the catalog has more. */
export function sayFiles({ waiting, failed, processed }: Files): string {
  const counts = [
    [waiting, "new"],
    [failed, "failed"],
    [processed, "processed"],
  ] as const;
  return counts
    .filter(([page]) => page.nodes.length > 0)
    .map(([page, word]) => `${page.nodes.length}${page.pageInfo.hasNextPage ? "+" : ""} ${word}`)
    .join(", ");
}
