/** Cuts text to the width it has, by measuring it; nothing on the canvas may run over its card. */

/** Width in pixels of `text` in a CSS font. */
export type Measure = (text: string, font: string) => number;

export type Cut = "end" | "middle";

export class TextFitter {
  private readonly cut = new Map<string, string>();
  private readonly widths = new Map<string, number>();

  constructor(private readonly measure: Measure) {}

  width(text: string, font: string): number {
    const key = `${font}|${text}`;
    let width = this.widths.get(key);
    if (width === undefined) {
      width = this.measure(text, font);
      this.widths.set(key, width);
    }
    return width;
  }

  /** The longest form of `text` that fits; names are cut in the middle, because their ends tell them apart. */
  fit(text: string, font: string, room: number, where: Cut = "middle"): string {
    if (this.width(text, font) <= room) return text;
    const key = `${font}|${Math.floor(room)}|${where}|${text}`;
    let short = this.cut.get(key);
    if (short === undefined) {
      short = this.shorten(text, font, room, where);
      if (this.cut.size > 50_000) this.cut.clear();
      this.cut.set(key, short);
    }
    return short;
  }

  private shorten(text: string, font: string, room: number, where: Cut): string {
    let low = 0;
    let high = text.length - 1;
    while (low < high) {
      const kept = Math.ceil((low + high) / 2);
      if (this.measure(ellipsis(text, kept, where), font) <= room) low = kept;
      else high = kept - 1;
    }
    return low === 0 ? "" : ellipsis(text, low, where);
  }
}

/** `kept` characters of the text and one ellipsis. */
export function ellipsis(text: string, kept: number, where: Cut): string {
  if (kept >= text.length) return text;
  if (where === "end") return `${text.slice(0, kept)}…`;
  const tail = Math.floor(kept / 2);
  return `${text.slice(0, kept - tail)}…${tail > 0 ? text.slice(-tail) : ""}`;
}

/** Measures with a canvas that is never shown. */
export function canvasMeasure(): Measure {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return (text) => text.length * 7;
  let current = "";
  return (text, font) => {
    if (font !== current) {
      context.font = font;
      current = font;
    }
    return context.measureText(text).width;
  };
}
