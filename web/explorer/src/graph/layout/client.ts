/** Runs a layout in a worker and lets it be called off. */

import type { LayoutInput, LayoutResult } from "./types";

export class LayoutClient {
  private worker: Worker | null = null;
  private waiting: { reject: (reason: Error) => void } | null = null;

  /** Lays out `input`; a call still under way is called off, because its answer would be out of date. */
  run(input: LayoutInput): Promise<LayoutResult> {
    this.cancel();
    this.worker ??= new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    const worker = this.worker;
    return new Promise((resolve, reject) => {
      this.waiting = { reject };
      worker.onmessage = (event: MessageEvent<LayoutResult>) => {
        this.waiting = null;
        resolve(event.data);
      };
      worker.onerror = (event) => {
        this.waiting = null;
        reject(new Error(event.message || "the layout failed"));
      };
      worker.postMessage(input);
    });
  }

  /** Stops what is under way; its promise rejects with CancelledLayout. A worker cannot be interrupted, only ended. */
  cancel(): void {
    if (!this.waiting) return;
    this.worker?.terminate();
    this.worker = null;
    this.waiting.reject(new CancelledLayout());
    this.waiting = null;
  }

  close(): void {
    this.cancel();
    this.worker?.terminate();
    this.worker = null;
  }
}

export class CancelledLayout extends Error {
  constructor() {
    super("the layout was called off");
  }
}
