import { brotliDecompressSync, gunzipSync } from "node:zlib";

import type { AnswerMessage, Blueprint, User } from "@lucent/core";

import type { OpenApiDocument } from "../../src/index.ts";
import { documentsOf } from "./documents.ts";
import { findOperation } from "./find-operation.ts";
import { outsideProblems } from "./outside-problems.ts";
import { type Answer, responseProblems } from "./response-problems.ts";

/** An answer that was given, as it is needed once the test is over. */
export interface Given {
  readonly blueprint: Blueprint;
  readonly user: User | null;
  /** Whether a plugin's route made it: it may show what another caller may see, such as whom it has just signed in. */
  readonly isOfPlugin: boolean;
  readonly answer: Promise<Answer>;
}

/** Takes from a message what is gone when its listener has returned. */
export function givenBy(message: AnswerMessage): Given {
  const { blueprint, user = null } = message;
  const { method } = message.request;
  const made = message.response();
  const { status, headers } = made;
  const path = withoutSlash(message.path);
  const [owner = ""] = message.route.split(".");
  return {
    blueprint,
    user,
    isOfPlugin: owner !== "batch" && !blueprint.collections.has(owner),
    answer: bodyOf(made).then((body) => ({ method, path, status, headers, body })),
  };
}

const decoders: ReadonlyMap<string | null, (bytes: Buffer) => Buffer> = new Map([
  ["br", brotliDecompressSync],
  ["gzip", gunzipSync],
]);

async function bodyOf(response: Response): Promise<string> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const decode = decoders.get(response.headers.get("content-encoding"));
  return String(decode === undefined || bytes.length === 0 ? bytes : decode(bytes));
}

/** A path is found with a slash at its end, too. */
function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

/**
 * Compares answers with the document of their caller, or, where that does not speak of the operation, with the widest one,
 * which has all that anybody may know: what a rule has to wait for, and what it allows for one id alone, is in no caller's
 * document, and may be answered all the same.
 * @param areRulesSteady Whether rules still say of a caller what they said when the answers were made.
 */
export function comparison(areRulesSteady: boolean): (given: Given) => Promise<readonly string[]> {
  const asked = new Map<string, Promise<OpenApiDocument | undefined>>();
  function ownDocument(blueprint: Blueprint, user: User | null): Promise<OpenApiDocument | undefined> {
    const key = `${numberOf(blueprint)} ${JSON.stringify(user)}`;
    const document = asked.get(key) ?? documentsOf(blueprint).own(user);
    asked.set(key, document);
    return document;
  }
  return async ({ blueprint, user, isOfPlugin, answer: waiting }) => {
    const answer = await waiting;
    const { method, path } = answer;
    const own = areRulesSteady ? await ownDocument(blueprint, user) : undefined;
    const isTold = own !== undefined && findOperation(own, method, path)?.operation !== undefined;
    if (isTold && !isOfPlugin) return responseProblems(own, answer);
    const { widest } = documentsOf(blueprint);
    if (widest === undefined) return [];
    if (findOperation(widest, method, path)?.operation === undefined) return outsideProblems(widest, answer);
    const problems = responseProblems(widest, answer);
    return isTold ? [...problems, ...responseProblems(own, answer, { isOpen: true })] : problems;
  };
}

const numbers = new WeakMap<Blueprint, number>();
let last = 0;

function numberOf(blueprint: Blueprint): number {
  const known = numbers.get(blueprint) ?? (last += 1);
  numbers.set(blueprint, known);
  return known;
}
