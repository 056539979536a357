import { describe, expect, it } from "vitest";

import { baselineOf, withBaseline } from "../src/baseline.ts";
import { diff } from "../src/diff.ts";
import { noDecisions } from "../src/model/decisions.ts";
import type { Live } from "../src/model/live.ts";
import {
  column,
  desiredOf,
  id,
  indexOn,
  liveOf,
  tableOf,
  withColumn,
  withIndex,
  withoutManaged,
  withoutObjects,
  withTable,
} from "./world/tables.ts";

const posts = tableOf("posts", {
  columns: [id, column("title"), column("slug", { previousName: "path" })],
  indexes: [indexOn("posts_title_idx", ["title"])],
});
const foreign = withoutManaged(liveOf(posts), "posts");

describe("the baseline", () => {
  it("Q03: takes over a table that is as it should be, and leaves nothing to do", () => {
    const found = baselineOf(desiredOf(posts), foreign);
    expect(found).toEqual({
      adopted: [
        {
          table: "posts",
          add: [
            "column id",
            "column slug",
            "column title",
            "constraint posts_pkey",
            "index posts_title_idx",
            "renamed path slug",
          ],
        },
      ],
      refusals: [],
    });
    expect(diff(desiredOf(posts), withBaseline(foreign, found), noDecisions).changes).toEqual([]);
  });

  it("leaves alone what is ours already, and what nobody asks for", () => {
    expect(baselineOf(desiredOf(posts), liveOf(posts)).adopted).toEqual([]);
    expect(baselineOf(desiredOf(), foreign).adopted).toEqual([]);
  });

  it("Q04: what else such a table has stays its owner's, and never becomes an orphan", () => {
    const more = withIndex(withColumn(foreign, "posts", { legacy: {} }), "posts", {
      legacy_idx: { columns: [{ name: "legacy", descending: false }] },
    });
    const found = baselineOf(desiredOf(posts), more);
    expect(found.adopted[0]?.add).not.toContainEqual(expect.stringContaining("legacy"));
    const { changes } = diff(desiredOf(posts), withBaseline(more, found), { ...noDecisions });
    expect(changes).toEqual([]);
  });

  it("Q04: differences become an ordinary plan", () => {
    const other = withoutObjects(
      withColumn(foreign, "posts", { title: { type: "character varying(50)" } }),
      "posts",
      "posts_title_idx",
    );
    const found = baselineOf(desiredOf(posts), other);
    const { changes } = diff(desiredOf(posts), withBaseline(other, found), noDecisions);
    expect(changes.map(({ kind }) => kind).toSorted()).toEqual(["changeType", "createIndex"]);
  });

  it("knows tables and columns by their previous names", () => {
    const articles = tableOf("articles", { ...posts, name: "articles", previousName: "posts" });
    const old = withTable(foreign, "posts", {
      columns: new Map(
        [...(foreign.tables.get("posts")?.columns ?? [])].map(([name, live]) => [
          name === "slug" ? "path" : name,
          live,
        ]),
      ),
    });
    expect(baselineOf(desiredOf(articles), old).adopted).toMatchObject([
      { table: "posts", add: expect.arrayContaining(["column path", "constraint posts_pkey"]) },
    ]);
    expect(baselineOf(desiredOf(articles), old).adopted[0]?.add).not.toContain("renamed path slug");
  });

  it.each<[string, string, Live]>([
    ["NOT_OWNER", "another role", withTable(foreign, "posts", { owned: false })],
    ["NAME_TAKEN", "another primary key", withColumn(foreign, "posts", { id: { type: "integer" } })],
    ["NAME_TAKEN", "another primary key", withoutObjects(foreign, "posts", "posts_pkey")],
  ])("refuses a table that can't be ours: %s", (code, message, live) => {
    const { adopted, refusals } = baselineOf(desiredOf(posts), live);
    expect(adopted).toEqual([]);
    expect(refusals).toMatchObject([
      { code, object: "posts", message: expect.stringContaining(message), ways: [expect.any(String)] },
    ]);
  });
});
