/** The canvas in the page: keeps the drawer fed, and puts the mini-map over it. */

import { type KeyboardEvent, type PointerEvent, type RefObject, useCallback, useEffect, useRef } from "react";
import type { Hit } from "../../graph/hit";
import { LineageCanvas } from "../../graph/lineagecanvas";
import type { Look } from "../../graph/look";
import { drawMiniMap, mapStanding, pointMiniMap } from "../../graph/minimap";
import { type Palette, pagePalette } from "../../graph/palette";
import type { Scene } from "../../graph/scene";
import { exposeScene } from "../../graph/scenequery";
import type { Viewport } from "../../graph/viewport";
import { useTheme } from "../../shell/theme";

interface Props {
  scene: Scene;
  look: Look;
  drawer: RefObject<LineageCanvas | null>;
  /** Changes when the cards were laid out anew, so that the view should be chosen anew. */
  arranged: string;
  /** The view the address asks for; null chooses one. */
  at: Viewport | null;
  /** The reader asked for everything, so that the first view shows everything. */
  whole: boolean;
  miniMap: boolean;
  label: string;
  onHit: (hit: Hit) => void;
  onHover: (hit: Hit) => void;
  onRest: (view: Viewport) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

export function Canvas(props: Props) {
  const { scene, look, drawer, arranged, miniMap, label } = props;
  const element = useRef<HTMLCanvasElement>(null);
  const map = useRef<HTMLCanvasElement>(null);
  const palette = useRef<Palette | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const theme = useTheme();

  const drawMap = useCallback(() => {
    const { scene: now, look: lit } = latest.current;
    if (!map.current || !drawer.current || !palette.current) return;
    const { view, size } = drawer.current;
    drawMiniMap(map.current, now, lit, palette.current, view, size);
    const { offsetLeft: x, offsetTop: y, offsetWidth: w, offsetHeight: h } = map.current;
    map.current.className = `minimap ${mapStanding(now, view, size, { x, y, w, h })}`;
  }, [drawer]);

  useEffect(() => {
    palette.current = pagePalette();
    const own = new LineageCanvas(
      element.current as HTMLCanvasElement,
      {
        hit: (hit) => latest.current.onHit(hit),
        hover: (hit) => latest.current.onHover(hit),
        rest: (view) => latest.current.onRest(view),
        moved: drawMap,
      },
      palette.current,
    );
    drawer.current = own;
    return () => {
      own.close();
      drawer.current = null;
      window.__scene = undefined;
    };
  }, [drawer, drawMap]);

  useEffect(() => {
    drawer.current?.setScene(scene);
    drawer.current?.setLook(look);
    if (element.current && drawer.current) exposeScene(element.current, drawer.current, scene, look);
    drawMap();
  }, [scene, look, drawer, drawMap]);

  // The theme is a dependency because it decides what the tokens say.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    palette.current = pagePalette();
    drawer.current?.setPalette(palette.current);
    drawMap();
  }, [theme, drawer, drawMap]);

  // Only a new arrangement moves the view by itself; `at` follows the reader's hand and must not pull it back.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const { at, whole, look: lit } = latest.current;
    if (at) drawer.current?.go(at, false);
    else drawer.current?.open(whole ? undefined : (lit.selected ?? [...lit.roots][0]));
  }, [arranged, drawer]);

  const point = (event: PointerEvent<HTMLCanvasElement>) => {
    if (event.buttons !== 1 || !drawer.current || !map.current) return;
    const box = map.current.getBoundingClientRect();
    const { view, size } = drawer.current;
    const place = pointMiniMap(
      map.current,
      latest.current.scene,
      view,
      size,
      event.clientX - box.left,
      event.clientY - box.top,
    );
    drawer.current.pan(place);
  };

  return (
    <>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: arrows walk the graph, so a reader must pass keys through */}
      <canvas
        ref={element}
        className="lineage-canvas"
        role="application"
        aria-roledescription="lineage graph"
        aria-label={label}
        tabIndex={0}
        onKeyDown={props.onKeyDown}
      />
      {miniMap && (
        // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it has no tab stop; all it does, the keys of the canvas do
        <canvas ref={map} className="minimap" aria-hidden="true" onPointerDown={point} onPointerMove={point} />
      )}
    </>
  );
}
