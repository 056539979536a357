import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Config, describe as describeConfig, isBootError } from "@lucent/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openapi, type OpenApiOptions } from "../src/index.ts";
import { documentOf, shop } from "./world/shop.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lucent-openapi-"));
});

afterAll(() => rm(folder, { recursive: true }));

const configOf = (options: OpenApiOptions): Config => ({
  ...shop,
  plugins: [...(shop.plugins ?? []), openapi(options)],
});

/** Runs `lucent openapi` for the shop. */
async function run(args: readonly string[], options: OpenApiOptions = {}) {
  const blueprint = describeConfig(configOf(options));
  const command = blueprint.plugins
    .flatMap(({ commands = [] }) => commands)
    .find(({ name }) => name === "openapi");
  const out: string[] = [];
  const err: string[] = [];
  const code = await command?.run({
    blueprint,
    arguments: args,
    signal: new AbortController().signal,
    environment: {},
    print: (line) => void out.push(line),
    printError: (line) => void err.push(line),
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

const inFolder = (name: string): string => join(folder, name);

test("prints the document, and nothing else", async () => {
  const { code, out, err } = await run([], {
    title: "Shop",
    version: "2.1.0",
    server: "https://shop.example",
  });
  expect([code, err]).toStrictEqual([0, ""]);
  const expected = await documentOf(configOf({}), {
    title: "Shop",
    version: "2.1.0",
    server: "https://shop.example",
  });
  expect(JSON.parse(out)).toStrictEqual(JSON.parse(JSON.stringify(expected)));
});

test("shows what strangers see, whatever is served", async () => {
  const plain = await run([]);
  expect((await run([], { view: "caller", enabled: true })).out).toContain('"/api/blog-posts"');
  expect((await run([], { view: "caller" })).out).not.toContain("sealed");
  expect(plain.out).not.toContain("sealed");
});

test("writes a file that --check then accepts, however it is laid out", async () => {
  const file = inFolder("written.json");
  expect(await run(["--out", file])).toStrictEqual({ code: 0, out: "", err: "" });
  expect(await readFile(file, "utf8")).toMatch(/^\{\n {2}"openapi": "3\.1\.1",[^]*\}\n$/);
  expect(await readdir(folder)).toContain("written.json");
  expect((await readdir(folder)).filter((name) => name.endsWith(".new"))).toStrictEqual([]);
  expect(await run(["--check", file])).toStrictEqual({ code: 0, out: "", err: "" });
  await writeFile(file, JSON.stringify(JSON.parse(await readFile(file, "utf8"))));
  expect((await run([`--check=${file}`])).code).toBe(0);
});

test("--check says where a file differs, and fails", async () => {
  const file = inFolder("old.json");
  const document = JSON.parse((await run([])).out) as {
    info: Record<string, unknown>;
    paths: Record<string, unknown>;
  };
  document.info["title"] = "Another";
  document.info["x/y~z"] = 1;
  delete document.paths["/api/authors"];
  await writeFile(file, JSON.stringify(document));
  expect(await run(["--check", file])).toStrictEqual({
    code: 2,
    out: "",
    err: [
      `${file} is not the document of the application any more:`,
      "  /info/title: different",
      "  /info/x~1y~0z: only in the file",
      "  /paths/~1api~1authors: only in the application",
      `Write it again: lucent openapi --out ${file}`,
    ].join("\n"),
  });
  await writeFile(file, "[]");
  expect((await run(["--check", file])).err).toContain("  the whole document: different");
});

test("--check shows the first differences of many", async () => {
  const file = inFolder("many.json");
  await writeFile(file, "{}");
  const { code, err } = await run(["--check", file]);
  expect([code, err.split("\n").length]).toStrictEqual([2, 8]);
  await writeFile(
    file,
    JSON.stringify(Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`a${at}`, at]))),
  );
  const many = (await run(["--check", file])).err.split("\n");
  expect([many.length, many.at(-2)]).toStrictEqual([13, "  and more"]);
});

describe("--breaking", () => {
  /** A document that had one more path. */
  async function older(name: string): Promise<string> {
    const document = JSON.parse((await run([])).out) as { paths: Record<string, unknown> };
    document.paths["/api/gone"] = {};
    await writeFile(inFolder(name), JSON.stringify(document));
    return inFolder(name);
  }

  test("lists what breaks clients, and fails", async () => {
    expect(await run(["--breaking", await older("older.json")])).toStrictEqual({
      code: 2,
      out: "#/paths/~1api~1gone: the path is gone.",
      err: "1 of the changes break clients.",
    });
  });

  test("says nothing where nothing breaks", async () => {
    await writeFile(inFolder("empty.json"), JSON.stringify({ paths: {} }));
    expect(await run(["--breaking", inFolder("empty.json")])).toStrictEqual({ code: 0, out: "", err: "" });
  });

  test("keeps --out from writing over what it was compared with", async () => {
    const file = await older("both.json");
    const before = await readFile(file, "utf8");
    expect((await run(["--out", file, "--breaking", file])).code).toBe(2);
    expect(await readFile(file, "utf8")).toBe(before);
  });
});

test("--app adds the routes of an application, or of what a function makes", async () => {
  const route = `{ method: "GET", path: "/hello", hooks: { detail: { summary: "Greets" } } }`;
  const files = {
    "app.mjs": `export const app = { routes: [${route}] };`,
    "made.mjs": `export default async () => ({ routes: [${route}] });`,
  };
  expect(Object.keys((JSON.parse((await run([])).out) as { paths: object }).paths)).not.toContain("/hello");
  for (const [name, text] of Object.entries(files)) {
    await writeFile(inFolder(name), text);
    const { code, out } = await run(["--app", inFolder(name)]);
    expect([name, code, (JSON.parse(out) as { paths: object }).paths]).toMatchObject([
      name,
      0,
      { "/hello": { get: { summary: "Greets" } } },
    ]);
  }
});

test.each([
  [["--wet"], /Unknown option '--wet'/],
  [["openapi.json"], /Unexpected argument 'openapi\.json'/],
  [["--out"], /--out/],
  [["--check="], /^--check takes the path of a file\.$/],
])("refuses %j", async (args, message) => {
  const { code, out, err } = await run(args);
  expect([code, out]).toStrictEqual([1, ""]);
  expect(err).toMatch(message);
});

test("says what it can't read or write", async () => {
  const problemOf = async (args: readonly string[]): Promise<string> => {
    const error: unknown = await run(args).catch((thrown: unknown) => thrown);
    if (!isBootError(error)) throw new TypeError(`${args.join(" ")} was no problem`, { cause: error });
    return error.problems.join("\n");
  };
  await writeFile(inFolder("broken.json"), "{");
  await writeFile(inFolder("no-app.mjs"), "export default 1;");
  await writeFile(inFolder("failing.mjs"), "throw new Error('it fails')");
  expect(await problemOf(["--check", inFolder("none.json")])).toMatch(
    /none\.json can't be read as JSON: ENOENT\.$/,
  );
  expect(await problemOf(["--breaking", inFolder("broken.json")])).toMatch(
    /broken\.json can't be read as JSON: /,
  );
  expect(await problemOf(["--out", inFolder("none/file.json")])).toMatch(
    /file\.json can't be written: ENOENT\.$/,
  );
  expect(await problemOf(["--app", inFolder("no-app.mjs")])).toMatch(
    /no-app\.mjs must export an Elysia instance/,
  );
  expect(await problemOf(["--app", inFolder("failing.mjs")])).toMatch(
    /failing\.mjs can't be loaded: it fails\.$/,
  );
});
