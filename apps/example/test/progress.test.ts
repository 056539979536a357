import { expect, test } from "vitest";

import { progress } from "../src/progress.ts";

// Back to the first column, and clear the line.
const redraw = "\r\u001B[K";

function terminal(facts: { readonly isTTY: boolean; readonly columns?: number }) {
  const written: string[] = [];
  return { ...facts, written, write: (text: string) => written.push(text) };
}

test("a terminal gets one line that is drawn again", () => {
  const screen = terminal({ isTTY: true, columns: 80 });
  const show = progress("Loading", 2_000, screen);
  for (const done of [500, 2_000]) show(done);
  const [quarter = "", all = ""] = screen.written;
  for (const text of [quarter, all]) expect(text.startsWith(redraw)).toBe(true);
  expect(quarter.slice(redraw.length)).toMatch(/^Loading █+░+ +25 %  500 of 2,000  \d+\.\d s$/);
  expect(all.slice(redraw.length)).toMatch(/^Loading █+ 100 %  2,000 of 2,000  \d+\.\d s\n$/);
});

test.each([10, 40, 60, 80, 300])("a bar stays within %d columns, or goes without", (columns) => {
  const screen = terminal({ isTTY: true, columns });
  progress("Loading", 200_000, screen)(100_000);
  const shown = (screen.written[0] ?? "").slice(redraw.length);
  const bare = shown.replaceAll(/[█░]/g, "").length;
  expect(shown.length).toBeLessThanOrEqual(Math.max(columns, bare));
});

test("a log gets a line per quarter", () => {
  const log = terminal({ isTTY: false });
  const show = progress("Loading", 1_000, log);
  for (let done = 100; done <= 1_000; done += 100) show(done);
  expect(log.written.map((line) => line.replace(/[\d.]+ s/, "n s"))).toEqual([
    "Loading  30 % (300 of 1,000, n s)\n",
    "Loading  50 % (500 of 1,000, n s)\n",
    "Loading  80 % (800 of 1,000, n s)\n",
    "Loading 100 % (1,000 of 1,000, n s)\n",
  ]);
});
