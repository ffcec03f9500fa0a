/** What a picture is drawn with: a canvas on the screen, a canvas for PNG, text for SVG, a list in tests. */

export type Align = "left" | "right" | "center";

export interface Pen {
  opacity(value: number): void;
  begin(): void;
  move(x: number, y: number): void;
  line(x: number, y: number): void;
  bezier(ax: number, ay: number, bx: number, by: number, x: number, y: number): void;
  /** A box with one radius for its left corners and one for its right ones. */
  box(x: number, y: number, w: number, h: number, left: number, right: number): void;
  fill(colour: string): void;
  stroke(colour: string, width: number, dash?: readonly number[]): void;
  /** `y` is the baseline. */
  text(text: string, x: number, y: number, font: string, colour: string, align?: Align): void;
}

export class CanvasPen implements Pen {
  private font = "";

  constructor(private readonly context: CanvasRenderingContext2D) {}

  opacity(value: number): void {
    this.context.globalAlpha = value;
  }
  begin(): void {
    this.context.beginPath();
  }
  move(x: number, y: number): void {
    this.context.moveTo(x, y);
  }
  line(x: number, y: number): void {
    this.context.lineTo(x, y);
  }
  bezier(ax: number, ay: number, bx: number, by: number, x: number, y: number): void {
    this.context.bezierCurveTo(ax, ay, bx, by, x, y);
  }
  box(x: number, y: number, w: number, h: number, left: number, right: number): void {
    if (left === 0 && right === 0) this.context.rect(x, y, w, h);
    else this.context.roundRect(x, y, w, h, [left, right, right, left]);
  }
  fill(colour: string): void {
    this.context.fillStyle = colour;
    this.context.fill();
  }
  stroke(colour: string, width: number, dash: readonly number[] = []): void {
    this.context.strokeStyle = colour;
    this.context.lineWidth = width;
    this.context.setLineDash(dash as number[]);
    this.context.stroke();
  }
  text(text: string, x: number, y: number, font: string, colour: string, align: Align = "left"): void {
    // Setting a font makes the browser parse it; most texts in a row share theirs.
    if (font !== this.font) {
      this.context.font = font;
      this.font = font;
    }
    this.context.textAlign = align;
    this.context.fillStyle = colour;
    this.context.fillText(text, x, y);
  }
}

/** Writes SVG with real text, so that an exported picture can be searched and edited. */
export class SvgPen implements Pen {
  private readonly parts: string[] = [];
  private path: string[] = [];
  private alpha = "";

  opacity(value: number): void {
    this.alpha = value < 1 ? ` opacity="${value}"` : "";
  }
  begin(): void {
    this.path = [];
  }
  move(x: number, y: number): void {
    this.path.push(`M${round(x)} ${round(y)}`);
  }
  line(x: number, y: number): void {
    this.path.push(`L${round(x)} ${round(y)}`);
  }
  bezier(ax: number, ay: number, bx: number, by: number, x: number, y: number): void {
    this.path.push(`C${[ax, ay, bx, by, x, y].map(round).join(" ")}`);
  }
  box(x: number, y: number, w: number, h: number, left: number, right: number): void {
    const arc = (r: number, dx: number, dy: number) => (r > 0 ? `a${r} ${r} 0 0 1 ${dx} ${dy}` : "");
    this.path.push(
      `M${round(x + left)} ${round(y)}h${round(w - left - right)}${arc(right, right, right)}v${round(h - 2 * right)}` +
        `${arc(right, -right, right)}h${round(left + right - w)}${arc(left, -left, -left)}v${round(2 * left - h)}` +
        `${arc(left, left, -left)}z`,
    );
  }
  fill(colour: string): void {
    this.parts.push(`<path d="${this.path.join("")}" fill="${harmless(colour)}"${this.alpha}/>`);
  }
  stroke(colour: string, width: number, dash: readonly number[] = []): void {
    const dashes = dash.length > 0 ? ` stroke-dasharray="${dash.map(round).join(" ")}"` : "";
    this.parts.push(
      `<path d="${this.path.join("")}" fill="none" stroke="${harmless(colour)}" stroke-width="${round(width)}"${dashes}${this.alpha}/>`,
    );
  }
  text(text: string, x: number, y: number, font: string, colour: string, align: Align = "left"): void {
    const [weight, size, ...family] = font.split(" ");
    const anchor = align === "left" ? "" : ` text-anchor="${align === "right" ? "end" : "middle"}"`;
    this.parts.push(
      `<text x="${round(x)}" y="${round(y)}" font-weight="${weight}" font-size="${size}" font-family="${harmless(family.join(" "))}"` +
        ` fill="${harmless(colour)}"${anchor}${this.alpha}>${harmless(text)}</text>`,
    );
  }

  /** The document for a window of the world. */
  document(x: number, y: number, w: number, h: number, background: string): string {
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${[x, y, w, h].map(round).join(" ")}" width="${round(w)}" height="${round(h)}">` +
      `<rect x="${round(x)}" y="${round(y)}" width="${round(w)}" height="${round(h)}" fill="${harmless(background)}"/>` +
      `${this.parts.join("\n")}</svg>\n`
    );
  }
}

const round = (n: number) => Math.round(n * 100) / 100;

const harmless = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
