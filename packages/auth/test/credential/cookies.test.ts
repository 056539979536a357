import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  clearCookies,
  type CookieNames,
  cookieNames,
  readCredentialCookies,
  setCookies,
} from "../../src/credential/cookies.ts";
import { quickest } from "../quickest.ts";

const secure = cookieNames({ production: true, loopback: false });
const plain = cookieNames({ production: false, loopback: true });
const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl-_";
const refresh = `lrt_${"aB3-_".repeat(14)}`;

test("T-CK-01 plain names are for a loopback host outside production, and for nothing else", () => {
  const hostNames = { access: "__Host-lucent_at", refresh: "__Host-lucent_rt", isSecure: true };
  expect([
    cookieNames({ production: true, loopback: false }),
    cookieNames({ production: true, loopback: true }),
    cookieNames({ production: false, loopback: false }),
    cookieNames({ production: false, loopback: true }),
  ]).toStrictEqual([
    hostNames,
    hostNames,
    hostNames,
    { access: "lucent_at", refresh: "lucent_rt", isSecure: false },
  ]);
});

describe("setting cookies", () => {
  const tokens = { access: { token: jwt, maxAge: 900 }, refresh: { token: refresh, maxAge: 604_800 } };

  test("T-CK-01 they are these bytes", () => {
    expect(setCookies(secure, tokens)).toStrictEqual([
      `__Host-lucent_at=${jwt}; HttpOnly; Secure; Path=/; SameSite=Lax; Max-Age=900`,
      `__Host-lucent_rt=${refresh}; HttpOnly; Secure; Path=/; SameSite=Strict; Max-Age=604800`,
    ]);
    expect(setCookies(plain, tokens)).toStrictEqual([
      `lucent_at=${jwt}; HttpOnly; Path=/; SameSite=Lax; Max-Age=900`,
      `lucent_rt=${refresh}; HttpOnly; Path=/; SameSite=Strict; Max-Age=604800`,
    ]);
  });

  test("clearing them differs in nothing but value and age", () => {
    const attributes = (cookies: readonly string[]) =>
      cookies.map((cookie) => cookie.replace(/=[^;]*;/, "=;").replace(/Max-Age=\d+$/, "Max-Age=0"));
    for (const names of [secure, plain])
      expect(clearCookies(names)).toStrictEqual(attributes(setCookies(names, tokens)));
    expect(clearCookies(secure)).toStrictEqual([
      "__Host-lucent_at=; HttpOnly; Secure; Path=/; SameSite=Lax; Max-Age=0",
      "__Host-lucent_rt=; HttpOnly; Secure; Path=/; SameSite=Strict; Max-Age=0",
    ]);
  });

  test.each([
    [900.999, 900],
    [0, 0],
    [-1, 0],
    [34_560_000, 34_560_000],
    [34_560_001, 34_560_000],
    [Number.POSITIVE_INFINITY, 34_560_000],
  ])("a life of %d seconds is Max-Age=%d: whole, and 400 days at most", (maxAge, written) => {
    const cookies = setCookies(secure, {
      access: { token: jwt, maxAge },
      refresh: { token: refresh, maxAge },
    });
    expect(cookies.map((cookie) => cookie.split("Max-Age=")[1])).toStrictEqual([`${written}`, `${written}`]);
  });

  test("a life that is no number is misuse", () => {
    const access = { token: jwt, maxAge: Number.NaN };
    expect(() => setCookies(secure, { ...tokens, access })).toThrow(TypeError);
  });

  test.each([
    ["nothing", ""],
    ["another attribute", `${refresh}; Domain=example.com`],
    ["another header", `${refresh}\r\nSet-Cookie: a=b`],
    ["a blank", `${refresh} `],
    ["a line end behind it", `${refresh}\n`],
    ["quotes", `"${refresh}"`],
    ["a comma", `${refresh},${refresh}`],
    ["what browsers would drop", `lrt_${"a".repeat(4_090)}`],
  ])("T-INJ-15 a token with %s is misuse, and never a header", (_, token) => {
    const wrong = { token, maxAge: 1 };
    expect(() => setCookies(secure, { ...tokens, access: wrong })).toThrow(TypeError);
    expect(() => setCookies(secure, { ...tokens, refresh: wrong })).toThrow(TypeError);
  });

  test("an access token is no refresh token", () => {
    const wrong = { token: jwt, maxAge: 1 };
    expect(() => setCookies(secure, { ...tokens, refresh: wrong })).toThrow("the refresh token is none");
  });

  test("what was set is what is read", () => {
    for (const names of [secure, plain]) {
      const header = setCookies(names, tokens)
        .map((cookie) => cookie.split(";")[0])
        .join("; ");
      expect(readCredentialCookies(header, names)).toStrictEqual({
        access: { token: jwt },
        refresh: { token: refresh },
      });
    }
  });
});

const read = (header: string | null, names: CookieNames = secure) => readCredentialCookies(header, names);

describe("reading cookies", () => {
  test("absent is told apart from invalid", () => {
    expect([null, "", ";", "a=b", "; ;;=;=x", "theme=dark; lang=en"].map((header) => read(header))).toEqual(
      Array.from({ length: 6 }, () => ({})),
    );
    expect(read("__Host-lucent_at=")).toStrictEqual({ access: "invalid" });
    expect(read("__Host-lucent_rt=")).toStrictEqual({ refresh: "invalid" });
  });

  test.each([
    ["an object", '{"a":1}'],
    ["a list", "[1]"],
    ["a broken percent code", "%E0%A4%A"],
    ["a percent code", "%61%62"],
    ["nothing", ""],
    ["5 KB", "a".repeat(5_120)],
    ["quotes", `"${jwt}"`],
    ["a blank inside", "a b"],
    ["a blank in front", ` ${jwt}`],
    ["a character beyond ASCII", "é"],
    ["a character that is lower-case ASCII only when folded", "\u212A"],
    ["a zero byte", "a\0"],
    ["a line end", `${jwt}\n`],
    ["an equals sign", `${jwt}=`],
    ["two headers in one", `${jwt}, __Host-lucent_at=${jwt}`],
    ["__proto__ as an object", '{"__proto__":{"user":1}}'],
  ])("T-CK-02 %s is an invalid credential and no object", (_, value) => {
    expect(read(`__Host-lucent_at=${value}`)).toStrictEqual({ access: "invalid" });
    expect(read(`__Host-lucent_rt=${value}`)).toStrictEqual({ refresh: "invalid" });
  });

  test.each([
    ["a no-break space in front", `\u00A0__Host-lucent_at=${jwt}`],
    ["its Latin-1 bytes in front", `\u00C2\u00A0__Host-lucent_at=${jwt}`],
    ["a byte order mark in front", `\uFEFF__Host-lucent_at=${jwt}`],
    ["a vertical tab in front", `\v__Host-lucent_at=${jwt}`],
    ["a form feed in front", `\f__Host-lucent_at=${jwt}`],
    ["a line end in front", `\n__Host-lucent_at=${jwt}`],
    ["a zero byte in front", `\0__Host-lucent_at=${jwt}`],
    ["a blank behind it", `__Host-lucent_at =${jwt}`],
    ["a no-break space behind it", `__Host-lucent_at\u00A0=${jwt}`],
    ["upper case", `__HOST-LUCENT_AT=${jwt}`],
    ["lower case", `__host-lucent_at=${jwt}`],
    ["a letter that folds to another", `__Ho\u017Ft-lucent_at=${jwt}`],
    ["percent codes", `%5F%5FHost-lucent_at=${jwt}`],
    ["no prefix", `lucent_at=${jwt}`],
    ["another prefix", `__Secure-lucent_at=${jwt}`],
    ["more behind it", `__Host-lucent_atx=${jwt}`],
    ["an index", `__Host-lucent_at[0]=${jwt}`],
    ["no equals sign", "__Host-lucent_at"],
    ["no name of its own", `=__Host-lucent_at=${jwt}`],
    ["quotes", `"__Host-lucent_at"=${jwt}`],
    ["a place inside another value", `a="; b=__Host-lucent_at=${jwt}`],
    ["a comma before it", `a=b, __Host-lucent_at=${jwt}`],
  ])("T-CK-02 the name with %s is another name", (_, header) => {
    expect(read(header)).toStrictEqual({});
  });

  test("the names with the prefix mean nothing where the plain ones are used", () => {
    expect(read(`__Host-lucent_at=${jwt}; __Host-lucent_rt=${refresh}`, plain)).toStrictEqual({});
    expect(read(`lucent_at=${jwt}; lucent_rt=${refresh}`, plain)).toStrictEqual({
      access: { token: jwt },
      refresh: { token: refresh },
    });
  });

  test("blanks and tabs around a pair are not part of it", () => {
    for (const header of [
      `__Host-lucent_at=${jwt}`,
      `  __Host-lucent_at=${jwt}  `,
      `\t__Host-lucent_at=${jwt}\t `,
      `a=b;__Host-lucent_at=${jwt};c=d`,
      `a=b;  \t __Host-lucent_at=${jwt} \t;;`,
    ])
      expect(read(header)).toStrictEqual({ access: { token: jwt } });
  });

  test("one invalid credential leaves the other as it is", () => {
    expect(read(`__Host-lucent_at={}; __Host-lucent_rt=${refresh}`)).toStrictEqual({
      access: "invalid",
      refresh: { token: refresh },
    });
    expect(read(`__Host-lucent_rt=${jwt}; __Host-lucent_at=${jwt}`)).toStrictEqual({
      access: { token: jwt },
      refresh: "invalid",
    });
  });

  test("name and value together are 4,096 bytes at most", () => {
    const room = 4_096 - secure.access.length;
    const fits = "a".repeat(room);
    expect(read(`__Host-lucent_at=${fits}`)).toStrictEqual({ access: { token: fits } });
    expect(read(`__Host-lucent_at=${fits}a`)).toStrictEqual({ access: "invalid" });
  });

  test.each([
    ["the same token twice", `__Host-lucent_at=${jwt}; __Host-lucent_at=${jwt}`],
    ["two tokens", `__Host-lucent_at=${jwt}; __Host-lucent_at=other`],
    ["a token and nothing", `__Host-lucent_at=${jwt}; __Host-lucent_at=`],
    ["nothing and a token", `__Host-lucent_at=; a=b; __Host-lucent_at=${jwt}`],
    ["two that are invalid", "__Host-lucent_at={}; __Host-lucent_at=[]"],
    ["two refresh tokens", `__Host-lucent_rt=${refresh}; __Host-lucent_rt=${refresh}`],
    [
      "two refresh tokens around an access token",
      `__Host-lucent_rt=; __Host-lucent_at=${jwt}; __Host-lucent_rt=`,
    ],
  ])("T-CK-03 %s of one name are refused", (_, header) => {
    expect(read(header)).toBe("duplicate");
  });

  test("T-CK-03 other cookies may be there twice", () => {
    expect(read(`a=1; a=2; __Host-lucent_at=${jwt}; __Host-lucent_AT=x`)).toStrictEqual({
      access: { token: jwt },
    });
  });

  test("T-CK-04 names of an object's prototype are names like any other", () => {
    const header =
      "__proto__=%7B%22__Host-lucent_at%22%3A%22x%22%7D; constructor=1; prototype=2; toString=3; hasOwnProperty=4";
    expect(read(header)).toStrictEqual({});
    expect(Reflect.ownKeys(Object.prototype)).not.toContain("__Host-lucent_at");
    const later = read(null);
    expect(later).toStrictEqual({});
    expect("access" in Object(later) || "refresh" in Object(later)).toBe(false);
  });

  test("a long header takes time in proportion to its length", async () => {
    const header = (count: number) => `${" \t".repeat(count)}x${" ".repeat(count)}=${";".repeat(count)}`;
    const time = (count: number) => {
      const text = header(count);
      return quickest(() => {
        for (let done = 0; done < 1_000_000; done += count) read(text);
      });
    };
    // As many characters in all: quadratic work would make it 100 times.
    expect((await time(100_000)) / (await time(1_000))).toBeLessThan(10);
  });
});

const anyText = fc.string({ unit: "binary" });
const names = fc.constantFrom(
  "__Host-lucent_at",
  "__Host-lucent_rt",
  "__host-lucent_at",
  "__Host-lucent_at ",
  "\u00A0__Host-lucent_rt",
  "__proto__",
);
const contents = fc.constantFrom(jwt, refresh, "", "{}", ` ${jwt}`, `=${jwt}`, `${refresh},`);
const blanks = fc.constantFrom("", " ", "\t", " \t ");
const pairs = fc
  .tuple(blanks, names, contents, blanks)
  .map(([before, name, value, after]) => `${before}${name}=${value}${after}`);
const headers = fc
  .array(fc.oneof({ weight: 4, arbitrary: pairs }, anyText), { maxLength: 4 })
  .map((parts) => parts.join(";"));

/** The pairs of a header that are exactly so named, found in another way. */
function occurrences(header: string, name: string): readonly string[] {
  return [...`;${header}`.matchAll(new RegExp(`;[ \\t]*${name}=([^;]*)`, "g"))].map((match) =>
    String(match[1]).replace(/[ \t]+$/, ""),
  );
}

test("whatever a header holds, the reader never throws and answers only names that are exactly there", () => {
  const seen = { token: 0, invalid: 0, duplicate: 0 };
  fc.assert(
    fc.property(headers, (header) => {
      const found = read(header);
      const [access, refreshes] = [occurrences(header, secure.access), occurrences(header, secure.refresh)];
      if (found === "duplicate") {
        seen.duplicate += 1;
        return access.length > 1 || refreshes.length > 1;
      }
      const each = [
        [found.access, access, /^[\w.-]+$/],
        [found.refresh, refreshes, /^lrt_[\w-]+$/],
      ] as const;
      return each.every(([cookie, values, grammar]) => {
        if (cookie === undefined) return values.length === 0;
        const [value = ""] = values;
        seen[cookie === "invalid" ? "invalid" : "token"] += 1;
        if (cookie === "invalid") return values.length === 1 && !grammar.test(value);
        return values.length === 1 && cookie.token === value && grammar.test(value);
      });
    }),
    { numRuns: 5_000 },
  );
  // What was made up is worth nothing unless all of it happened.
  expect(Math.min(seen.token, seen.invalid, seen.duplicate)).toBeGreaterThan(10);
});
