import { describe, expect, test } from "vitest";

import { commonPasswords } from "../../src/credential/common-passwords.ts";
import {
  passwordLength,
  type PasswordOptions,
  passwordOptionProblems,
  passwordRule,
} from "../../src/credential/password-policy.ts";

const rule = (
  password: string,
  options: PasswordOptions = {},
  words: readonly string[] = [],
): ReturnType<typeof passwordRule> => passwordRule(password, { options, words });

/** No word, no row of a keyboard: fine whatever its length. */
const text = (length: number): string => Array.from({ length }, (_, at) => "vK7#qz"[at % 6]).join("");

test.each([
  [7, "minLength"],
  [8, undefined],
  [64, undefined],
  [128, undefined],
  [129, "maxLength"],
  [100_000, "maxLength"],
])("T-AUTH-03: of %d code points", async (length, expected) => {
  await expect(rule(text(length))).resolves.toBe(expected);
});

test("T-AUTH-03: lengths are counted in code points of the form that is hashed", async () => {
  await expect(rule("\u{1f511}".repeat(7))).resolves.toBe("minLength");
  await expect(rule("\u{1f511}".repeat(128))).resolves.toBeUndefined();
  await expect(rule("\u{1f511}".repeat(129))).resolves.toBe("maxLength");
  await expect(rule("e\u0301".repeat(7))).resolves.toBe("minLength");
  await expect(rule("e\u0301".repeat(128))).resolves.toBeUndefined();
});

test.each(["password", "PASSWORD", "PassWord1", "QwErTyUiOp", "1q2w3e4r", "P@ssw0rd", "pa\u017fsword"])(
  "T-AUTH-07: %s is on the list, in any case",
  async (password) => {
    await expect(rule(password)).resolves.toBe("common");
  },
);

test("T-AUTH-07: the list has 10,000 passwords of at least 8 characters", async () => {
  const passwords = await commonPasswords();
  expect(passwords.size).toBe(10_000);
  expect([...passwords].every(({ length }) => length >= 8)).toBe(true);
  expect([...passwords].slice(0, 3)).toEqual(["PASSWORD", "12345678", "123456789"]);
});

describe("T-AUTH-08: words that anyone can know", () => {
  const words = ["Lucent", "users", "anna.smith+news", "example"];

  test.each([
    "anna.smith+news12345",
    "annasmith",
    "AnnaSmith2026!",
    "2026smith",
    "lucentlucent",
    "#lucent#1",
    "Example-1234",
    "users000000",
    "lucentpassword",
    "annaTrustNo1",
    "1234567smith",
  ])("%s", async (password) => {
    await expect(rule(password, {}, words)).resolves.toBe("common");
  });

  test.each(["smithereens above", "annapurna 8091 m", "lucent kxq83", "smith 8273918273", "kV9!banana"])(
    "leave something that has to be guessed in %s",
    async (password) => {
      await expect(rule(password, {}, words)).resolves.toBeUndefined();
    },
  );

  test.each([
    ["jos\u00e9", "JOSE\u030112345"],
    ["jose\u0301", "Jos\u00e912345"],
    ["stra\u00dfe", "STRASSE1"],
    ["stra\u00dfe", "STRA\u1e9eE12"],
  ])("are compared in one form and case: %s in %s", async (word, password) => {
    await expect(rule(password, {}, [word])).resolves.toBe("common");
  });

  test("leave nothing of themselves behind where one begins with another", async () => {
    await expect(rule("anna12345", {}, ["ann", "anna"])).resolves.toBe("common");
  });

  test.each([[[""]], [["..."]], [[]], [["", " ", "\0"]]])(
    "that are none change nothing: %j",
    async (none) => {
      await expect(rule("9182736450", {}, none)).resolves.toBeUndefined();
    },
  );

  test("must leave as many digits as a password needs characters", async () => {
    await expect(rule("smith 82739182", {}, words)).resolves.toBeUndefined();
    await expect(rule("smith 82739182", { minLength: 10 }, words)).resolves.toBe("common");
  });
});

test.each([
  ["requireUppercase", "vk7#qzvk", "vk7#qzvK"],
  ["requireLowercase", "VK7#QZVK", "VK7#QZVk"],
  ["requireDigit", "vKa#qzvK", "vKa#qz7K"],
  ["requireSymbol", "vK7aqzvK", "vK7aqz K"],
] as const)("R-PW-6: %s is asked for only where it is set", async (name, without, having) => {
  await expect(rule(without)).resolves.toBeUndefined();
  await expect(rule(without, { [name]: false })).resolves.toBeUndefined();
  await expect(rule(without, { [name]: true })).resolves.toBe("pattern");
  await expect(rule(having, { [name]: true })).resolves.toBeUndefined();
});

test("R-PW-6: letters, digits and signs of every script count", async () => {
  const all = { requireUppercase: true, requireLowercase: true, requireDigit: true, requireSymbol: true };
  await expect(rule("Жук и ٣ реки", all)).resolves.toBeUndefined();
});

test("half a surrogate pair is in no password", async () => {
  await expect(rule(`${text(8)}\ud800`)).resolves.toBe("pattern");
});

describe("R-PW-7: a lookup of breached passwords", () => {
  test("is asked for the canonical form of what is fine otherwise, and no more", async () => {
    const asked: string[] = [];
    const breached = async (password: string): Promise<boolean> => {
      asked.push(password);
      return password.startsWith("known");
    };
    await expect(rule("short", { breached })).resolves.toBe("minLength");
    await expect(rule("password", { breached })).resolves.toBe("common");
    await expect(rule("known cafe\u0301", { breached })).resolves.toBe("common");
    await expect(rule("unknown caf\u00e9", { breached })).resolves.toBeUndefined();
    expect(asked).toEqual(["known caf\u00e9", "unknown caf\u00e9"]);
  });

  test("that fails fails the check", async () => {
    const breached = async (): Promise<boolean> => Promise.reject(new Error("down"));
    await expect(rule(text(12), { breached })).rejects.toThrow("down");
  });
});

test("R-PW-4: the preset of NIST asks for 15 code points", async () => {
  expect(passwordLength({})).toEqual({ min: 8, max: 128 });
  expect(passwordLength({ preset: "nist-2025" })).toEqual({ min: 15, max: 128 });
  expect(passwordLength({ preset: "nist-2025", minLength: 20, maxLength: 64 })).toEqual({ min: 20, max: 64 });
  await expect(rule(text(14), { preset: "nist-2025" })).resolves.toBe("minLength");
  await expect(rule(text(15), { preset: "nist-2025" })).resolves.toBeUndefined();
});

const fine: readonly object[] = [
  {},
  { preset: "nist-2025" },
  { minLength: 8, maxLength: 64 },
  { minLength: 128 },
  { requireUppercase: true, requireLowercase: false, requireDigit: true, requireSymbol: true },
  { breached: async () => false },
];

test.each(fine)("R-PW-4: %j is taken", (options) => {
  expect(passwordOptionProblems(options)).toEqual([]);
});

const wrong: readonly (readonly [object, string])[] = [
  [{ minLength: 7 }, "minLength"],
  [{ minLength: 8.5 }, "minLength"],
  [{ minLength: "8" }, "minLength"],
  [{ minLength: Number.NaN }, "minLength"],
  [{ minLength: 129 }, "minLength"],
  [{ minLength: 65, maxLength: 64 }, "minLength"],
  [{ maxLength: 63 }, "maxLength"],
  [{ maxLength: 129 }, "maxLength"],
  [{ preset: "nist" }, "preset"],
  [{ requireDigit: "yes" }, "requireDigit"],
  [{ breached: true }, "breached"],
  [{ minLenght: 12 }, '"minLenght"'],
];

test.each(wrong)("R-PW-4: %j is a problem", (options, name) => {
  expect(passwordOptionProblems(options)).toEqual([expect.stringContaining(name)]);
});
