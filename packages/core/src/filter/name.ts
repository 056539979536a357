import type { FieldModel } from "../contract/model.ts";
import { queryBounds } from "./bounds.ts";
import { badRequest, unknownField } from "./refuse.ts";
import { allOf, type Filter, type Operand } from "./tree.ts";
import type { View, Views } from "./view.ts";

/** Longest way through relationships. */
export const maxHops: number = queryBounds.hops;

const jsonPath = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
const maxPathSegments = 5;

/** A step through a relationship, and what the caller may read behind it. */
export interface Step {
  readonly field: FieldModel;
  readonly view: View;
}

/** What a dotted name leads to. */
export interface Named {
  readonly steps: readonly Step[];
  readonly operand: Operand;
}

/**
 * Follows a name such as `title`, `meta.color` or `author.company.name`.
 * @throws LucentError `UNKNOWN_FIELD` wherever it leaves what the caller may read, `BAD_REQUEST` behind the last hop.
 */
export function resolveName(name: string, from: View, views: Views): Named {
  const segments = name.split(".");
  const steps: Step[] = [];
  let view = from;
  for (let at = 0; ; at += 1) {
    const field = view.fields.get(segments[at] ?? "");
    if (field === undefined) throw unknownField(name);
    const rest = segments.slice(at + 1);
    if (rest.length === 0) return { steps, operand: { field, path: [] } };
    if (field.target === undefined) return { steps, operand: { field, path: pathInside(field, rest, name) } };
    const behind = views.get(field.target);
    if (behind === undefined) throw unknownField(name);
    steps.push({ field, view: behind });
    if (steps.length > maxHops) throw badRequest("where", "max");
    view = behind;
  }
}

function pathInside(field: FieldModel, path: readonly string[], name: string): readonly string[] {
  const isPath = path.length <= maxPathSegments && path.every((segment) => jsonPath.test(segment));
  if (field.kind !== "json" || !isPath) throw unknownField(name);
  return path;
}

/** Asks a filter of what stands at the end of some steps: some readable target must match, and all of it at once. */
export function throughSteps(steps: readonly Step[], of: Filter): Filter {
  return steps.reduceRight<Filter>(
    (inner, { field, view }) => ({
      kind: "related",
      field,
      target: view.model,
      of: allOf([view.rows, inner]),
    }),
    of,
  );
}
