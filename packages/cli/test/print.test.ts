import { describe, expect, it } from "vitest";

import { printer } from "../src/print.ts";

interface Stream {
  readonly written: readonly string[];
  write(text: string): void;
  end(): void;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

function stream(is: Pick<Stream, "isTTY" | "columns"> = {}): Stream {
  const written: string[] = [];
  return { ...is, written, write: (text) => void written.push(text), end: () => undefined };
}

const clear = "\r\u{1b}[K";

describe("printer", () => {
  it("draws no progress where nobody watches", () => {
    expect(printer(stream({ isTTY: true }), stream()).progress).toBeUndefined();
  });

  it("draws over the last line, and clears it before the next printed one", () => {
    const [output, errors] = [stream(), stream({ isTTY: true, columns: 20 })];
    const { print, printError, progress } = printer(output, errors);
    progress?.("one");
    progress?.("two");
    print("found");
    printError("wrong");
    progress?.("three");
    printError("worse");
    expect(output.written).toEqual(["found\n"]);
    expect(errors.written).toEqual([
      `${clear}one`,
      `${clear}two`,
      clear,
      "wrong\n",
      `${clear}three`,
      clear,
      "worse\n",
    ]);
  });

  it("never draws a line that would wrap", () => {
    const errors = stream({ isTTY: true, columns: 6 });
    printer(stream(), errors).progress?.("🙂bcdefgh");
    expect(errors.written).toEqual([`${clear}🙂bcde`]);
  });
});
