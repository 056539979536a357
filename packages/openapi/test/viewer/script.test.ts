import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, beforeAll, expect, test } from "vitest";

import { findScript, installedScript, readScript } from "../../src/viewer/script.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "lucent-script-"));
});
afterAll(() => rm(directory, { recursive: true }));

/** An application with the package in it, or with one of that name that has no such file. */
async function application(name: string, hasScript: boolean): Promise<string> {
  const dist = join(directory, name, "node_modules/@scalar/api-reference/dist");
  await mkdir(join(dist, "browser"), { recursive: true });
  await writeFile(
    join(dist, "../package.json"),
    JSON.stringify({ name: "@scalar/api-reference", type: "module", exports: { ".": "./dist/index.js" } }),
  );
  await writeFile(join(dist, "index.js"), "");
  if (hasScript) await writeFile(join(dist, "browser/standalone.js"), name);
  return join(directory, name, "package.json");
}

test("is found beside the main file of the package, by the first who can see it", async () => {
  const old = await application("old", false);
  const [first, second] = [await application("first", true), await application("second", true)];
  expect(findScript([])).toBe(undefined);
  expect(findScript([old, old])).toBe(undefined);
  expect(findScript([old, first, second])).toBe(
    join(directory, "first/node_modules/@scalar/api-reference/dist/browser/standalone.js"),
  );
  const url = pathToFileURL(join(directory, "second/src/main.js")).href;
  expect(findScript([url, first])).toContain("second");
});

test("is read once, and again where it could not be read", async () => {
  const file = join(directory, "late.js");
  await expect(readScript(file)).rejects.toThrow("ENOENT");
  await writeFile(file, "1");
  const content = await readScript(file);
  await writeFile(file, "2");
  expect(await readScript(file)).toBe(content);
});

test("is installed here", () => {
  expect(installedScript()).toMatch(
    /[/\\]@scalar[/\\]api-reference[/\\]dist[/\\]browser[/\\]standalone\.js$/,
  );
});
