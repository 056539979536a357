import type { Direction, Pair, Report } from "./report.ts";
import { at, canonical, exists } from "./tree.ts";

const lower = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"] as const;
const upper = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"] as const;
/** Keywords of which it can't be said which of two values takes more. */
const opaque = ["pattern", "format", "multipleOf", "contentEncoding", "contentMediaType"] as const;

/** Compares the keywords of a schema that are about its own value alone. */
export function compareBounds(pair: Pair, direction: Direction, report: Report): void {
  for (const name of lower)
    compareNumbers(pair, name, { direction, report, isTighter: (now, old) => now > old });
  for (const name of upper)
    compareNumbers(pair, name, { direction, report, isTighter: (now, old) => now < old });
  for (const name of opaque) compareOpaque(pair, name, { direction, report });
  const [was, is] = [at(pair.old, "uniqueItems").value === true, at(pair.now, "uniqueItems").value === true];
  if (direction === "request" && is && !was) report.say(pair.now, "the items of a request must now differ.");
  if (direction === "answer" && was && !is)
    report.say(pair.now, "the items of an answer may now be the same.");
}

interface Comparison {
  readonly direction: Direction;
  readonly report: Report;
}

interface NumberComparison extends Comparison {
  readonly isTighter: (now: number, old: number) => boolean;
}

function compareNumbers(
  { old, now }: Pair,
  name: string,
  { direction, report, isTighter }: NumberComparison,
): void {
  const [was, is] = [at(old, name).value, at(now, name).value];
  const hadBound = typeof was === "number";
  const hasBound = typeof is === "number";
  if (direction === "request" && hasBound && (!hadBound || isTighter(is, was)))
    report.say(now, `${name} of a request is now ${is}${hadBound ? `, and was ${was}` : ""}.`);
  if (direction === "answer" && hadBound && (!hasBound || isTighter(was, is)))
    report.say(now, `${name} of an answer was ${was}, and is now ${hasBound ? is : "gone"}.`);
}

function compareOpaque({ old, now }: Pair, name: string, { direction, report }: Comparison): void {
  const [was, is] = [at(old, name), at(now, name)];
  if (canonical(was.value) === canonical(is.value)) return;
  if (direction === "request" && exists(is))
    report.say(now, `${name} of a request ${exists(was) ? "is another one" : "is new"}.`);
  if (direction === "answer" && exists(was))
    report.say(now, `${name} of an answer ${exists(is) ? "is another one" : "is gone"}.`);
}
