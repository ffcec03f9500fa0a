import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

/** The names and colours of the block that a selector opens. */
function block(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  const body = css.slice(start, css.indexOf("}", start));
  return new Map([...body.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6});/g)].map((found) => [found[1], found[2]]));
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const TEXT: [string, string][] = [
  ...["--text", "--muted", "--accent"].flatMap((text) =>
    ["--canvas", "--surface", "--raised"].map((ground): [string, string] => [text, ground]),
  ),
  ["--text", "--accent-soft"],
  ["--muted", "--accent-soft"],
  ["--accent", "--accent-soft"],
  ["--on-accent", "--accent"],
  ["--text", "--mark"],
  ["--text", "--bad-soft"],
  ["--muted", "--bad-soft"],
  ...["good", "warn", "bad"].map((tone): [string, string] => [`--${tone}`, `--${tone}-soft`]),
];
const SHAPES: [string, string][] = ["--edge", "--card-border", "--control"].flatMap((shape) =>
  ["--canvas", "--surface"].map((ground): [string, string] => [shape, ground]),
);

describe.each([
  ["light", ":root"],
  ["dark", '[data-theme="dark"]'],
])("%s", (_, selector) => {
  const tokens = block(selector);
  const colour = (name: string) => tokens.get(name) as string;
  const kinds = [...tokens.keys()].filter((name) => name.startsWith("--kind-"));

  it("fills the same names as the other theme", () => {
    expect([...tokens.keys()]).toEqual([...block(":root").keys()]);
  });
  it.each(TEXT)("text %s on %s has 4.5:1", (text, ground) => {
    expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(4.5);
  });
  it.each([...SHAPES, ...kinds.map((kind): [string, string] => [kind, "--surface"])])(
    "shape %s on %s has 3:1",
    (shape, ground) => {
      expect(contrast(colour(shape), colour(ground))).toBeGreaterThanOrEqual(3);
    },
  );
});
