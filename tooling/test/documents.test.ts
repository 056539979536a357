import { globSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { repository } from "../services/places.ts";
import { commandProblems } from "./documents/commands.ts";
import { type Document, linkProblems, parseDocument, readDocument } from "./documents/markdown.ts";
import { shellCommands } from "./documents/shell.ts";
import { typeProblems } from "./documents/typescript.ts";

// What a document shows has to work: its TypeScript compiles, its links lead somewhere, its commands exist.
const paths = globSync(["README.md", "docs/*.md", "packages/*/README.md", "apps/*/README.md"], {
  cwd: repository,
})
  .map((path) => path.replaceAll("\\", "/"))
  .toSorted();
const documents = paths.map(readDocument);
// Its client has types that are generated first; packages/openapi/test/clients compiles and runs it.
const run = "docs/clients.md";

/** A document with something wrong in it, to see that it is found. */
function broken(...lines: readonly string[]): Document {
  return parseDocument("docs/broken.md", lines.join("\n"));
}

describe("the documents", () => {
  test("are found", () => {
    expect(paths).toEqual(
      expect.arrayContaining(["README.md", "packages/core/README.md", "apps/example/README.md"]),
    );
  });

  test("say of every block what it is", () => {
    // A block of another name would be one that nothing checks.
    const known = ["bash", "http", "json", "nginx", "python", "sh", "sql", "text", "ts", "yaml"];
    // Drawings and file trees have no language.
    const unknown = documents.flatMap(({ path, blocks }) =>
      blocks
        .filter(({ language }) => language !== "" && !known.includes(language))
        .map(({ line }) => `${path}:${line}`),
    );
    expect(unknown).toEqual([]);
  });

  test("show TypeScript that compiles", { timeout: 60_000 }, async () => {
    const wrong = broken("# A", "", "```ts", 'import { start } from "@lucent/core";', "start(1);", "```");
    const [first, ...others] = await typeProblems([wrong, ...documents.filter(({ path }) => path !== run)]);
    expect(others).toEqual([]);
    expect(first).toMatch(/^docs\/broken\.md:5: TS2345: /);
  });

  test("link to what there is", () => {
    expect(documents.flatMap(linkProblems)).toEqual([]);
  });

  test("name commands that exist", { timeout: 30_000 }, () => {
    expect(documents.flatMap(commandProblems)).toEqual([]);
  });
});

describe("the checks of documents", () => {
  test("find links and anchors that lead nowhere", () => {
    const problems = linkProblems(
      broken(
        "# A `title`, twice",
        "## A `title`, twice",
        "[file](nowhere.md) [root](../README.md) [out](../../etc/passwd) <https://example.com> `[code](none)`",
        "[here](#a-title-twice-1) [gone](#another) [there](../README.md#packages) [lost](../README.md#no-such)",
        "[reference]: nowhere.md",
      ),
    );
    expect(problems).toEqual([
      "docs/broken.md:3: nowhere.md does not exist",
      "docs/broken.md:3: ../../etc/passwd leads out of the repository",
      "docs/broken.md:4: #another: there is no such heading",
      "docs/broken.md:4: ../README.md#no-such: there is no such heading",
      "docs/broken.md:5: nowhere.md does not exist",
    ]);
  });

  test("find commands, scripts, options, packages and files that do not exist", { timeout: 30_000 }, () => {
    const lines = [
      "npx pnpm@12 dev && npx pnpm@12 dive",
      "npx lucent migrate --dry-run --wet-run",
      "lucent immigrate",
      "npm install @lucent/core elysia @lucent/magic",
      "bun add elysia",
      "node server.ts",
      "pnpm test packages/nowhere",
      "X=$(make it | head -n 1)",
    ];
    expect(commandProblems(broken("```sh", ...lines, "```"))).toEqual(
      [
        '`npx pnpm@12 dive`: there is no script "dive"',
        "`npx lucent migrate --dry-run --wet-run`: there is no option --wet-run",
        '`lucent immigrate`: there is no command "immigrate"',
        "`npm install @lucent/core elysia @lucent/magic`: @lucent/magic is no package that this repository knows",
        "`node server.ts`: there is no server.ts",
        "`pnpm test packages/nowhere`: packages/nowhere does not exist",
        "`make it`: make is no known program",
      ].map((problem) => `docs/broken.md:2: ${problem}`),
    );
  });

  test("read a shell as a shell does, as far as documents go", () => {
    const script = `A=1 curl -d 'a | b; c' "x$(echo 1)" > file # a comment; not a command\nCITY=$(curl -s a | grep -o '[|]') \\\n  && node x.ts 2>&1`;
    expect(shellCommands(script)).toEqual([
      ["echo", "1"],
      ["curl", "-d", "a | b; c", "x$(echo 1)"],
      ["curl", "-s", "a"],
      ["grep", "-o", "[|]"],
      ["node", "x.ts"],
    ]);
  });
});
