import type { Direction, Pair, Report } from "./report.ts";
import { at, canonical, exists, itemsOf, namesIn, type Node } from "./tree.ts";

/** Compares two schemas. */
export type Compare = (pair: Pair, direction: Direction, report: Report) => void;

interface Comparison {
  readonly direction: Direction;
  readonly report: Report;
  readonly compare: Compare;
}

/** Every alternative that was taken must fit one that is; every one that is answered must fit one that was. */
export function compareAlternatives(pair: Pair, name: "anyOf" | "oneOf", comparison: Comparison): void {
  const [was, is] = [itemsOf(at(pair.old, name)), itemsOf(at(pair.now, name))];
  if (was.length === 0 && is.length === 0) return;
  const { direction, report } = comparison;
  // What has no alternatives is held against those of the other as a whole.
  const old = was.length === 0 ? [without(pair.old)] : was;
  const now = is.length === 0 ? [without(pair.now)] : is;
  const [given, known] = direction === "request" ? [old, now] : [now, old];
  const nearest = finder(known);
  for (const [index, each] of given.entries()) {
    const pairOf = (other: Node): Pair =>
      direction === "request" ? { old: each, now: other } : { old: other, now: each };
    const like = given.length === known.length ? known[index] : undefined;
    if (isAny(nearest(each, like), (other) => isFine(pairOf(other), comparison))) continue;
    // The one in its place says more about what has changed.
    if (!report.isAttempt && like !== undefined && typeOf(like) === typeOf(each))
      comparison.compare(pairOf(like), direction, report);
    else
      report.say(each, direction === "request" ? "is no longer taken in a request." : "is new in an answer.");
  }
}

/** What all of `allOf` say has to hold. */
export function compareParts(pair: Pair, comparison: Comparison): void {
  const [was, is] = [itemsOf(at(pair.old, "allOf")), itemsOf(at(pair.now, "allOf"))];
  const { direction, report } = comparison;
  const isRequest = direction === "request";
  const [stated, known] = isRequest ? [is, was] : [was, is];
  const nearest = finder(known);
  for (const each of stated) {
    const pairOf = (other: Node): Pair => (isRequest ? { old: other, now: each } : { old: each, now: other });
    if (isAny(nearest(each, undefined), (other) => isFine(pairOf(other), comparison))) continue;
    report.say(each, isRequest ? "a request must now fit this too." : "an answer need no longer fit this.");
  }
}

/** Finds the ones that may be fine beside another one, the likeliest first: there may be hundreds. */
function finder(known: readonly Node[]): (node: Node, like: Node | undefined) => Iterable<Node> {
  const byText = new Map<string, Node>(known.map((node) => [canonical(node.value), node]));
  return function* nearest(node, like) {
    if (like !== undefined) yield like;
    const same = byText.get(canonical(node.value));
    if (same !== undefined && same !== like) yield same;
    for (const other of known) if (other !== like && other !== same && !differs(node, other)) yield other;
  };
}

/** Whether a member that both have is a constant, and another one in each: the usual way to tell alternatives apart. */
function differs(left: Node, right: Node): boolean {
  const [mine, others] = [at(left, "properties"), at(right, "properties")];
  return namesIn(mine).some((name) => {
    const [one, other] = [at(mine, name, "const"), at(others, name, "const")];
    return exists(one) && exists(other) && canonical(one.value) !== canonical(other.value);
  });
}

function isFine(pair: Pair, { direction, report, compare }: Comparison): boolean {
  return report.isFine(pair, direction, (attempt) => compare(pair, direction, attempt));
}

function typeOf(node: Node): string {
  return canonical(at(node, "type").value);
}

function without(node: Node): Node {
  const { value, pointer } = node;
  if (typeof value !== "object" || value === null) return node;
  const rest = Object.entries(value).filter(([name]) => name !== "anyOf" && name !== "oneOf");
  // Another place than that of the whole, which is being compared.
  return { ...node, value: Object.fromEntries(rest), pointer: `${pointer}/` };
}

/** Whether one of them fits; those behind it are not looked for. */
function isAny(nodes: Iterable<Node>, fits: (node: Node) => boolean): boolean {
  for (const node of nodes) if (fits(node)) return true;
  return false;
}
