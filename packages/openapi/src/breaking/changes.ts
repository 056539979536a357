import { compareOperations, compareParameters } from "./operation.ts";
import { newReport, type Report } from "./report.ts";
import { at, exists, itemsOf, namesIn, type Node, rootOf } from "./tree.ts";

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/**
 * What breaks clients of an OpenAPI 3.1 document: what was taken and no longer is, and what is answered that was not.
 * A difference that can't be judged, such as another pattern, counts as one that breaks.
 * @param old The document that clients were written for, as parsed JSON.
 * @param now The document of today.
 * @returns One sentence each, behind a JSON pointer (RFC 6901): into `old` for what is gone, else into `now`.
 */
export function breakingChanges(old: unknown, now: unknown): readonly string[] {
  const report = newReport();
  const [was, is] = [at(rootOf(old), "paths"), at(rootOf(now), "paths")];
  const today = new Map(namesIn(is).map((path) => [shapeOf(path), path]));
  for (const path of namesIn(was)) {
    const name = today.get(shapeOf(path));
    if (name === undefined) report.say(at(was, path), "the path is gone.");
    else comparePaths({ old: at(was, path), now: at(is, name), names: namesOf(path, name) }, report);
  }
  return report.sentences();
}

/** What a segment's value is called makes no difference to which requests match. */
function shapeOf(path: string): string {
  return path.replaceAll(/\{[^{}]*\}/g, "{}");
}

/** What the names in a path are called today. */
function namesOf(old: string, now: string): ReadonlyMap<string, string> {
  const [was, is] = [old, now].map((path) =>
    [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name),
  );
  return new Map((was ?? []).map((name, index) => [name, is?.[index] ?? name]));
}

interface Paths {
  readonly old: Node;
  readonly now: Node;
  readonly names: ReadonlyMap<string, string>;
}

function comparePaths({ old, now, names }: Paths, report: Report): void {
  for (const method of methods) {
    const [was, is] = [at(old, method), at(now, method)];
    if (!exists(was)) continue;
    if (!exists(is)) {
      report.say(was, "the operation is gone.");
      continue;
    }
    compareOperations({ old: was, now: is }, report);
    const before = parametersOf(old, was).map((each) => renamed(each, names));
    compareParameters(before, parametersOf(now, is), { report, operation: is });
  }
}

/** Those of the operation, and those of its path that it does not have itself. */
function parametersOf(path: Node, operation: Node): readonly Node[] {
  const own = itemsOf(at(operation, "parameters"));
  const keyOf = (node: Node): string => JSON.stringify([at(node, "in").value, at(node, "name").value]);
  const keys = new Set(own.map(keyOf));
  return [...own, ...itemsOf(at(path, "parameters")).filter((each) => !keys.has(keyOf(each)))];
}

function renamed(parameter: Node, names: ReadonlyMap<string, string>): Node {
  const { value } = parameter;
  if (typeof value !== "object" || value === null || at(parameter, "in").value !== "path") return parameter;
  const name = String(at(parameter, "name").value);
  return { ...parameter, value: { ...value, name: names.get(name) ?? name } };
}
