import { expect } from "vitest";

import type { Answered } from "./asker.ts";

/** What of an answer could tell two cases apart: all of it but the request's id and the time of day. */
export interface Told {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly setCookies: readonly string[];
}

/** Reads off an answer what two cases that must look the same are compared by. */
export function told({ status, text, headers, setCookies }: Answered): Told {
  const { "x-request-id": id, date: _date, ...others } = headers;
  return {
    status,
    text: id === undefined ? text : text.replace(id, "<id>"),
    headers: others,
    setCookies,
  };
}

/** What all these cases were answered, one after the other, which must be the same. */
export async function uniform(cases: Readonly<Record<string, () => Promise<Answered>>>): Promise<Told> {
  const answers: [string, Told][] = [];
  for (const [name, ask] of Object.entries(cases)) answers.push([name, told(await ask())]);
  const [[, first] = ["", undefined]] = answers;
  if (first === undefined) throw new TypeError("there are no cases");
  for (const answer of answers) expect(answer).toStrictEqual([answer[0], first]);
  return first;
}
