/** Names as people read them: the short one first, then where it lies, without the scheme that a program needs. */

/** The longest "where" of a list row; what is cut goes from the middle, since both ends tell places apart. */
const LONGEST = 40;

export interface ShownName {
  readonly short: string;
  /** Empty where the short name is all there is. */
  readonly where: string;
}

/** A dataset's or column's name from its whole one (`ref`) and the label that fits on a card. */
export function shownName({ ref, label }: { ref: string; label: string }): ShownName {
  const [dataset, ...rest] = ref.split("#");
  const column = rest.join("#");
  const place = dataset.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
  if (column) return { short: column, where: middle(place, LONGEST) };
  const before = place.endsWith(label) ? place.slice(0, -label.length).replace(/[/.:]+$/, "") : place;
  return { short: label, where: before === label ? "" : middle(before, LONGEST) };
}

/** `text` in at most `most` signs, shortened in the middle. */
export function middle(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (most - 1 - head))}`;
}
