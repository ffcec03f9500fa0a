/** Places in a selector: the catalog counts characters, a text box counts halves of some. */

export interface Typed {
  readonly text: string;
  /** Where the caret stands, as a text box counts. */
  readonly caret: number;
}

/** How many characters stand before the caret. */
export const position = ({ text, caret }: Typed): number => [...text.slice(0, caret)].length;

/** A text with all from `start` (in characters) to the caret written anew, and the caret behind it. */
export function taken({ text, caret }: Typed, start: number, written: string): Typed {
  const before = [...text].slice(0, start).join("") + written;
  return { text: before + text.slice(caret), caret: before.length };
}
