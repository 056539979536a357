import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import { batches, type BodyPlan, bytesOf, documents, queries } from "./bodies.ts";
import { contentType, type Headers, hosts, oddHeaders } from "./headers.ts";
import { aims, batchPath, type Known, searches, strayAims } from "./targets.ts";

/** A request that is right as HTTP, whatever it says. */
export interface Malformed {
  readonly method: string;
  /** As it stands in the request line: printable ASCII. */
  readonly target: string;
  readonly host: string | undefined;
  readonly headers: Headers;
  readonly body: BodyPlan | undefined;
  readonly chunked: boolean;
}

/** Requests that a client may send, each with something wrong more often than not. */
export function requests(known: Known): Arbitrary<Malformed> {
  return fc
    .record({
      aim: fc.oneof({ weight: 6, arbitrary: aims(known) }, { weight: 1, arbitrary: strayAims(known) }),
      search: fc.oneof({ weight: 12, arbitrary: fc.constant("") }, { weight: 1, arbitrary: searches(known) }),
      listSearch: searches(known),
      host: fc.oneof({ weight: 30, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: hosts }),
      headers: fc.tuple(contentType, oddHeaders).map(([type, odd]) => [...type, ...odd]),
      query: queries(known.cursors),
      batch: batches(known),
      document: documents,
      hasBody: fc.nat({ max: 9 }).map((dice) => dice > 0),
      chunked: fc.nat({ max: 9 }).map((dice) => dice === 0),
    })
    .map(({ aim: { method, path }, search, listSearch, query, batch, document, hasBody, ...more }) => ({
      method,
      target: `${path}${method === "GET" ? listSearch : search}`,
      // A body where none belongs is as rare as none where one does.
      body: hasBody === (method !== "GET") ? bodyFor(path, { query, batch, document }) : undefined,
      ...more,
    }));
}

interface Bodies {
  readonly query: BodyPlan;
  readonly batch: BodyPlan;
  readonly document: BodyPlan;
}

function bodyFor(path: string, { query, batch, document }: Bodies): BodyPlan {
  if (path === batchPath) return batch;
  return path.endsWith("/query") ? query : document;
}

/** The bytes of a request. */
export function requestBytes(each: Malformed, known: Known): Buffer {
  const body = each.body === undefined ? undefined : bytesOf(each.body);
  const lines = [`${each.method} ${each.target} HTTP/1.1`, `Host: ${each.host ?? known.host}`];
  for (const [name, value] of each.headers) lines.push(`${name}: ${value}`);
  if (body !== undefined)
    lines.push(each.chunked ? "Transfer-Encoding: chunked" : `Content-Length: ${body.length}`);
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  if (body === undefined) return head;
  return Buffer.concat([head, each.chunked ? chunks(body) : body]);
}

function chunks(body: Buffer): Buffer {
  const middle = Math.ceil(body.length / 2);
  const parts = [body.subarray(0, middle), body.subarray(middle)].filter(({ length }) => length > 0);
  const framed = parts.flatMap((part) => [
    Buffer.from(`${part.length.toString(16)}\r\n`),
    part,
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...framed, Buffer.from("0\r\n\r\n")]);
}
