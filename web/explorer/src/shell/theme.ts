/** Light or dark: the system's choice until the reader makes one. */

import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

const KEY = "headwater-theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function stored(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    return null; // storage may be switched off; the system's choice is a good one
  }
}

let theme: Theme = "light";

/** Puts the theme on the page; called before the first render, so that nothing flashes. */
export function applyTheme(): void {
  theme = stored() ?? (system.matches ? "dark" : "light");
  document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}

export function toggleTheme(): void {
  try {
    localStorage.setItem(KEY, theme === "dark" ? "light" : "dark");
  } catch {
    // Without storage there is nothing to remember a choice with.
  }
  applyTheme();
}

system.addEventListener("change", applyTheme);
matchMedia("(forced-colors: active)").addEventListener("change", applyTheme);

export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => theme,
  );
}
