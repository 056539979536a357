import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { FileRefused } from "../../src/files/refused-file.ts";
import { fileGroups, ownGroups, readSqlFile, sqlFileText } from "../../src/files/sql-file.ts";
import { lastFiles, pendingFiles, readFolder } from "../../src/files/sql-folder.ts";
import { stepHash } from "../../src/hash.ts";
import { groupOf, planOf, stepOf } from "./plans.ts";

const title = stepOf("posts.title");
const build = stepOf("posts.posts_title_idx", {
  kind: "buildIndex",
  title: 'build index "posts_title_idx"',
  statements: ['create index concurrently "posts_title_idx" on "public"."posts" ("title")'],
});
const fill = stepOf("posts.slug", {
  kind: "backfill",
  statements: ["with x as (select $1::text) select null, 0"],
});
const plan = planOf([
  groupOf([title], { after: [{ table: "posts", add: ["column title"] }] }),
  groupOf([build], {
    mode: "alone",
    before: [{ table: "posts", add: ["index posts_title_idx"] }],
    after: [{ table: "posts", remove: ["backfill title"] }],
  }),
  groupOf([fill], { mode: "batched" }),
]);

const header = `-- lucent: file 1\n-- lucent: configuration ${"c".repeat(64)}\n-- lucent: schema public\n`;
const fileOf = (body: string): string => `${header}\n-- lucent: transaction\n${body}\n`;

describe("an SQL file", () => {
  it("is what the plan is: groups, statements and what is written down of them", () => {
    const { groups, ...file } = readSqlFile("first", sqlFileText(plan, []));
    expect(file).toEqual({
      name: "first",
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      schema: "public",
      configuration: "c".repeat(64),
      after: [],
    });
    const shown = groups.map(({ mode, before, steps }) => ({
      mode,
      before,
      sql: steps.flatMap(({ statements }) => statements),
    }));
    expect(shown).toEqual([
      {
        mode: "transaction",
        before: [],
        sql: [title.statements[0], expect.stringContaining("'column title'")],
      },
      {
        mode: "alone",
        before: [{ table: "posts", add: ["index posts_title_idx"] }],
        sql: build.statements,
      },
      { mode: "transaction", before: [], sql: [expect.stringContaining("'backfill title'")] },
      { mode: "batched", before: [], sql: fill.statements },
    ]);
  });

  it("gives each statement a step of its own, even where two are the same", () => {
    const { groups } = readSqlFile("first", fileOf("select 1; select 1;"));
    const steps = groups.flatMap((group) => group.steps);
    expect(steps.map(({ object }) => object)).toEqual(["first#1", "first#2"]);
    expect(new Set(steps.map(stepHash)).size).toBe(2);
  });

  it("keeps a comment at the end of a statement from swallowing the next one", () => {
    const { groups } = readSqlFile("first", fileOf("select 1 -- one\n; select 2"));
    expect(groups[0]?.steps.flatMap(({ statements }) => statements).join(";")).toBe(
      "select 1 -- one\n;select 2",
    );
  });

  it("is the same file whatever a checkout makes of its line ends", () => {
    const text = fileOf("select 1;");
    expect(readSqlFile("a", `\u{feff}${text.replaceAll("\n", "\r\n")}`).hash).toBe(
      readSqlFile("b", text).hash,
    );
    expect(readSqlFile("a", `${text}\n`).hash).not.toBe(readSqlFile("b", text).hash);
  });

  it("leaves out what makes the tables of migrate itself", () => {
    const own = groupOf([stepOf("lucent_migrations", { kind: "createTable" })]);
    const all = planOf([own, groupOf([title])]);
    expect(fileGroups(all)).toEqual([groupOf([title])]);
    expect(ownGroups(all)).toEqual([own]);
  });

  it.each([
    ["select 1;", "does not say"],
    [header.replace("file 1", "file 2"), "does not say"],
    ["-- lucent: file 1\n-- lucent: transaction\nselect 1;", "its configuration and its schema"],
    [`${header}select 1;\n-- lucent: transaction`, "before its first group"],
    [fileOf("select 'a"), "without an end"],
    [fileOf("begin; select 1; commit"), "transaction by itself"],
    [fileOf("/* now */ COMMIT and chain"), "transaction by itself"],
    [fileOf("start  transaction"), "transaction by itself"],
    [fileOf("-- lucent: alnoe\nselect 1"), "no meaning"],
    [`${header}-- lucent: alone\nselect 1; select 2`, 'exactly one statement in a group that is "alone"'],
    [`${header}-- lucent: batched\n`, 'exactly one statement in a group that is "batched"'],
  ])("%j is refused by name", (text, message) => {
    const attempt = () => readSqlFile("first", text);
    expect(attempt).toThrow(FileRefused);
    expect(attempt).toThrow(`first.sql`);
    expect(attempt).toThrow(message);
  });
});

describe("a folder of SQL files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lucent-sql-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const put = (name: string, text: string): Promise<void> => writeFile(join(folder, `${name}.sql`), text);
  const names = async (): Promise<readonly string[]> => (await readFolder(folder)).map(({ name }) => name);

  it("is ordered by what each file says that it comes after, not by names", async () => {
    await put("z", sqlFileText(plan, []));
    await put("m", sqlFileText(plan, lastFiles(await readFolder(folder))));
    await put("a", sqlFileText(plan, lastFiles(await readFolder(folder))));
    expect(await names()).toEqual(["z", "m", "a"]);
    expect(lastFiles(await readFolder(folder)).map(({ name }) => name)).toEqual(["a"]);
  });

  it("Q05: takes two branches together, and the next file comes after both", async () => {
    await put("z", sqlFileText(plan, []));
    const parents = lastFiles(await readFolder(folder));
    await put("2026-left", sqlFileText({ ...plan, configuration: "a".repeat(64) }, parents));
    await put("2025-right", sqlFileText({ ...plan, configuration: "b".repeat(64) }, parents));
    const files = await readFolder(folder);
    expect(files.map(({ name }) => name)).toEqual(["z", "2025-right", "2026-left"]);
    expect(lastFiles(files).map(({ name }) => name)).toEqual(["2025-right", "2026-left"]);
  });

  it("is refused where a file that comes before is missing or was changed", async () => {
    await put("z", sqlFileText(plan, []));
    await put("a", sqlFileText(plan, lastFiles(await readFolder(folder))));
    await put("z", `${sqlFileText(plan, [])}-- more\n`);
    await expect(names()).rejects.toThrow("a.sql comes after z.sql, which is missing or was changed");
  });

  it("reads nothing but SQL files, of plain names", async () => {
    await writeFile(join(folder, "README.md"), "");
    await put(".hidden", "");
    expect(await names()).toEqual([]);
    await put("A file", "");
    await expect(names()).rejects.toThrow("A file.sql must have a name");
  });
});

describe("what a database has seen", () => {
  const [first, second] = [
    readSqlFile("first", fileOf("select 1; select 2")),
    readSqlFile("second", fileOf("select 3")),
  ];
  const done = { name: "first", hash: first.hash, isDone: true, steps: new Set<string>() };
  const open = (recorded: Parameters<typeof pendingFiles>[1]): readonly string[] =>
    pendingFiles([first, second], recorded).map(({ file }) => file.name);

  it("is left out", () => {
    expect(open([])).toEqual(["first", "second"]);
    expect(open([done])).toEqual(["second"]);
  });

  it("is known by its content, under any name", () => {
    expect(open([{ ...done, name: "older-name" }])).toEqual(["second"]);
  });

  it("is run once where two files are the same", () => {
    const copy = { ...first, name: "copy" };
    expect(pendingFiles([first, copy], []).map(({ file }) => file.hash)).toEqual([first.hash]);
  });

  it("Q06: must not be changed afterwards, and the refusal names it", () => {
    const other = { ...done, hash: "0".repeat(64) };
    expect(() => open([other])).toThrow("first.sql was changed after this database applied it");
    expect(() => open([{ ...other, isDone: false, steps: new Set(["x"]) }])).toThrow("first.sql was changed");
  });

  it("may be changed as long as nothing of it was done", () => {
    expect(open([{ ...done, hash: "0".repeat(64), isDone: false }])).toEqual(["first", "second"]);
  });

  it("tells what an interrupted run did", () => {
    const steps = new Set(["x"]);
    const [pending] = pendingFiles([first], [{ ...done, isDone: false, steps }]);
    expect(pending).toEqual({ file: first, done: steps });
  });
});
