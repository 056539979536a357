import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import type { Collections } from "../property/facts.ts";
import { readStep } from "./read-steps.ts";
import type { DrawnCollection } from "./schema.ts";
import type { Step } from "./step.ts";
import { batchOperation, writeStep } from "./write-steps.ts";

const maxSteps = 12;

/** Requests that a caller could send, whether they are allowed or not, well-formed or not. */
export function steps(schema: readonly DrawnCollection[]): Arbitrary<readonly Step[]> {
  const collections: Collections = new Map(schema.map((each) => [each.slug, each]));
  const reads = fc.oneof(...schema.map((each) => readStep(each, collections)));
  const writes = fc.oneof(...schema.map(writeStep));
  const operation = fc.oneof(...schema.map(batchOperation));
  const batch = fc
    .array(operation, { minLength: 1, maxLength: 4 })
    .map((operations): Step => ({ kind: "batch", operations }));
  const other = fc
    .constantFrom<readonly [string, string]>(
      ["GET", "/nope"],
      ["PUT", `/${schema[0]?.slug ?? ""}`],
      ["GET", `/${schema[0]?.slug ?? ""}?nope=1`],
      ["GET", `/${schema[0]?.slug ?? ""}?cursor=forged`],
      ["HEAD", `/${schema[0]?.slug ?? ""}`],
    )
    .map(([method, path]): Step => ({ kind: "other", method, path }));
  return fc.array(
    fc.oneof(
      { weight: 14, arbitrary: reads },
      { weight: 10, arbitrary: writes },
      { weight: 2, arbitrary: batch },
      { weight: 1, arbitrary: other },
    ),
    { minLength: 3, maxLength: maxSteps, size: "max" },
  );
}
