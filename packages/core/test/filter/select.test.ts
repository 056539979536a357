import { expect, test } from "vitest";

import { allShown, parseSelect } from "../../src/filter/select.ts";
import { everyKind, fieldOf, modelOf, viewOf, viewWithout } from "../world/collection-model.ts";
import { outcomeOf } from "../world/refusal.ts";
import { viewIn } from "../world/relations.ts";

const view = viewOf(modelOf(everyKind, { timestamps: true }));
const everyName = [...view.model.fields.keys()].filter((name) => name !== "password");
const shownIn = { kind: "existence", field: fieldOf(view.model, "id"), path: [], exists: true } as const;
const names = (select: unknown, of = view) => parseSelect(select, of, []).map(({ name }) => name);

test("a selection always has the id, in the order of the fields", () => {
  expect(names("text")).toStrictEqual(["id", "text"]);
  expect(names(["date", "text", "date", "id"])).toStrictEqual(["id", "text", "date"]);
  expect(names(undefined)).toStrictEqual(everyName);
});

test.each<[unknown, readonly string[]]>([
  [[], ["BAD_REQUEST", "select type"]],
  ["text,", ["BAD_REQUEST", "select type"]],
  [Array(101).fill("text"), ["BAD_REQUEST", "select max"]],
  [["nope"], ["UNKNOWN_FIELD", "nope unknown"]],
  [["*"], ["UNKNOWN_FIELD"]],
  ["relationship.text", ["UNKNOWN_FIELD", "relationship.text unknown"]],
  ["__proto__", ["UNKNOWN_FIELD", "__proto__ unknown"]],
  [null, ["BAD_REQUEST", "select type"]],
])("the selection %o is refused", (select, expected) => {
  expect(outcomeOf(() => names(select))).toStrictEqual(expected);
});

test("T-ORA-07 a hidden field is neither selected nor shown, and a password like it", () => {
  const posts = viewIn("posts");
  expect(names(undefined, posts)).not.toContain("note");
  expect(names(undefined, viewIn("authors"))).toStrictEqual(["id", "name", "meta", "company", "vault"]);
  for (const [of, name] of [
    [posts, "note"],
    [posts, "secretAuthor"],
    [viewIn("authors"), "pin"],
    [viewIn("authors"), "password"],
  ] as const) {
    expect(outcomeOf(() => names(name, of))).toStrictEqual(["UNKNOWN_FIELD", `${name} unknown`]);
    expect(outcomeOf(() => names(["id", name], of))).toStrictEqual(outcomeOf(() => names(name, of)));
  }
});

test("a field that is shown in some rows is selected like any other, one that is shown in none is unknown", () => {
  expect(names("date,text", viewWithout(view, ["text"], shownIn))).toStrictEqual(["id", "text", "date"]);
  expect(names(undefined, viewWithout(view, ["text"], shownIn))).toStrictEqual(everyName);
  expect(outcomeOf(() => names("text", viewWithout(view, ["text"])))).toStrictEqual([
    "UNKNOWN_FIELD",
    "text unknown",
  ]);
  expect(names(undefined, viewWithout(view, ["text"]))).toStrictEqual(
    everyName.filter((name) => name !== "text"),
  );
});

test("what populate names comes too", () => {
  expect(parseSelect("title", viewIn("posts"), ["tags.maker"]).map(({ name }) => name)).toStrictEqual([
    "id",
    "title",
    "tags",
  ]);
});

test("all fields of a view are the same list each time, so that what is compiled for it is found again", () => {
  expect(allShown(view)).toBe(allShown({ ...view }));
  expect(allShown(view)).not.toBe(allShown(viewWithout(view, ["text"])));
});
