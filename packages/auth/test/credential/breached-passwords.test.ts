import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";

import { afterEach, expect, test } from "vitest";

import {
  type BreachLookupFailure,
  pwnedPasswords,
  type PwnedPasswordsOptions,
} from "../../src/credential/breached-passwords.ts";

const password = "correct horse caf\u00e9";
const digest = createHash("sha1").update(password).digest("hex").toUpperCase();
const suffix = digest.slice(5);
const other = "0018A45C4D1DEF81644B54AB7F969B88D65";
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** Starts the service; its URL. */
async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return `http://127.0.0.1:${address.port}`;
}

interface Looked {
  readonly isBreached: boolean;
  readonly failures: readonly BreachLookupFailure[];
}

/** What a lookup answers and reports. */
async function look(options: PwnedPasswordsOptions): Promise<Looked> {
  const failures: BreachLookupFailure[] = [];
  const ask = pwnedPasswords({ onFailure: (failure) => failures.push(failure), ...options });
  return { isBreached: await ask(password), failures };
}

/** The same, where the service does as it is told. */
async function lookup(listener: RequestListener, timeout?: number): Promise<Looked> {
  return look({ url: await serve(listener), ...(timeout !== undefined && { timeout }) });
}

const answer =
  (body: string, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status).end(body);

test.each([`${other}:3\r\n${suffix}:1`, `${suffix}:24230577\r\n${other}:2`, `${suffix}:1`])(
  "R-PW-7: a password that is listed is breached",
  async (body) => {
    expect(await lookup(answer(body))).toEqual({ isBreached: true, failures: [] });
  },
);

test.each([
  ["others only", `${other}:3\r\n${other.replace("0", "F")}:1`],
  ["a line that pads", `${other}:3\r\n${suffix}:0`],
  ["a hash in which it stands", `${other}:3\r\nA${suffix.slice(0, -1)}:5`],
])("R-PW-7: one that is not, is not: %s", async (_, body) => {
  expect(await lookup(answer(body))).toEqual({ isBreached: false, failures: [] });
});

test("R-PW-7: five digits leave the process, and the answer is padded", async () => {
  const seen: unknown[] = [];
  const found = await lookup((request, response) => {
    seen.push(request.method, request.url, request.headers["add-padding"]);
    response.end(`${suffix}:1`);
  });
  expect(found.isBreached).toBe(true);
  expect(seen).toEqual(["GET", `/range/${digest.slice(0, 5)}`, "true"]);
});

test("R-PW-7: it is the canonical form that is looked up, below the path of a mirror", async () => {
  const seen: unknown[] = [];
  const url = await serve((request, response) => {
    seen.push(request.url);
    response.end(`${suffix}:1`);
  });
  for (const mirror of [`${url}/pwned`, `${url}/pwned/`]) {
    expect(await pwnedPasswords({ url: mirror })("correct horse cafe\u0301")).toBe(true);
  }
  expect(new Set(seen)).toEqual(new Set([`/pwned/range/${digest.slice(0, 5)}`]));
});

const silent: RequestListener = () => undefined;
const stalled: RequestListener = (_, response) => response.write(`${other}:1\r\n`);

test.each([
  ["no answer", silent],
  ["half an answer", stalled],
])("R-PW-7: %s in time lets the password pass, and is reported", async (_, listener) => {
  expect(await lookup(listener, 50)).toEqual({ isBreached: false, failures: ["timeout"] });
});

test("R-PW-7: an answer may take a second", async () => {
  const since = performance.now();
  expect((await lookup(silent)).failures).toEqual(["timeout"]);
  expect(performance.now() - since).toBeGreaterThan(950);
  expect(performance.now() - since).toBeLessThan(5_000);
});

test.each([
  ["an error", answer(`${suffix}:1`, 503)],
  ["a page", answer("<html>Sign in to this network</html>")],
  ["nothing", answer("")],
  ["too much", answer(`${other}:1\r\n`.repeat(30_000))],
  [
    "a redirect",
    (_: unknown, response: Parameters<RequestListener>[1]) =>
      response.writeHead(302, { location: "http://127.0.0.1:9/" }).end(),
  ],
] as const)("R-PW-7: %s instead of a list lets the password pass, and is reported", async (_, listener) => {
  expect(await lookup(listener)).toEqual({ isBreached: false, failures: ["answer"] });
});

test("R-PW-7: a connection that is cut lets the password pass, and is reported", async () => {
  const found = await lookup((request) => request.socket.destroy());
  expect(found).toEqual({ isBreached: false, failures: ["network"] });
});

test("R-PW-7: a service that is not there lets the password pass, and is reported", async () => {
  const url = await serve(silent);
  const closed = server && once(server, "close");
  server?.close();
  await closed;
  expect(await look({ url })).toEqual({ isBreached: false, failures: ["network"] });
});

test("R-PW-7: where nobody listens for failures, the process warns, without a digit of the hash", async () => {
  const url = await serve(answer("", 500));
  const { promise, resolve } = Promise.withResolvers<Error>();
  const listener = (warning: Error & { readonly code?: string }): void => {
    if (warning.code === "LUCENT_BREACH_LOOKUP") resolve(warning);
  };
  process.on("warning", listener);
  await expect(pwnedPasswords({ url })(password)).resolves.toBe(false);
  const warning = await promise;
  process.off("warning", listener);
  expect(warning.message).toContain("(answer)");
  expect(String(warning)).not.toContain(digest.slice(0, 5));
});

test("a URL that is none is the mistake of whoever wrote it", () => {
  expect(() => pwnedPasswords({ url: "pwned" })).toThrow(TypeError);
});
