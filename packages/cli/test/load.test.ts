import { BootError } from "@lucent/core";
import { describe, expect, it } from "vitest";

import { loadConfig } from "../src/load.ts";
import { application } from "./application.ts";

const good = (slug: string): string => `export default { collections: [{ slug: "${slug}", fields: {} }] };`;

async function slugOf(files: Readonly<Record<string, string>>, file?: string): Promise<string | undefined> {
  const app = await application(files);
  try {
    const { collections } = await loadConfig(app.directory, file);
    return collections[0]?.slug;
  } finally {
    await app.remove();
  }
}

describe("loadConfig", () => {
  it.each(["lucent.config.ts", "lucent.config.js", "lucent.config.mjs", "src/lucent.config.ts"])(
    "finds %s",
    async (name) => {
      expect(await slugOf({ [name]: good("found") })).toBe("found");
    },
  );

  it("prefers TypeScript, and the directory itself", async () => {
    const files = {
      "lucent.config.ts": good("ts"),
      "lucent.config.js": good("js"),
      "src/lucent.config.ts": good("src"),
    };
    expect(await slugOf(files)).toBe("ts");
  });

  it("takes the file it is given", async () => {
    expect(await slugOf({ "lucent.config.ts": good("found"), "a/b.ts": good("given") }, "a/b.ts")).toBe(
      "given",
    );
  });

  it("takes an export named config", async () => {
    expect(
      await slugOf({ "lucent.config.ts": good("named").replace("export default", "export const config =") }),
    ).toBe("named");
  });

  it.each<{ what: string; files: Readonly<Record<string, string>>; file?: string; message: string }>([
    { what: "no file", files: {}, message: "There is no lucent.config.ts" },
    { what: "a file that is not there", files: {}, file: "x.ts", message: "The file x.ts does not exist." },
    {
      what: "a file without an export",
      files: { "lucent.config.ts": "const a = 1;" },
      message: "must export",
    },
    {
      what: "an export of something else",
      files: { "lucent.config.ts": "export default () => ({ collections: [] });" },
      message: "must export",
    },
    {
      what: "a syntax error",
      files: { "lucent.config.ts": "export default {" },
      message: "lucent.config.ts can't be loaded: ",
    },
    {
      what: "a file that throws",
      files: { "lucent.config.ts": 'throw new TypeError("no such thing\\nsecond line");' },
      message: "TypeError: no such thing",
    },
    {
      what: "an unknown package",
      files: { "lucent.config.mjs": 'import "lucent-no-such-package"; export default {};' },
      message: "lucent-no-such-package",
    },
  ])("refuses $what in one line", async ({ files, file, message }) => {
    const failure: unknown = await slugOf(files, file).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BootError);
    const [line = "", ...more] = failure instanceof BootError ? failure.problems : [];
    expect(line).toContain(message);
    expect(line).not.toContain("\n");
    expect(more).toEqual([]);
  });
});
