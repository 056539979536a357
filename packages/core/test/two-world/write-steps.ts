import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import { options } from "../property/collections.ts";
import type { FieldFacts } from "../property/facts.ts";
import { tags } from "../property/graph.ts";
import { fewDays, fewNumbers, fewTexts } from "../property/values.ts";
import type { DrawnCollection } from "./schema.ts";
import { ids, reference, tag } from "./step-values.ts";
import type { Operation, Step } from "./step.ts";

/** Creates, updates, deletes and restores of a collection. */
export function writeStep(collection: DrawnCollection): Arbitrary<Step> {
  const { slug } = collection;
  const id = ids(slug);
  return fc.oneof(
    { weight: 3, arbitrary: body(collection).map((each): Step => ({ kind: "create", slug, body: each })) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(id, body(collection), tag)
        .map(([at, each, match]): Step => ({ kind: "update", slug, id: at, body: each, tag: match })),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(id, tag).map(([at, match]): Step => ({ kind: "delete", slug, id: at, tag: match })),
    },
    { weight: 1, arbitrary: id.map((at): Step => ({ kind: "restore", slug, id: at })) },
  );
}

/** The same as a part of a batch. */
export function batchOperation(collection: DrawnCollection): Arbitrary<Operation> {
  const { slug } = collection;
  const id = ids(slug);
  return fc.oneof(
    body(collection).map((data): Operation => ({ op: "create", collection: slug, data })),
    fc
      .tuple(id, body(collection))
      .map(([at, data]): Operation => ({ op: "update", collection: slug, id: at, data })),
    id.map((at): Operation => ({ op: "delete", collection: slug, id: at })),
  );
}

/** Some fields, mostly right; rarely one that there is not or that only the server sets. */
function body({ drawn }: DrawnCollection): Arbitrary<unknown> {
  // What nobody may write comes rarely: it is refused before anything else is looked at.
  const writable = drawn.filter(({ isFixed }) => !isFixed);
  const one = fc.oneof(
    ...writable.map((field) =>
      unsetOr(valueOf(field)).map((each): readonly [string, unknown] => [field.name, each]),
    ),
  );
  // A body of many fields is seldom right in all of them.
  const wrong = fc.constantFrom<readonly [string, unknown]>(
    ["guard", 1],
    ["nope", 1],
    ["id", "00000000-0000-0000-0000-000000000000"],
    ["createdAt", "2026-01-01"],
    ["count", 6],
    ["body", "longer than what it may be"],
  );
  return fc
    .tuple(fc.array(one, { maxLength: 3 }), fc.array(wrong, { maxLength: 1 }), fc.integer({ min: 0, max: 9 }))
    .map(([right, bad, at]) => Object.fromEntries([...right, ...(at === 0 ? bad : [])]));
}

function unsetOr(value: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 6, arbitrary: value });
}

function valueOf({ kind, to = "" }: FieldFacts): Arbitrary<unknown> {
  switch (kind) {
    case "text":
      return fewTexts;
    case "integer":
    case "number":
      return fewNumbers;
    case "boolean":
      return fc.boolean();
    case "date":
      return fewDays;
    case "select":
      return fc.constantFrom(...options);
    case "multiselect":
      return fc.shuffledSubarray([...tags]);
    case "array":
      return fc.array(
        fewNumbers.map((qty) => ({ qty })),
        { maxLength: 2 },
      );
    case "relationship":
    case "id":
      return reference(to);
    case "list":
      return fc.uniqueArray(reference(to), { maxLength: 3 });
    case "decimal":
      return fewNumbers.map(String);
    case "json":
    case "richtext":
      return fc.constantFrom({ color: "red" }, { n: 1 }, []);
  }
}
