import type { Direction, Pair, Report } from "./report.ts";
import { at, canonical, exists, type Node } from "./tree.ts";

/** Compares which values a schema names: its types and its options. */
export function compareValues(pair: Pair, direction: Direction, report: Report): void {
  // What was taken must still be taken; what is answered must have been answered before.
  const [from, to] = direction === "request" ? [pair.old, pair.now] : [pair.now, pair.old];
  const verb = direction === "request" ? "a request can no longer be" : "an answer can now be";
  compareTypes({ from, to }, (type) => report.say(pair.now, `${verb} of type ${type}.`));
  compareOptions({ from, to }, (option) => {
    report.say(pair.now, option === undefined ? optionsGone[direction] : `${verb} ${option}.`);
  });
}

const optionsGone: Readonly<Record<Direction, string>> = {
  request: "a request now takes some values only.",
  answer: "an answer can now be any value.",
};

/** Everything that fits `from` has to fit `to`. */
interface Fit {
  readonly from: Node;
  readonly to: Node;
}

function compareTypes({ from, to }: Fit, say: (type: string) => void): void {
  const taken = typesOf(to);
  if (taken === undefined) return;
  const given = typesOf(from);
  // Without a type, options and alternatives say it all.
  if (given === undefined && isListed(from)) return;
  for (const type of given ?? allTypes) {
    const fits = taken.includes(type) || (type === "integer" && taken.includes("number"));
    if (!fits) say(type);
  }
}

function isListed(node: Node): boolean {
  return optionsOf(node) !== undefined || ["anyOf", "oneOf"].some((name) => exists(at(node, name)));
}

const allTypes: readonly string[] = ["string", "number", "boolean", "object", "array", "null"];

function typesOf(node: Node): readonly string[] | undefined {
  const { value } = at(node, "type");
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : undefined;
}

function compareOptions({ from, to }: Fit, say: (option: string | undefined) => void): void {
  const taken = optionsOf(to);
  if (taken === undefined) return;
  const given = optionsOf(from);
  if (given === undefined) say(undefined);
  else for (const option of given) if (!taken.includes(option)) say(option);
}

function optionsOf(node: Node): readonly string[] | undefined {
  const only = at(node, "const");
  if (exists(only)) return [canonical(only.value)];
  const { value } = at(node, "enum");
  return Array.isArray(value) ? value.map(canonical) : undefined;
}
