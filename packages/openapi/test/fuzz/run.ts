import * as fc from "fast-check";

import type { OpenApiDocument } from "../../src/index.ts";
import { type Draft, draftOf } from "./drafts.ts";
import { misfits } from "./fits.ts";
import { type Exchange, faultsOf, type Secrets } from "./judge.ts";
import { describedOperations, jsonSchemaOf, type Links, linksOf } from "./links.ts";
import { type Memory, remember } from "./memory.ts";
import { type Mutation, mutation, spoilt } from "./mutations.ts";
import { type Outcome, Tallies } from "./outcome.ts";
import { type Caller, partsOf, requestOf } from "./parts.ts";
import { type Answered, type Wire, wire } from "./wire.ts";

/** Somebody who may have to sign in again, as a request may end a session. */
export interface Visitor extends Caller {
  /** How often it asks, beside the others. */
  readonly weight: number;
  /** Where the routes of its own account are, such as `/api/users`. */
  readonly home: string;
  /** Absent: there is nothing to renew. */
  readonly renew?: (knows: Caller["knows"]) => Promise<Visitor>;
}

/** An application that is asked. */
export interface Fuzzed {
  readonly name: string;
  readonly port: number;
  readonly visitors: readonly Visitor[];
  readonly secrets: Secrets;
  readonly memory: Memory;
  /** What was logged as an error. */
  readonly errors: readonly string[];
  stop(): Promise<void>;
}

interface Step {
  readonly who: number;
  readonly draft: Draft;
  readonly mutation: Mutation | undefined;
}

/** One visitor with the document that it sees. */
interface Seat {
  visitor: Visitor;
  links: Links;
}

/** Requests that are drawn before the first of them is sent. */
const atOnce = 100;

/** How much is asked. */
export interface Extent {
  readonly seed: number;
  readonly requests: number;
  /** Whether what was found will do. Default: it never does. */
  readonly isEnough?: (faults: readonly string[]) => boolean;
}

/** Asks an application many times, one request after the other, each drawn from the document that its caller sees. */
export async function fuzz(
  application: Fuzzed,
  { seed, requests, isEnough = () => false }: Extent,
): Promise<Outcome> {
  const over = wire(application.port);
  try {
    const run = new Run(application, over);
    await run.open();
    await run.look();
    const step = stepOf(run.seats);
    for (let done = 0; done < requests && !isEnough(run.tallies.outcome().faults); done += atOnce) {
      const numRuns = Math.min(atOnce, requests - done);
      for (const each of fc.sample(step, { seed: seed + done, numRuns })) await run.take(each);
    }
    return run.tallies.outcome();
  } finally {
    over.close();
  }
}

function stepOf(seats: readonly Seat[]): fc.Arbitrary<Step> {
  const spoiling = fc.option(mutation, { nil: undefined, freq: 2 });
  return fc.oneof(
    ...seats.map(({ visitor, links }, who) => ({
      weight: visitor.weight,
      arbitrary: fc.record(
        { who: fc.constant(who), draft: draftOf(links, visitor.home), mutation: spoiling },
        { noNullPrototype: true },
      ),
    })),
  );
}

/** Fetches the document that a caller sees. */
export async function documentFor(
  over: Wire,
  { headers }: Pick<Caller, "headers">,
): Promise<OpenApiDocument> {
  const { status, body } = await over.send({
    method: "GET",
    target: "/api/openapi.json",
    headers,
    body: undefined,
  });
  if (status !== 200) throw new TypeError(`there is no document: ${status} ${body}`);
  return JSON.parse(body) as OpenApiDocument;
}

class Run {
  readonly seats: Seat[] = [];
  readonly tallies = new Tallies();
  readonly #application: Fuzzed;
  readonly #over: Wire;
  #ofStrangers: OpenApiDocument | undefined;
  readonly #origin: string;

  constructor(application: Fuzzed, over: Wire) {
    this.#application = application;
    this.#over = over;
    this.#origin = `http://127.0.0.1:${application.port}`;
  }

  async open(): Promise<void> {
    this.#ofStrangers = await documentFor(this.#over, { headers: {} });
    for (const visitor of this.#application.visitors) {
      this.seats.push({ visitor, links: linksOf(await documentFor(this.#over, visitor)) });
    }
  }

  /** Everybody looks at everything once, so that there is something to recall. */
  async look(): Promise<void> {
    for (const seat of this.seats) {
      for (const described of describedOperations(seat.links.document)) {
        const isPlain = described.method === "get" && !described.template.includes("{");
        if (!isPlain || /docs|openapi/.test(described.template)) continue;
        const draft: Draft = {
          described,
          path: {},
          query: {},
          version: "none",
          isOfPage: false,
          nth: 0,
          isNextPage: false,
        };
        await this.#ask(seat, draft, undefined);
      }
    }
  }

  async take({ who, draft, mutation: how }: Step): Promise<void> {
    const seat = this.seats[who];
    if (seat === undefined) throw new TypeError("nobody asks");
    const first = await this.#ask(seat, draft, how);
    const isAgain =
      how === undefined && first.misfits.length === 0 && (await this.#isRenewed(seat, first.answer));
    const exchange = isAgain ? await this.#ask(seat, draft, how) : first;
    this.tallies.answered(exchange, how !== undefined);
  }

  /** Sends one request, and looks at what comes back. */
  async #ask(seat: Seat, draft: Draft, how: Mutation | undefined): Promise<Exchange> {
    const { memory } = this.#application;
    const { document } = seat.links;
    const fitting = partsOf(draft, document, { memory, caller: seat.visitor, origin: this.#origin });
    const parts = how === undefined ? fitting : spoilt(fitting, how, document);
    const request = requestOf(parts);
    const answer = await this.#over.send(request);
    const exchange: Exchange = { parts, request, answer, misfits: misfits(document, parts) };
    for (const fault of await this.#judge(seat, exchange)) this.tallies.fault(fault, exchange);
    this.#learn(seat, exchange);
    return exchange;
  }

  /** What somebody may know changes with what they are; then the document is another one. */
  async #judge(seat: Seat, exchange: Exchange): Promise<readonly string[]> {
    const { secrets } = this.#application;
    const { document } = seat.links;
    const ofStrangers = this.#ofStrangers ?? document;
    const faults = faultsOf({ document, ofStrangers }, exchange, secrets);
    if (faults.length === 0) return faults;
    const now = await documentFor(this.#over, seat.visitor).catch(() => undefined);
    if (now === undefined || JSON.stringify(now) === JSON.stringify(seat.links.document)) return faults;
    return faultsOf(
      { document: now, ofStrangers },
      { ...exchange, misfits: misfits(now, exchange.parts) },
      secrets,
    );
  }

  #learn(seat: Seat, { parts, request, answer }: Exchange): void {
    const { visitor, links } = seat;
    const { memory } = this.#application;
    const { template, operation } = parts.described;
    const [path = ""] = request.target.split("?");
    const used = (parts.body ?? {}) as {
      readonly token?: unknown;
      readonly refreshToken?: unknown;
      readonly newPassword?: unknown;
    };
    if (answer.status !== 429) memory.spend(used.token ?? used.refreshToken);
    const tag = answer.headers.get("etag");
    if (tag !== null) memory.keepVersion(path.replace(/\/restore$/, ""), tag);
    const { newPassword } = used;
    if (answer.status === 204 && newPassword !== undefined) {
      seat.visitor = {
        ...visitor,
        knows: { ...visitor.knows, password: newPassword, currentPassword: newPassword },
      };
    }
    if (answer.status === 204 && parts.path["id"] !== undefined) {
      memory.forget(parts.path["id"]);
      memory.keep(`gone:${template.split("/{")[0]}`, parts.path["id"]);
    }
    if (answer.status === 404) memory.forgetFor(visitor.name, parts.path["id"]);
    const said = operation.responses[String(answer.status)];
    const schema = said !== undefined && "content" in said ? jsonSchemaOf(said) : undefined;
    if (answer.status >= 300 || schema === undefined || answer.body === "") return;
    const value: unknown = JSON.parse(answer.body);
    remember(memory, links, {
      caller: visitor.name,
      template,
      isMade: answer.status === 201 || (parts.method === "GET" && template.endsWith("/me")),
      schema,
      value,
    });
    const { meta, refreshToken } = value as {
      readonly meta?: { readonly nextCursor?: string | null };
      readonly refreshToken?: string;
    };
    if (typeof meta?.nextCursor === "string" && parts.method === "GET") {
      memory.keepPage({ target: request.target, template, caller: visitor.name, cursor: meta.nextCursor });
    }
    if (refreshToken !== undefined) memory.keepBundle({ refreshToken });
    const { password } = (parts.body ?? {}) as { readonly password?: string };
    if (answer.status === 201 && password !== undefined)
      memory.keepBundle(parts.body as Record<string, unknown>);
  }

  /** Whether the caller's session was over, and there is another one now. */
  async #isRenewed(seat: Seat, { status, body }: Answered): Promise<boolean> {
    const { headers, renew } = seat.visitor;
    if (renew === undefined || status !== 401 || !body.includes('"UNAUTHENTICATED"')) return false;
    const looked = await this.#over.send({
      method: "GET",
      target: "/api/openapi.json",
      headers,
      body: undefined,
    });
    if (looked.status === 200) return false;
    const { email } = seat.visitor.knows;
    seat.visitor = await renew(seat.visitor.knows);
    if (seat.visitor.knows["email"] !== email) this.#application.memory.forgetCaller(seat.visitor.name);
    return true;
  }
}
