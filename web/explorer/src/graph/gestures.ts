/** Pointer, touch and wheel on an element, as pans, zooms and presses. */

export interface GestureEvents {
  pan(dx: number, dy: number): void;
  zoom(factor: number, x: number, y: number): void;
  press(x: number, y: number): void;
  point(x: number, y: number): void;
}

/** A pointer that moved less than this pressed; more, and it dragged. */
const SLIP = 4;

interface Finger {
  x: number;
  y: number;
  readonly startX: number;
  readonly startY: number;
}

export class Gestures {
  private readonly fingers = new Map<number, Finger>();
  private dragged = false;
  private readonly stop = new AbortController();

  constructor(
    private readonly element: HTMLElement,
    private readonly events: GestureEvents,
  ) {
    const { signal } = this.stop;
    element.addEventListener("pointerdown", (event) => this.down(event), { signal });
    element.addEventListener("pointermove", (event) => this.move(event), { signal });
    element.addEventListener("pointerup", (event) => this.up(event), { signal });
    element.addEventListener("pointercancel", (event) => this.fingers.delete(event.pointerId), { signal });
    element.addEventListener("wheel", (event) => this.wheel(event), { signal, passive: false });
  }

  close(): void {
    this.stop.abort();
  }

  private place(event: MouseEvent): { x: number; y: number } {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private down(event: PointerEvent) {
    if (event.button !== 0) return;
    const { x, y } = this.place(event);
    if (this.fingers.size === 0) this.dragged = false;
    this.fingers.set(event.pointerId, { x, y, startX: x, startY: y });
    this.element.setPointerCapture(event.pointerId);
  }

  private move(event: PointerEvent) {
    const { x, y } = this.place(event);
    const finger = this.fingers.get(event.pointerId);
    if (!finger) return this.events.point(x, y);
    const [dx, dy] = [x - finger.x, y - finger.y];
    if (!this.dragged && Math.hypot(x - finger.startX, y - finger.startY) < SLIP) return;
    this.dragged = true;
    const other = [...this.fingers.values()].find((f) => f !== finger);
    if (other) {
      const before = Math.hypot(finger.x - other.x, finger.y - other.y);
      const after = Math.hypot(x - other.x, y - other.y);
      if (before > 0) this.events.zoom(after / before, (x + other.x) / 2, (y + other.y) / 2);
    } else this.events.pan(dx, dy);
    finger.x = x;
    finger.y = y;
  }

  private up(event: PointerEvent) {
    const finger = this.fingers.get(event.pointerId);
    this.fingers.delete(event.pointerId);
    if (finger && !this.dragged) this.events.press(finger.x, finger.y);
  }

  private wheel(event: WheelEvent) {
    event.preventDefault();
    const { x, y } = this.place(event);
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    // A pinch arrives as a wheel with Ctrl. A mouse wheel turns in coarse vertical notches; a touchpad's fine or slanted
    // movement is a pan, as everywhere else on the system.
    const notch = event.deltaX === 0 && Math.abs(event.deltaY * unit) >= 50;
    if (event.ctrlKey || event.metaKey || notch) {
      const speed = event.ctrlKey && !notch ? 0.01 : 0.0018;
      this.events.zoom(Math.exp(-event.deltaY * unit * speed), x, y);
    } else if (event.shiftKey) this.events.pan(-event.deltaY * unit, 0);
    else this.events.pan(-event.deltaX * unit, -event.deltaY * unit);
  }
}
