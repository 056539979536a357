import { expect, test } from "vitest";

import { parsePopulate } from "../../src/filter/populate.ts";
import { documentShape, type DocumentShape } from "../../src/filter/shape.ts";
import { type Filter, nothing } from "../../src/filter/tree.ts";
import type { View, Views } from "../../src/filter/view.ts";
import { documentSql, verdictName } from "../../src/sql/document.ts";
import { writer } from "../../src/sql/writer.ts";
import { everyKind, fieldOf, modelOf, viewOf, viewWithout } from "../world/collection-model.ts";
import { fieldIn, viewIn, viewsIn } from "../world/relations.ts";

const active: Filter = {
  kind: "comparison",
  field: fieldIn("authors", "name"),
  path: [],
  operator: "neq",
  value: "x",
};

interface Asked {
  readonly fields: readonly string[];
  readonly populate?: readonly string[];
  readonly view?: View;
  readonly views?: Views;
}

function shapeOf({ fields, populate = [], view = viewIn("posts"), views = viewsIn() }: Asked): DocumentShape {
  const tree = parsePopulate({ depth: undefined, populate }, view, views);
  return documentShape(
    view,
    fields.map((name) => fieldOf(view.model, name)),
    tree,
  );
}

/** The columns of a document, and what they bind. */
function columns(asked: Asked, alias = "t"): readonly [string, readonly unknown[]] {
  const to = writer();
  const [, text = ""] =
    /^\(select row_to_json\(_d\) from \(select (.*)\) _d\)$/.exec(documentSql(shapeOf(asked), alias, to)) ??
    [];
  return [text, to.values];
}

const row = (inner: string) => `(select row_to_json(_d) from (select ${inner}) _d)`;

test("every kind is written in its JSON form, under the name of its field", () => {
  const view = viewOf(modelOf(everyKind, { timestamps: true }));
  const iso = (column: string) => `to_char(t."${column}", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  const [text] = columns({ fields: [...view.fields.keys()], view });
  expect(
    text
      .split(", t.")
      .join("\n t.")
      .split(", to_char")
      .join("\n to_char")
      .split(", array")
      .join("\n array")
      .split("\n"),
  ).toStrictEqual([
    't."id" as "id"',
    ' t."text" as "text"',
    ' t."textarea" as "textarea"',
    ' t."email" as "email"',
    ' t."number" as "number"',
    ' t."integer" as "integer"',
    ' t."decimal"::text as "decimal"',
    ' t."boolean" as "boolean"',
    ` ${iso("date")} as "date"`,
    ' t."select" as "select"',
    ' t."json" as "json"',
    ' t."multiselect" as "multiselect"',
    ' t."richtext" as "richtext"',
    ' t."array" as "array"',
    ' t."relationship" as "relationship"',
    ' array(select r1."target_id" from "things_references_links" r1 where r1."owner_id" = t."id" order by r1."position") as "references"',
    ` ${iso("created_at")} as "createdAt"`,
    ` ${iso("updated_at")} as "updatedAt"`,
  ]);
});

test("a plain document is the same text each time, wherever it stands", () => {
  const shape = shapeOf({ fields: ["id", "tags"] });
  const busy = writer();
  busy.alias();
  busy.bind("a", "text");
  expect(documentSql(shape, "t", busy)).toBe(documentSql(shape, "t", writer()));
  expect(busy.values).toStrictEqual(["a"]);
  expect(columns({ fields: ["id"] }, "r7")).toStrictEqual(['r7."id" as "id"', []]);
});

test("R-AC-4 a field that is shown in some rows brings along whether it is shown in this one", () => {
  const view = viewWithout(viewIn("authors"), ["meta"], active);
  expect(columns({ fields: ["name", "meta"], view })).toStrictEqual([
    't."name" as "name", ' +
      'case when (t."name" is distinct from $2::text) is true then t."meta" end as "meta", ' +
      '(t."name" is distinct from $1::text) is true as "?meta"',
    ["x", "x"],
  ]);
  expect(verdictName(fieldIn("authors", "meta"))).toBe("?meta");
});

test("a field that is shown in some rows is not touched where it was not selected", () => {
  const view = viewWithout(viewIn("authors"), ["meta"], active);
  expect(columns({ fields: ["name"], view })).toStrictEqual(['t."name" as "name"', []]);
});

test("R-AC-7 a populated relationship to one is a readable target, or null", () => {
  const views = viewsIn({ companies: viewIn("companies", { rows: active }) });
  const view = viewIn("authors");
  expect(columns({ fields: ["name", "company"], populate: ["company"], view, views })).toStrictEqual([
    `t."name" as "name", (select ${row('r1."id" as "id", r1."name" as "name", r1."parent" as "parent", r1."owner" as "owner"')} ` +
      'from "companies" r1 where r1."id" = t."company" and r1."name" is distinct from $1::text) as "company"',
    ["x"],
  ]);
});

test("a populated relationship to many is a list of the readable targets, in stored order, never null", () => {
  const views = viewsIn({ tags: viewIn("tags", { rows: active }) });
  expect(
    columns({
      fields: ["tags"],
      populate: ["tags.maker"],
      views: new Map([...views].filter(([slug]) => slug !== "authors")),
    }),
  ).toStrictEqual([
    `(select coalesce(json_agg(${row('r1."id" as "id", r1."label" as "label", null::json as "maker"')} order by r2."position"), '[]'::json) ` +
      'from "posts_tags_links" r2 join "tags" r1 on r1."id" = r2."target_id" where r2."owner_id" = t."id" and ' +
      'r1."name" is distinct from $1::text) as "tags"',
    ["x"],
  ]);
});

test("R-AC-6 a locked target is populated with nothing, and its table is not touched", () => {
  const views = viewsIn({ authors: undefined, tags: undefined });
  const [text, values] = columns({ fields: ["mainAuthor", "tags"], populate: ["mainAuthor", "tags"], views });
  expect(text).toBe(`null::json as "mainAuthor", '[]'::json as "tags"`);
  expect(values).toStrictEqual([]);
  expect(
    columns({
      fields: ["related"],
      populate: ["related"],
      views: viewsIn({ posts: viewIn("posts", { rows: nothing }) }),
    })[0],
  ).toMatch(/and false\) as "related"$/);
});

test("T-ORA-09 hidden fields and passwords are in no document, however deep it lies", () => {
  const fields = [...viewIn("posts").fields.keys()];
  const [text] = columns({
    fields,
    populate: ["mainAuthor.company.owner", "tags.maker", "related.mainAuthor"],
  });
  expect(text).toContain('"label"');
  expect(text).not.toMatch(/password|"pin"|"note"|secret/);
});

test("R-AC-4 a field that is shown in some rows is so in populated documents too", () => {
  const views = viewsIn({ authors: viewWithout(viewIn("authors"), ["company", "vault", "meta"], active) });
  const [text, values] = columns({ fields: ["mainAuthor"], populate: ["mainAuthor.company"], views });
  for (const name of ["company", "vault", "meta"]) {
    expect(text).toMatch(new RegExp(`is true as "\\?${name}"`, "u"));
    expect(text).toMatch(new RegExp(`end as "${name}"`, "u"));
  }
  expect(text).toContain("is true then (select (select row_to_json(_d) from");
  expect(values).toStrictEqual(Array(6).fill("x"));
});

test("every alias of a populated document is its own", () => {
  const [text] = columns({ fields: ["tags", "related"], populate: ["tags.maker", "related.related.tags"] });
  const aliases = [...text.matchAll(/(?:from|join) "\w+" (r\d+)/g)].map(([, alias]) => alias);
  expect(aliases.length).toBeGreaterThan(8);
  expect(new Set(aliases).size).toBe(aliases.length);
});
