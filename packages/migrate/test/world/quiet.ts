import { vi } from "vitest";

/** Runs work and says what it printed, which a library must not do (U10). */
export async function printedBy<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly printed: readonly string[] }> {
  const printed: string[] = [];
  const note = (...parts: readonly unknown[]): void => void printed.push(parts.map(String).join(" "));
  const spies = (["log", "info", "warn", "error", "debug"] as const).map((method) =>
    vi.spyOn(console, method).mockImplementation(note),
  );
  const streams = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      note(chunk);
      return true;
    }),
  );
  try {
    return { result: await work(), printed };
  } finally {
    for (const spy of [...spies, ...streams]) spy.mockRestore();
  }
}
