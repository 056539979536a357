import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import { brokenJson, jsonText, nastyName, nastyText, numberText, planted } from "./nasty.ts";
import { queryBody } from "./queries.ts";
import { type Known, slugs } from "./targets.ts";

/** What a body is made of. A plan, not the bytes: it stays readable when a case is printed. */
export type BodyPlan =
  | { readonly kind: "text"; readonly text: string; readonly spoil: Spoil }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | {
      readonly kind: "deep";
      readonly open: string;
      readonly core: string;
      readonly close: string;
      readonly levels: number;
    }
  | { readonly kind: "wide"; readonly keys: number }
  | { readonly kind: "long"; readonly bytes: number };

/** What happens to the bytes of a text at the end. */
export type Spoil = "none" | "bom" | "trailing" | "cut" | "nul" | "latin1" | "utf16" | "overlong" | "half";

const spoils: Arbitrary<Spoil> = fc.oneof(
  { weight: 20, arbitrary: fc.constant<Spoil>("none") },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Spoil>("bom", "trailing", "cut", "nul", "latin1", "utf16", "overlong", "half"),
  },
);

/** The field values of a document, right ones and wrong ones. */
const valueText: Arbitrary<string> = fc.oneof(
  planted.map((text) => JSON.stringify(text)),
  nastyText.map((text) => JSON.stringify(text)),
  numberText,
  fc.constantFrom(
    '"1.00"',
    '"2024-02-29T00:00:00Z"',
    '"2024-02-30"',
    '"draft"',
    '"a@b.example"',
    "true",
    "null",
    "[]",
    "{}",
  ),
  fc.constantFrom(
    '"00000000-0000-0000-0000-000000000000"',
    '"1e5"',
    `"${"9".repeat(600)}"`,
    `"a@${"b.".repeat(140)}c"`,
  ),
  fc.constantFrom(
    '["news","nope"]',
    '["00000000-0000-0000-0000-000000000000"]',
    '[{"label":"a"},{"label":1,"x":2}]',
    '[{"label":"canary!label"}]',
    '[{"type":"p","children":[]}]',
    `[${Array.from({ length: 200 }, () => '"news"').join(",")}]`,
    '{"connect":["canary!"]}',
  ),
  jsonText,
);

const fields = [
  "title",
  "notes",
  "count",
  "price",
  "score",
  "done",
  "due",
  "status",
  "meta",
  "owner",
  "mail",
  "code",
  "kinds",
  "tags",
  "parent",
  "lines",
  "doc",
  "secret",
  "owner.title",
  "deletedAt",
] as const;

const entry = fc
  .tuple(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom<string>(...fields) },
      { weight: 1, arbitrary: nastyName },
    ),
    valueText,
  )
  .map(([name, value]) => `${JSON.stringify(name)}:${value}`);

/** What passes every check, so that something is written too. */
const soundEntry = fc.constantFrom(
  '"notes":"a"',
  '"count":1',
  '"price":"1.50"',
  '"done":true',
  '"due":"2026-01-01"',
  '"meta":{"a":[1]}',
  '"kinds":["news","news"]',
  '"tags":[]',
  '"lines":[{"label":"a"}]',
  '"doc":[{"type":"p"}]',
  '"secret":"a"',
  '"code":"same"',
);

/** The body of a create or an update. */
const document: Arbitrary<string> = fc
  .oneof(
    { weight: 3, arbitrary: fc.array(entry, { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(soundEntry, { maxLength: 4 }) },
  )
  .map((entries) => `{${['"title":"a"', ...entries].join(",")}}`);

const longTexts = fc
  .constantFrom("title", "notes", "code", "meta", "nope")
  .chain((name) =>
    fc
      .constantFrom(3_000, 10_001, 100_001, 200_000)
      .map((length) => `{"title":"a","${name}":"${"y".repeat(length)}"}`),
  );

const deep: Arbitrary<BodyPlan> = fc.record({
  kind: fc.constant("deep" as const),
  open: fc.constantFrom('{"a":', "[", '{"meta":', '[{"x":'),
  core: fc.constantFrom("1", "", '"canary!deep"'),
  close: fc.constantFrom("}", "]", "", "}]"),
  levels: fc.oneof(fc.constantFrom(31, 32, 33, 1_000, 50_000), fc.nat({ max: 50_000 })),
});

/** Rare and costly. */
const large: Arbitrary<BodyPlan> = fc.oneof(
  { weight: 8, arbitrary: deep },
  {
    weight: 4,
    arbitrary: fc.constantFrom(1_999, 2_001, 20_000).map((keys) => ({ kind: "wide" as const, keys })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(1_048_576, 1_048_577, 1_500_000)
      .map((bytes) => ({ kind: "long" as const, bytes })),
  },
);

/** The body of a query route; `real` are cursors of other queries. */
export function queries(real: readonly string[]): Arbitrary<BodyPlan> {
  return bodies(queryBody(real));
}

const quoted = (text: string): string => JSON.stringify(text);

/** One operation of a batch: mostly of the right form. */
function batchEntry({ ids }: Known): Arbitrary<string> {
  const collection = fc.constantFrom<string>("things", ...slugs).map(quoted);
  const id = fc.constantFrom(...ids).map(quoted);
  const data = fc.oneof({ weight: 6, arbitrary: document }, { weight: 1, arbitrary: jsonText });
  const op = (name: string) => fc.constant(quoted(name));
  const odd = fc.record(
    {
      op: fc.constantFrom(
        '"create"',
        '"update"',
        '"delete"',
        '"CREATE"',
        '"canary!op"',
        "null",
        '["create"]',
      ),
      collection: fc.oneof(collection, nastyName.map(quoted), jsonText),
      id: fc.oneof(id, nastyText.map(quoted), jsonText),
      data,
      where: jsonText,
    },
    { requiredKeys: ["op"] },
  );
  return fc
    .oneof(
      { weight: 4, arbitrary: fc.record({ op: op("create"), collection, data }) },
      { weight: 4, arbitrary: fc.record({ op: op("update"), collection, id, data }) },
      { weight: 1, arbitrary: fc.record({ op: op("delete"), collection, id }) },
      { weight: 2, arbitrary: odd },
    )
    .map(
      (parts) =>
        `{${Object.entries(parts)
          .map(([name, text]) => `"${name}":${text}`)
          .join(",")}}`,
    );
}

/** The body of several operations at once. */
export function batches(known: Known): Arbitrary<BodyPlan> {
  const operation = batchEntry(known);
  const list = fc.array(fc.oneof({ weight: 30, arbitrary: operation }, { weight: 1, arbitrary: jsonText }), {
    maxLength: 4,
  });
  const long = fc
    .tuple(operation, fc.constantFrom(99, 100, 101, 2_000))
    .map(([each, count]) => Array.from({ length: count }, () => each));
  const operations = fc
    .oneof({ weight: 20, arbitrary: list }, { weight: 1, arbitrary: long })
    .map((entries) => `[${entries.join(",")}]`);
  return bodies(
    fc.oneof(
      { weight: 12, arbitrary: operations.map((text) => `{"operations":${text}}`) },
      { weight: 1, arbitrary: operations },
      { weight: 1, arbitrary: jsonText.map((text) => `{"operations":${text}}`) },
      { weight: 1, arbitrary: operations.map((text) => `{"operations":${text},"canary!":1}`) },
    ),
  );
}

/** The body of a create or an update. */
export const documents: Arbitrary<BodyPlan> = bodies(document);

function bodies(sound: Arbitrary<string>): Arbitrary<BodyPlan> {
  const text = fc.oneof(
    { weight: 12, arbitrary: sound },
    { weight: 2, arbitrary: jsonText },
    { weight: 1, arbitrary: brokenJson },
  );
  const small = fc.record({ kind: fc.constant("text" as const), text, spoil: spoils });
  const long = longTexts.map((each) => ({ kind: "text" as const, text: each, spoil: "none" as const }));
  const noise = fc.uint8Array({ maxLength: 40 }).map((bytes) => ({ kind: "bytes" as const, bytes }));
  return fc.oneof(
    { weight: 90, arbitrary: small },
    { weight: 4, arbitrary: noise },
    { weight: 3, arbitrary: long },
    { weight: 3, arbitrary: large },
  );
}

/** The bytes of a plan. */
export function bytesOf(plan: BodyPlan): Buffer {
  switch (plan.kind) {
    case "text":
      return spoiled(plan.text, plan.spoil);
    case "bytes":
      return Buffer.from(plan.bytes);
    case "deep":
      return Buffer.from(plan.open.repeat(plan.levels) + plan.core + plan.close.repeat(plan.levels));
    case "wide":
      return Buffer.from(`{${Array.from({ length: plan.keys }, (_, at) => `"k${at}":${at}`).join(",")}}`);
    case "long":
      return Buffer.from(`{"title":"${"z".repeat(plan.bytes - '{"title":""}'.length)}"}`);
  }
}

function spoiled(text: string, spoil: Spoil): Buffer {
  const bytes = Buffer.from(text);
  switch (spoil) {
    case "none":
      return bytes;
    case "bom":
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
    case "trailing":
      return Buffer.concat([bytes, Buffer.from(" x")]);
    case "cut":
      return bytes.subarray(0, Math.floor(bytes.length / 2));
    case "nul":
      return Buffer.concat([bytes, Buffer.alloc(1)]);
    case "latin1":
      return Buffer.from(text.replace("a", "é"), "latin1");
    case "utf16":
      return Buffer.from(text, "utf16le");
    case "overlong":
      return Buffer.concat([Buffer.from('{"title":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]);
    case "half":
      return Buffer.concat([Buffer.from('{"title":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]);
  }
}
