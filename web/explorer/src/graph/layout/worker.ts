/** The layout's worker: one request, one answer, in order. */

import { layout } from "./layout";
import type { LayoutInput } from "./types";

self.onmessage = (event: MessageEvent<LayoutInput>) => {
  self.postMessage(layout(event.data));
};
