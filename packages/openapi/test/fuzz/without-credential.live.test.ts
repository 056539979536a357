import * as fc from "fast-check";
import { expect, inject, test } from "vitest";

import { draftFor } from "./drafts.ts";
import { servedGuide } from "./guide.ts";
import { type Described, describedOperations, type Links, linksOf } from "./links.ts";
import { partsOf, requestOf } from "./parts.ts";
import { documentFor, type Fuzzed, type Visitor } from "./run.ts";
import { servedShop } from "./shop.ts";
import { type Answered, type Wire, wire } from "./wire.ts";

/** Of each operation. */
const requests = 2;

/** Sends a request that fits the document; once more where a limit refuses it, which it does at random. */
async function ask(
  { over, application, links }: { readonly over: Wire; readonly application: Fuzzed; readonly links: Links },
  described: Described,
  { caller, seed }: { readonly caller: Visitor; readonly seed: number },
): Promise<Answered> {
  const [draft] = fc.sample(draftFor(described, links), { seed, numRuns: 1 });
  if (draft === undefined) throw new TypeError("nothing was drawn");
  const origin = `http://127.0.0.1:${application.port}`;
  const parts = partsOf({ ...draft, isOfPage: true }, links.document, {
    memory: application.memory,
    caller,
    origin,
  });
  const answer = await over.send(requestOf({ ...parts, headers: { ...parts.headers, ...caller.headers } }));
  return answer.status === 429 ? ask({ over, application, links }, described, { caller, seed }) : answer;
}

/** Here it is the body that decides: strangers may do some of what can stand in it. */
const byBody = /\/batch$/;

function isOpen({ operation: { security } }: Described): boolean {
  return security.length === 0 || security.some((each) => Object.keys(each).length === 0);
}

function codeOf({ status, body }: Answered): unknown {
  return status < 400 || body === "" ? undefined : JSON.parse(body).code;
}

function visitorOf({ visitors }: Fuzzed, name: string): Visitor {
  const found = visitors.find((each) => each.name === name);
  if (found === undefined) throw new TypeError(`there is no ${name}`);
  return found;
}

/** Asks every operation that a reader sees without a credential; the names of those that want one, and of the others. */
async function asked(
  application: Fuzzed,
  over: Wire,
  reader: string,
): Promise<Record<"closed" | "open", Set<string>>> {
  const [nobody, admin] = [visitorOf(application, "nobody"), visitorOf(application, "admin")];
  const links = linksOf(await documentFor(over, visitorOf(application, reader)));
  const found = { closed: new Set<string>(), open: new Set<string>() };
  for (const described of describedOperations(links.document)) {
    const name = `${described.method} ${described.template}`;
    found[isOpen(described) ? "open" : "closed"].add(name);
    for (let seed = 1; seed <= requests; seed += 1) {
      const answer = await ask({ over, application, links }, described, { caller: nobody, seed });
      if (!isOpen(described)) expect([401, 403], `${name} ${answer.body}`).toContain(answer.status);
      else if (codeOf(answer) === "UNAUTHENTICATED" && !byBody.test(described.template)) {
        // Then it is not signing in that is wanted: somebody who is signed in is refused the same.
        const signedIn = await ask({ over, application, links }, described, { caller: admin, seed });
        expect(codeOf(signedIn), name).toBe("UNAUTHENTICATED");
      }
    }
  }
  return found;
}

test.each([
  { name: "the example", serve: servedGuide },
  { name: "the shop", serve: servedShop },
])(
  "T-OA-04 every operation of $name wants a credential, unless its document says that it does not",
  async ({ serve }) => {
    const application = await serve(inject("databaseUrl"));
    const over = wire(application.port);
    for (const reader of ["nobody", "admin"]) {
      const { closed, open } = await asked(application, over, reader);
      expect(closed.size, reader).toBeGreaterThan(15);
      expect(open.size, reader).toBeGreaterThan(15);
    }
    over.close();
    await application.stop();
  },
  120_000,
);
