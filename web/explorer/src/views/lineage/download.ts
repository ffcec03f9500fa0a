/** Hands a file to the reader. */

export function download(name: string, content: Blob | string, type = "application/octet-stream"): void {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads the address after this turn; a second is ample and leaks nothing for long.
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
