import type { Json } from "@lucent/core";
import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import { integer, number, text } from "./values.ts";

/** Keys of JSON objects; some are names that a careless reader would find on every object. */
const keys = [
  "color",
  "n",
  "deep",
  "a_b",
  "_x",
  "Color",
  "length",
  "constructor",
  "toString",
  "__proto__",
] as const;
/** Keys that a path can't name. */
const unreachable = ["", "a.b", "a b", "0", "a'b"] as const;

/** Values that a path may be compared with. */
export const jsonScalar: Arbitrary<string | number | boolean> = fc.oneof(
  fc.constantFrom("red", "RED", "1", "true", 1, 0, true, false),
  text,
  integer,
  number,
);

/** Any value of a JSON field but null. */
export const json: Arbitrary<Json> = fc.letrec<{ value: Json; object: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 4, arbitrary: jsonScalar },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 4, arbitrary: tie("object") },
    { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 2 }) },
  ),
  object: fc
    .array(fc.tuple(fc.constantFrom(...keys, ...keys, ...unreachable), tie("value")), { maxLength: 4 })
    // Through text, since an assignment to `__proto__` would not make a key.
    .map((entries) =>
      JSON.parse(
        `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`,
      ),
    ),
})).object;

/** Paths into a JSON field. */
export const jsonPath: Arbitrary<readonly string[]> = fc.array(fc.constantFrom(...keys), {
  minLength: 1,
  maxLength: 3,
});
