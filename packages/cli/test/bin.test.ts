import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Application, application, config } from "./application.ts";

const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url));
const core = fileURLToPath(new URL("../../core", import.meta.url));
const bun = fileURLToPath(new URL("../../../node_modules/.bin/bun", import.meta.url));

let app: Application;
beforeAll(async () => {
  app = await application({
    "lucent.config.ts": `const typed: number = 1;\n${config}`,
    "lines.mjs": config.replace(
      "print(context);",
      'for (let n = 0; n < 50_000; n += 1) context.print("x".repeat(20));',
    ),
    "busy.mjs": `setInterval(() => undefined, 1_000);\n${config}`,
    "broken.ts": "export default {\n  collections: [,,\n",
    "refuses.mjs":
      'import { BootError } from "@lucent/core"; throw new BootError(["One line.", "Another one."]);',
    "package.json": '{ "type": "module" }',
  });
  await mkdir(join(app.directory, "node_modules/@lucent"), { recursive: true });
  await symlink(core, join(app.directory, "node_modules/@lucent/core"));
});
afterAll(() => app.remove());

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

async function lucent(runtime: string, ...args: readonly string[]): Promise<Ended> {
  const options = { cwd: app.directory, maxBuffer: 10_000_000, timeout: 20_000 };
  try {
    const { stdout, stderr } = await promisify(execFile)(
      runtime,
      ["--conditions=lucent-source", bin, ...args],
      options,
    );
    return { code: 0, out: stdout, errors: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as {
      readonly code: number;
      readonly stdout: string;
      readonly stderr: string;
    };
    return { code, out: stdout, errors: stderr };
  }
}

function running(runtime: string, ...args: readonly string[]) {
  const child = spawn(runtime, ["--conditions=lucent-source", bin, ...args], { cwd: app.directory });
  const saidNext = async (): Promise<string> => {
    const [chunk] = (await once(child.stdout, "data")) as readonly unknown[];
    return String(chunk);
  };
  return { child, saidNext };
}

describe.each([
  ["Node", process.execPath],
  ["Bun", bun],
])("the binary on %s", { timeout: 30_000 }, (_, runtime) => {
  it("loads a TypeScript configuration, runs a command and ends with its code", async () => {
    expect(await lucent(runtime, "greet", "you")).toEqual({ code: 7, out: '["posts","you"]\n', errors: "" });
  });

  it("says its version", async () => {
    expect(await lucent(runtime, "--version")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/),
    });
  });

  it("loses no line at its end", async () => {
    const { code, out } = await lucent(runtime, "--config", "lines.mjs", "greet");
    expect(code).toBe(7);
    expect(out).toHaveLength(50_000 * 21);
  });

  it("ends although the configuration keeps something open", async () => {
    expect(await lucent(runtime, "--config", "busy.mjs", "greet")).toMatchObject({ code: 7, errors: "" });
  });

  it("passes on what a part of the configuration refuses, line by line", async () => {
    const ended = await lucent(runtime, "--config", "refuses.mjs", "greet");
    expect(ended).toEqual({ code: 1, out: "", errors: "One line.\nAnother one.\n" });
  });

  it.each(["SIGINT", "SIGTERM"] as const)("lets a command stop by itself at %s", async (signal) => {
    const { child, saidNext } = running(runtime, "wait");
    expect(await saidNext()).toBe("waiting\n");
    child.kill(signal);
    expect(await saidNext()).toBe("interrupted\n");
    expect(await once(child, "close")).toEqual([9, null]);
  });

  it("ends at once at the second signal, whichever it is", async () => {
    const { child, saidNext } = running(runtime, "wait", "on");
    await saidNext();
    child.kill("SIGINT");
    expect(await saidNext()).toBe("interrupted\n");
    child.kill("SIGTERM");
    expect(await once(child, "close")).toEqual([null, "SIGTERM"]);
  });

  it("does not mind a reader that goes away", async () => {
    const command = `"${runtime}" --conditions=lucent-source "${bin}" --config lines.mjs greet | head -1`;
    const { stdout, stderr } = await promisify(execFile)("sh", ["-c", command], { cwd: app.directory });
    expect({ stdout, stderr }).toEqual({ stdout: `${"x".repeat(20)}\n`, stderr: "" });
  });

  it("shows a syntax error in one line, without a stack", async () => {
    const { code, out, errors } = await lucent(runtime, "--config", "broken.ts", "greet");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(errors).toMatch(
      /^broken\.ts can't be loaded: \w+: [^\n]*(?:Expected|Unexpected|expected)[^\n]*\n$/,
    );
  });
});
