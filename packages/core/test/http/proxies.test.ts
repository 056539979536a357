import { expect, test } from "vitest";

import { clientReader } from "../../src/http/proxies.ts";

interface Told {
  readonly peer?: string;
  readonly for?: string;
  readonly proto?: string;
}

function clientOf(trustProxy: number | readonly string[] | undefined, told: Told) {
  const problems: string[] = [];
  const headers = new Headers();
  if (told.for !== undefined) headers.set("x-forwarded-for", told.for);
  if (told.proto !== undefined) headers.set("x-forwarded-proto", told.proto);
  const reader = clientReader(trustProxy, problems);
  expect(problems).toStrictEqual([]);
  const peer = told.peer === undefined ? undefined : { address: told.peer };
  return reader(new Request("http://a/", { headers }), peer);
}

const addressOf = (...args: Parameters<typeof clientOf>): string => clientOf(...args).address;

test("T-RL-01 without a trusted proxy the address is the peer's, whatever headers say", () => {
  for (const trust of [undefined, 0]) {
    expect(clientOf(trust, { peer: "::ffff:192.0.2.1", for: "1.1.1.1", proto: "http" })).toStrictEqual({
      address: "192.0.2.1",
      isInsecure: false,
    });
    expect(addressOf(trust, { for: "1.1.1.1" })).toBe("unknown");
  }
});

test("T-RL-02 behind one proxy it is what that proxy heard, not what the client made up", () => {
  expect(addressOf(1, { peer: "10.0.0.1", for: "6.6.6.6, 1.2.3.4" })).toBe("1.2.3.4");
  expect(addressOf(1, { peer: "10.0.0.1", for: "6.6.6.6,7.7.7.7,,1.2.3.4" })).toBe("1.2.3.4");
});

test("as many hops as there are proxies, and no more than there are entries", () => {
  const chain = "6.6.6.6, 1.2.3.4, 10.0.0.9";
  expect(addressOf(2, { peer: "10.0.0.1", for: chain })).toBe("1.2.3.4");
  expect(addressOf(3, { peer: "10.0.0.1", for: chain })).toBe("6.6.6.6");
  expect(addressOf(9, { peer: "10.0.0.1", for: chain })).toBe("6.6.6.6");
  expect(addressOf(1, { peer: "10.0.0.1" })).toBe("10.0.0.1");
});

test("R-RL-5 a list stops at the first that is not on it", () => {
  const ours = ["10.0.0.0/8", "fd00::/8"];
  expect(addressOf(ours, { peer: "10.0.0.1", for: "6.6.6.6, 1.2.3.4, fd00::7, 10.0.0.9" })).toBe("1.2.3.4");
  expect(addressOf(ours, { peer: "::ffff:10.0.0.1", for: "6.6.6.6, 1.2.3.4" })).toBe("1.2.3.4");
  expect(addressOf(ours, { peer: "192.0.2.1", for: "1.2.3.4" })).toBe("192.0.2.1");
  expect(addressOf(ours, { peer: "10.0.0.1", for: "10.0.0.2, 10.0.0.3" })).toBe("10.0.0.2");
  expect(addressOf(ours, { for: "1.2.3.4" })).toBe("unknown");
  expect(addressOf([], { peer: "10.0.0.1", for: "1.2.3.4" })).toBe("10.0.0.1");
});

test.each([
  "garbage",
  "",
  "unknown",
  "1.2.3",
  "_hidden",
  '"1.2.3.4"',
  "for=1.2.3.4",
  "1.2.3.4:port",
  "[1.2.3.4",
  "1.2.3.4\u00a0x",
])("R-RL-5 at an entry such as %j the walk stops", (entry) => {
  expect(addressOf(3, { peer: "10.0.0.1", for: `6.6.6.6, ${entry}, 1.2.3.4` })).toBe("1.2.3.4");
  expect(addressOf(1, { peer: "10.0.0.1", for: `6.6.6.6, ${entry}` })).toBe("10.0.0.1");
});

test.each([
  ["1.2.3.4:5678", "1.2.3.4"],
  ["[2001:db8::1]:443", "2001:db8::/64"],
  ["[2001:db8::1]", "2001:db8::/64"],
  ["2001:db8::1", "2001:db8::/64"],
  ["fe80::1%eth0", "fe80::/64"],
  ["  1.2.3.4\t", "1.2.3.4"],
])("R-RL-5 ports and zones are dropped: %s", (entry, address) => {
  expect(addressOf(1, { peer: "10.0.0.1", for: `6.6.6.6, ${entry}` })).toBe(address);
});

test("whether the client came by http is what the outermost trusted proxy says", () => {
  const isInsecure = (trust: number | readonly string[], proto: string, hops = "1.2.3.4") =>
    clientOf(trust, { peer: "10.0.0.1", for: hops, proto }).isInsecure;
  expect(isInsecure(1, "http")).toBe(true);
  expect(isInsecure(1, " HTTP ")).toBe(true);
  expect(isInsecure(1, "https")).toBe(false);
  expect(isInsecure(1, "")).toBe(false);
  // What stands further left came from the client.
  expect(isInsecure(1, "https, http")).toBe(true);
  expect(isInsecure(1, "http, https")).toBe(false);
  // Between two proxies of ours plain http is fine.
  expect(isInsecure(2, "https, http", "1.2.3.4, 10.0.0.9")).toBe(false);
  expect(isInsecure(2, "http, https", "1.2.3.4, 10.0.0.9")).toBe(true);
  expect(isInsecure(["10.0.0.0/8"], "http")).toBe(true);
  expect(isInsecure(["192.0.2.0/24"], "http")).toBe(false);
});

test("T-DOS-08 a header full of anything is walked in steps that grow with its length at most", () => {
  const trusted = ["10.0.0.0/8"];
  const shapes = [
    (size: number) => " ".repeat(size),
    (size: number) => ",".repeat(size),
    (size: number) => ":".repeat(size),
    (size: number) => "[".repeat(size),
    (size: number) => "1".repeat(size),
    (size: number) => "%".repeat(size),
    (size: number) => "10.0.0.1,".repeat(size / 9),
    (size: number) => ` ${"\t ".repeat(size / 2)}1`,
    (size: number) => `${"a:".repeat(size / 2)}1`,
  ];
  const clock = (make: (size: number) => string, size: number): number => {
    const request = new Request("http://a/", { headers: { "x-forwarded-for": `x${make(size)}x, 10.0.0.2` } });
    const read = clientReader(trusted, []);
    const best = { time: Number.POSITIVE_INFINITY };
    for (let round = 0; round < 20; round += 1) {
      const started = performance.now();
      for (let at = 0; at < 20; at += 1) read(request, { address: "10.0.0.1" });
      best.time = Math.min(best.time, performance.now() - started);
    }
    return best.time;
  };
  for (const make of shapes) {
    const [small, large] = [clock(make, 9_000), clock(make, 72_000)];
    // Eight times the length; quadratic work would take 64 times as long.
    expect(large).toBeLessThan(Math.max(small, 0.05) * 24);
  }
});

test("a chain of trusted addresses that a client made up ends after 32", () => {
  const many = Array.from({ length: 1_000 }, (_, at) => `10.0.${Math.floor(at / 250)}.${at % 250}`);
  expect(addressOf(["10.0.0.0/8"], { peer: "10.9.9.9", for: many.join(",") })).toBe(many.at(-32));
});

test.each([true, -1, 1.5, 33, Number.NaN, "1", null, {}, "10.0.0.0/8"])(
  "trustProxy: %j is refused",
  (bad) => {
    const problems: string[] = [];
    clientReader(bad, problems);
    expect(problems).toStrictEqual([
      "api.trustProxy is the number of proxies in front (1 to 32), or the list of their addresses.",
    ]);
  },
);

test("every wrong entry of a list is named", () => {
  const problems: string[] = [];
  clientReader(["10.0.0.0/8", "0.0.0.0/0", "proxy.example", 7], problems);
  expect(problems.map((problem) => /names (\S+),/.exec(problem)?.[1])).toStrictEqual([
    '"0.0.0.0/0"',
    '"proxy.example"',
    "7",
  ]);
});
