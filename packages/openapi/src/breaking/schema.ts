import { compareAlternatives, compareParts } from "./alternatives.ts";
import { compareBounds } from "./bounds.ts";
import type { Direction, Pair, Report } from "./report.ts";
import { at, exists, namesIn, type Node, textsIn } from "./tree.ts";
import { compareValues } from "./values.ts";

/** Compares a JSON Schema (draft 2020-12) with what it was. */
export function compareSchemas(pair: Pair, direction: Direction, report: Report): void {
  const { old, now } = pair;
  if (!report.meets(pair, direction)) return;
  // `true` and no schema at all take everything.
  if (now.value === false && old.value !== false && direction === "request")
    report.say(now, "a request can't have this any more.");
  compareValues(pair, direction, report);
  compareBounds(pair, direction, report);
  compareMembers(pair, direction, report);
  for (const name of ["items", "contains", "propertyNames"])
    compareInner({ old: at(old, name), now: at(now, name) }, direction, report);
  const comparison = { direction, report, compare: compareSchemas };
  for (const name of ["anyOf", "oneOf"] as const) compareAlternatives(pair, name, comparison);
  compareParts(pair, comparison);
}

/** Of a schema that may be missing. */
function compareInner(pair: Pair, direction: Direction, report: Report): void {
  const { old, now } = pair;
  if (!exists(old) && !exists(now)) return;
  if (exists(old) && exists(now)) compareSchemas(pair, direction, report);
  else if (exists(now) && direction === "request" && isRestricting(now))
    report.say(now, "a request must now fit this.");
  else if (exists(old) && direction === "answer" && isRestricting(old))
    report.say(old, "an answer need no longer fit this.");
}

function isRestricting({ value }: Node): boolean {
  return value === false || (typeof value === "object" && value !== null && Object.keys(value).length > 0);
}

function compareMembers(pair: Pair, direction: Direction, report: Report): void {
  const { old, now } = pair;
  const [was, is] = [at(old, "properties"), at(now, "properties")];
  const known = new Set(namesIn(is));
  for (const name of namesIn(was)) {
    const inner: Pair = { old: at(was, name), now: at(is, name) };
    if (known.has(name)) compareSchemas(inner, direction, report);
    else if (direction === "answer") report.say(inner.old, "is no longer in an answer.");
    else if (isClosed(now)) report.say(inner.old, "is no longer taken in a request.");
  }
  compareRequired(pair, direction, report);
  const [openOld, openNow] = [at(old, "additionalProperties"), at(now, "additionalProperties")];
  if (direction === "request" && isClosed(now) && isDeclared(old) && !isClosed(old))
    report.say(now, "a request can no longer have other members.");
  else if (typeof openOld.value === "object" && typeof openNow.value === "object")
    compareSchemas({ old: openOld, now: openNow }, direction, report);
}

function isClosed(node: Node): boolean {
  return at(node, "additionalProperties").value === false;
}

/** A schema that says nothing of objects may have been another kind of value before. */
function isDeclared(node: Node): boolean {
  const { value } = at(node, "type");
  return exists(at(node, "properties")) || [value].flat().includes("object");
}

function compareRequired({ old, now }: Pair, direction: Direction, report: Report): void {
  const [was, is] = [textsIn(at(old, "required")), textsIn(at(now, "required"))];
  if (direction === "request") {
    for (const name of is.filter((each) => !was.includes(each)))
      report.say(at(now, "properties", name), "is now required in a request.");
    return;
  }
  const left = namesIn(at(now, "properties"));
  for (const name of was.filter((each) => !is.includes(each) && left.includes(each)))
    report.say(at(now, "properties", name), "may now be absent from an answer.");
}
