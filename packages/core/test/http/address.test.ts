import { isIP } from "node:net";

import fc from "fast-check";
import { expect, test } from "vitest";

import { canonicalAddress } from "../../src/http/address.ts";
import { contains, parseIp, parseNetwork } from "../../src/http/ip.ts";

const canonical = (text: string): string => canonicalAddress(parseIp(text));

test.each([
  [
    "1.2.3.4",
    [
      "1.2.3.4",
      "::ffff:1.2.3.4",
      "::FFFF:1.2.3.4",
      "::ffff:0102:0304",
      "::ffff:102:304",
      "0:0:0:0:0:ffff:1.2.3.4",
      "0000:0000:0000:0000:0000:ffff:0102:0304",
    ],
  ],
  [
    "2001:db8:1:2::/64",
    [
      "2001:db8:1:2::1",
      "2001:DB8:1:2::",
      "2001:0db8:0001:0002:ffff:ffff:ffff:ffff",
      "2001:db8:1:2:3:4:5:6",
      "2001:db8:1:2:0:0:1.2.3.4",
    ],
  ],
  ["fe80::/64", ["fe80::1", "fe80::1%eth0", "fe80::1%25eth0", "FE80:0::2%", "fe80:0:0:0:1:2:3:4"]],
  ["::/64", ["::", "::1", "0::0", "::1.2.3.4"]],
  ["2001:0:0:1::/64", ["2001:0:0:1::1", "2001::1:0:0:0:1", "2001:0000:0000:0001::"]],
  ["2001::/64", ["2001::", "2001::1"]],
])("T-RL-03 R-RL-6 %s is the one name of all its spellings", (name, spellings) => {
  for (const spelling of spellings) expect([spelling, canonical(spelling)]).toStrictEqual([spelling, name]);
});

test.each([
  "",
  " ",
  "unknown",
  "1.2.3",
  "1.2.3.4.5",
  "1.2.3.256",
  "01.2.3.4",
  "1.2.3.04",
  "0x7f.0.0.1",
  "2130706433",
  "1.2.3.4 ",
  "1.2.3.-4",
  "1.2.3.4%eth0",
  "1e1.2.3.4",
  "١.2.3.4",
  ":",
  ":::",
  "1::2::3",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7:8::",
  "::1:2:3:4:5:6:7:8",
  "12345::",
  "g::",
  "::1.2.3",
  "::1.2.3.4:5",
  "1.2.3.4::",
  "::256.1.1.1",
  "[::1]",
  ":1::",
  "1::2:",
  "::ffff:1.2.3.4.5",
])("%j is no address, and all such share one bucket", (text) => {
  expect(parseIp(text)).toBeUndefined();
  expect(canonical(text)).toBe("unknown");
});

const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
// Zeros are what the short forms are about.
const sparse = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
  minLength: 8,
  maxLength: 8,
});

/** Every way to write a group, chosen by a number. */
function spelled(group: number, choice: number): string {
  const text = group.toString(16).padStart(choice % 5, "0");
  return choice % 2 === 0 ? text : text.toUpperCase();
}

/** An address written out, or with one of its runs of zeros left out. */
function written(parts: readonly number[], choices: readonly number[]): string {
  const texts = parts.map((part, at) => spelled(part, choices[at] ?? 0));
  const gap = (choices[8] ?? 0) % 9;
  const length = parts.slice(gap).findIndex((part) => part !== 0);
  const end = length === -1 ? 8 : gap + length;
  return end === gap ? texts.join(":") : `${texts.slice(0, gap).join(":")}::${texts.slice(end).join(":")}`;
}

const choices = fc.array(fc.nat({ max: 100 }), { minLength: 9, maxLength: 9 });

test("every spelling of an IPv6 address is read as the same numbers, and the runtime agrees that it is one", () => {
  fc.assert(
    fc.property(fc.oneof(groups, sparse), choices, (parts, chosen) => {
      const text = written(parts, chosen);
      expect([text, isIP(text)]).toStrictEqual([text, 6]);
      const isMapped = parts.slice(0, 6).join(",") === "0,0,0,0,0,65535";
      if (!isMapped) expect([text, parseIp(text)]).toStrictEqual([text, parts]);
    }),
  );
});

test("R-RL-6 two IPv6 addresses have one name exactly where their first 64 bits are the same, and it is RFC 5952's", () => {
  fc.assert(
    fc.property(fc.tuple(sparse, groups, fc.nat({ max: 7 })), choices, ([one, other, from], chosen) => {
      const two = [...one.slice(0, from), ...other.slice(from)];
      const isSame = one.slice(0, 4).join(":") === two.slice(0, 4).join(":");
      const names = [canonical(written(one, chosen)), canonical(written(two, chosen))];
      if ([one, two].some((parts) => parts.slice(0, 6).join(",") === "0,0,0,0,0,65535")) return;
      expect(names[0] === names[1]).toBe(isSame);
      // A URL's host is written in the form of RFC 5952.
      const host = new URL(
        `http://[${one
          .slice(0, 4)
          .map((part) => part.toString(16))
          .join(":")}::]/`,
      ).hostname;
      expect(names[0]).toBe(`${host.slice(1, -1)}/64`);
    }),
  );
});

test("an IPv4 address has one name, mapped into IPv6 or not", () => {
  fc.assert(
    fc.property(fc.ipV4(), choices, (text, [first = 0, second = 0]) => {
      const [a = 0, b = 0, c = 0, d = 0] = text.split(".").map(Number);
      const hex = `::ffff:${spelled(a * 256 + b, first)}:${spelled(c * 256 + d, second)}`;
      for (const spelling of [text, `::ffff:${text}`, hex]) expect(canonical(spelling)).toBe(text);
    }),
  );
});

test("what is no address for the runtime is none for us", () => {
  const odd = fc.string({ unit: fc.constantFrom(...Array.from("0123456789abcfF:.%/[] x")), maxLength: 50 });
  fc.assert(
    fc.property(odd, (text) => {
      // A zone is dropped whatever it is called.
      const bare = text.includes(":") ? (text.split("%")[0] ?? "") : text;
      expect([text, parseIp(text) !== undefined]).toStrictEqual([text, isIP(bare) !== 0]);
    }),
    { numRuns: 2_000 },
  );
});

const isIn = (network: string, address: string): boolean => {
  const [found, ip] = [parseNetwork(network), parseIp(address)];
  if (found === undefined || ip === undefined) throw new TypeError("the test is wrong");
  return contains(found, ip);
};

test.each([
  ["10.0.0.0/8", "10.255.0.1", true],
  ["10.0.0.0/8", "11.0.0.0", false],
  ["10.0.0.0/8", "::ffff:10.1.1.1", true],
  ["10.0.0.0/8", "a00::1", false],
  ["172.16.0.0/12", "172.31.255.255", true],
  ["172.16.0.0/12", "172.32.0.0", false],
  ["127.0.0.1", "127.0.0.1", true],
  ["127.0.0.1", "127.0.0.2", false],
  ["::ffff:10.0.0.0/104", "10.2.3.4", true],
  ["::ffff:10.0.0.0/104", "11.2.3.4", false],
  ["2001:db8::/33", "2001:db8:7fff::1", true],
  ["2001:db8::/33", "2001:db8:8000::1", false],
  ["fd00::/8", "fdff::", true],
  ["::1", "::1", true],
  ["::1", "::2", false],
])("%s has %s: %s", (network, address, expected) => {
  expect(isIn(network, address)).toBe(expected);
});

test.each([
  "0.0.0.0/0",
  "::/0",
  "10.0.0.0/33",
  "::/129",
  "10.0.0.0/08",
  "10.0.0.0/",
  "10.0.0.0/8/8",
  "10.0.0.0/-1",
  "10/8",
  "loopback",
  "fe80::1%eth0",
  "::ffff:10.0.0.0/95",
  "",
])("%j is no network", (text) => {
  expect(parseNetwork(text)).toBeUndefined();
});
