import type { Pair, Report } from "./report.ts";
import { compareSchemas } from "./schema.ts";
import { at, canonical, exists, itemsOf, namesIn, type Node } from "./tree.ts";

/** Compares an operation with what it was. */
export function compareOperations(pair: Pair, report: Report): void {
  const { old, now } = pair;
  const [was, is] = [at(old, "operationId"), at(now, "operationId")];
  if (exists(was) && was.value !== is.value)
    report.say(was, "has another name now, and so has what is generated from it.");
  compareSecurity(pair, report);
  compareBody({ old: at(old, "requestBody"), now: at(now, "requestBody") }, now, report);
  compareAnswers({ old: at(old, "responses"), now: at(now, "responses") }, report);
}

/** Every way to be let in must still be one. An operation without `security` asks for nothing. */
function compareSecurity({ old, now }: Pair, report: Report): void {
  const [was, is] = [requirementsOf(old), requirementsOf(now)];
  for (const way of was) {
    if (is.some((each) => isContained(each, way))) continue;
    const names = Object.keys(way);
    report.say(
      at(now, "security"),
      names.length === 0 ? "callers must now be signed in." : `no longer takes ${names.join(" with ")}.`,
    );
  }
}

type Requirement = Readonly<Record<string, readonly unknown[]>>;

function requirementsOf(operation: Node): readonly Requirement[] {
  const found = itemsOf(at(operation, "security"));
  if (found.length === 0) return [{}];
  return found.map((way) =>
    Object.fromEntries(namesIn(way).map((name) => [name, itemsOf(at(way, name)).map(({ value }) => value)])),
  );
}

/** Whether whoever shows `way` shows all of `wanted`. */
function isContained(wanted: Requirement, way: Requirement): boolean {
  return Object.entries(wanted).every(([name, scopes]) =>
    scopes.every((scope) => way[name]?.includes(scope) === true) ? Object.hasOwn(way, name) : false,
  );
}

function compareBody({ old, now }: Pair, operation: Node, report: Report): void {
  if (!exists(old) && !exists(now)) return;
  if (!exists(now)) report.say(operation, "no longer takes a body.");
  else if (at(now, "required").value === true && at(old, "required").value !== true)
    report.say(now, "a request must now have a body.");
  if (exists(old) && exists(now))
    compareContent({ old: at(old, "content"), now: at(now, "content") }, "request", report);
}

function compareAnswers({ old, now }: Pair, report: Report): void {
  for (const status of namesIn(old).filter(isNoProblem)) {
    const inner: Pair = { old: at(old, status), now: at(now, status) };
    if (exists(inner.now)) compareAnswer(inner, report);
    else report.say(inner.old, `${status} is no longer answered.`);
  }
  for (const status of namesIn(now).filter(isNoProblem)) {
    if (!exists(at(old, status))) report.say(at(now, status), `${status} may now be answered.`);
  }
  for (const status of namesIn(old).filter((each) => !isNoProblem(each))) {
    const inner: Pair = { old: at(old, status), now: at(now, status) };
    // A failure that can't happen any more breaks nobody.
    if (exists(inner.now)) compareAnswer(inner, report);
  }
}

function isNoProblem(status: string): boolean {
  return status.startsWith("2") || status.startsWith("3");
}

function compareAnswer({ old, now }: Pair, report: Report): void {
  const [was, is] = [at(old, "headers"), at(now, "headers")];
  for (const name of namesIn(was)) {
    if (!exists(at(is, name))) report.say(at(was, name), "the header is no longer answered.");
  }
  const content: Pair = { old: at(old, "content"), now: at(now, "content") };
  if (namesIn(content.old).length === 0 && namesIn(content.now).length > 0)
    report.say(content.now, "the answer now has a body.");
  compareContent(content, "answer", report);
}

function compareContent({ old, now }: Pair, direction: "request" | "answer", report: Report): void {
  for (const type of namesIn(old)) {
    const [was, is] = [at(old, type), at(now, type)];
    if (exists(is)) compareSchemas({ old: at(was, "schema"), now: at(is, "schema") }, direction, report);
    else report.say(was, direction === "request" ? "is no longer taken." : "is no longer answered.");
  }
}

/** Compares the parameters of a path and of its operation with what they were. */
export function compareParameters(
  old: readonly Node[],
  now: readonly Node[],
  { report, operation }: { readonly report: Report; readonly operation: Node },
): void {
  for (const was of old) {
    const is = now.find((each) => keyOf(each) === keyOf(was));
    if (is === undefined) report.say(was, `${nameOf(was)} is no longer taken by ${operation.pointer}.`);
    else compareParameter({ old: was, now: is }, report);
  }
  for (const is of now) {
    const isKnown = old.some((each) => keyOf(each) === keyOf(is));
    if (!isKnown && at(is, "required").value === true) report.say(is, `${nameOf(is)} is new, and required.`);
  }
}

function compareParameter({ old, now }: Pair, report: Report): void {
  if (at(now, "required").value === true && at(old, "required").value !== true)
    report.say(now, `${nameOf(now)} is now required.`);
  for (const name of ["style", "explode"]) {
    if (canonical(at(old, name).value) !== canonical(at(now, name).value))
      report.say(now, `${nameOf(now)} is written in another way (${name}).`);
  }
  compareSchemas({ old: at(old, "schema"), now: at(now, "schema") }, "request", report);
  compareContent({ old: at(old, "content"), now: at(now, "content") }, "request", report);
}

function keyOf(parameter: Node): string {
  const place = String(at(parameter, "in").value);
  const name = String(at(parameter, "name").value);
  return `${place} ${place === "header" ? name.toLowerCase() : name}`;
}

function nameOf(parameter: Node): string {
  return `the ${String(at(parameter, "in").value)} parameter ${String(at(parameter, "name").value)}`;
}
