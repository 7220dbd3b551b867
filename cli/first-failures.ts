/** Of all that a part of the tests printed, what says why it failed: jest's first failures, or else its last lines. */
export function firstFailures(printed: readonly string[], { failures = 3, lines = 18 } = {}): string[] {
  const begins = printed.flatMap((line, index) => (line.startsWith("  ● ") ? [index] : []));
  const told = new Set<string>();
  const found: string[] = [];
  for (const begin of begins) {
    const next = begins.find((other) => other > begin) ?? printed.length;
    const [title = "", ...reason] = printed.slice(begin, Math.min(next, begin + lines));
    // Where what comes before all tests failed, every test fails with the same words.
    const words = reason.join("\n").trim();
    if (told.has(words)) continue;
    if (told.size === failures) break;
    told.add(words);
    found.push(title, ...reason);
  }
  return found.length > 0 ? found : printed.slice(-lines);
}
