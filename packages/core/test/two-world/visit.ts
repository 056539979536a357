import type { Principal } from "./rules.ts";
import type { Parameters, Step, Tag } from "./step.ts";
import { callerHeader, type World } from "./world.ts";

/** What a caller sees of one response, with everything masked that may differ between two worlds. */
export interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A caller's way through one world: what it learnt on the way decides what it sends next. */
export interface Visit {
  /** Sends what a step consists of; a list that is followed to its next pages is several requests. */
  take(step: Step): Promise<readonly Seen[]>;
}

/** Starts a visit. */
export function visit(world: World, caller: Principal): Visit {
  const created: string[] = [];
  const tags = new Map<string, string>();
  const seenTags: string[] = [];

  /** `@0@` is the first document that was created here. */
  function settled(text: string): string {
    return text.replaceAll(/@(\d)@/g, (_, at: string) => created[Number(at)] ?? missing);
  }

  async function send(method: string, path: string, { body, headers = {} }: Sent = {}): Promise<Raw> {
    const request = new Request(`http://127.0.0.1/api${settled(path)}`, {
      method,
      headers: {
        host: "127.0.0.1",
        ...headers,
        ...(caller.isAnonymous ? {} : { [callerHeader]: "1" }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: settled(JSON.stringify(body)) }),
    });
    const response = await world.handle(request);
    const text = await response.text();
    learn(response, text);
    return { response, text };
  }

  /** Ids are made by the server, at random in part: the order in which they are made is what two worlds share. */
  function learn({ status, headers }: Response, text: string): void {
    const location = headers.get("location");
    if (status === 201 && location !== null) created.push(location.slice(location.lastIndexOf("/") + 1));
    if (status !== 200 || !text.startsWith('{"results":')) return;
    const { results } = JSON.parse(text) as { readonly results: readonly { readonly id: string }[] };
    for (const { id } of results) if (!isStored(id) && !created.includes(id)) created.push(id);
  }

  function masked({ response, text }: Raw): Seen {
    const headers = Object.fromEntries(response.headers);
    const { "x-request-id": requestId = "", etag } = headers;
    if (etag !== undefined && !seenTags.includes(etag)) seenTags.push(etag);
    const mask = (value: string): string =>
      created
        .reduce((masking, id, at) => masking.replaceAll(id, `@${at}@`), value)
        .replaceAll(requestId, "request-id")
        // Opaque, and sealed with a nonce. Its length can be seen.
        .replaceAll(/"nextCursor":"([^"]*)"/g, (_, cursor: string) => `"nextCursor":${cursor.length}`);
    const shown = Object.entries(headers).map(([name, value]): readonly [string, string] => [
      name,
      // A keyed hash of the transaction that wrote the row: which ones are equal is all that can be seen.
      name === "etag" ? `etag ${seenTags.indexOf(value)}` : mask(value),
    ]);
    return { status: response.status, headers: Object.fromEntries(shown), body: mask(text) };
  }

  function conditional(name: string, tag: Tag, path: string): Readonly<Record<string, string>> {
    const known = tags.get(settled(path));
    const value = { none: undefined, last: known, stale: '"of-another-state"', any: "*" }[tag];
    return value === undefined ? {} : { [name]: value };
  }

  async function one(
    method: string,
    path: string,
    sent: Sent & { readonly tagged?: string } = {},
  ): Promise<Raw> {
    const raw = await send(method, path, sent);
    const etag = raw.response.headers.get("etag");
    if (etag !== null && sent.tagged !== undefined) tags.set(settled(sent.tagged), etag);
    return raw;
  }

  async function list(step: Extract<Step, { readonly kind: "list" }>): Promise<readonly Raw[]> {
    const pages: Raw[] = [];
    let parameters = step.parameters;
    while (pages.length < step.pages) {
      const raw =
        step.via === "get"
          ? await send("GET", `/${step.slug}${queryOf(parameters)}`)
          : await send("POST", `/${step.slug}/query`, { body: parameters });
      pages.push(raw);
      const cursor = /"nextCursor":"([^"]*)"/.exec(raw.text)?.[1];
      if (cursor === undefined) break;
      const { page: _, ...rest } = parameters;
      parameters = { ...rest, cursor };
    }
    return pages;
  }

  async function raws(step: Step): Promise<readonly Raw[]> {
    switch (step.kind) {
      case "list":
        return list(step);
      case "count":
        return [await send("GET", `/${step.slug}/count${queryOf(step.parameters)}`)];
      case "one": {
        const path = `/${step.slug}/${step.id}`;
        const headers = conditional("if-none-match", step.tag, path);
        return [await one("GET", `${path}${queryOf(step.parameters)}`, { headers, tagged: path })];
      }
      case "create":
        return [await send("POST", `/${step.slug}`, { body: step.body })];
      case "update": {
        const path = `/${step.slug}/${step.id}`;
        const headers = conditional("if-match", step.tag, path);
        return [await one("PATCH", path, { body: step.body, headers, tagged: path })];
      }
      case "delete": {
        const path = `/${step.slug}/${step.id}`;
        return [await one("DELETE", path, { headers: conditional("if-match", step.tag, path) })];
      }
      case "restore":
        return [await send("POST", `/${step.slug}/${step.id}/restore`)];
      case "batch":
        return [await send("POST", "/batch", { body: { operations: step.operations } })];
      case "other":
        return [await send(step.method, step.path)];
    }
  }

  return { take: async (step) => (await raws(step)).map(masked) };
}

interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Raw {
  readonly response: Response;
  readonly text: string;
}

const missing = "11111111-1111-7111-8111-111111111111";

/** Ids of stored rows have zeros where those that the engine makes have the time. */
function isStored(id: string): boolean {
  return id.slice(8, 14) === "-0000-";
}

function queryOf(parameters: Parameters): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    search.append(name, name === "where" ? JSON.stringify(value) : String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
