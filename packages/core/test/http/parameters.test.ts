import { expect, test } from "vitest";

import { isLucentError } from "../../src/errors.ts";
import { listParameters } from "../../src/filter/list.ts";
import { checkParameters, readParameters, readQueryBody } from "../../src/http/parameters.ts";

function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (!isLucentError(error)) throw error;
    return [error.code, ...(error.errors ?? []).map(({ path, rule }) => `${path} ${rule}`)];
  }
}

const read = (search: string) => outcome(() => readParameters(search, listParameters));

test("a query string is read into the parameters of a list", () => {
  const where = encodeURIComponent('{"title":{"like":"a&b=c+d"}}');
  expect(read(`where=${where}&sort=-a,b&select=x&page=2&perPage=50&count=exact`)).toStrictEqual({
    where: { title: { like: "a&b=c+d" } },
    sort: ["-a", "b"],
    select: ["x"],
    page: 2,
    perPage: 50,
    count: "exact",
  });
  expect(read("")).toStrictEqual({});
  expect(read("cursor=abc")).toStrictEqual({ cursor: "abc" });
});

test("sort, select and populate may be repeated, or separated by commas, or both", () => {
  expect(read("sort=a&sort=-b,c&select=x&select=y&populate=p.q,r&populate=s")).toStrictEqual({
    sort: ["a", "-b", "c"],
    select: ["x", "y"],
    populate: ["p.q", "r", "s"],
  });
  expect(read("populate=")).toStrictEqual({ populate: [""] });
});

test("search and trashed are texts, taken as they come", () => {
  expect(read("search=%22a+b%22+-c%2C1&trashed=only")).toStrictEqual({
    search: '"a b" -c,1',
    trashed: "only",
  });
  expect(read("search=1&trashed=true")).toStrictEqual({ search: "1", trashed: "true" });
  expect(read("search=&trashed=")).toStrictEqual({ search: "", trashed: "" });
});

test.each(["0", "1", "2", "3"])("depth=%s is a number", (text) => {
  expect(read(`depth=${text}`)).toStrictEqual({ depth: Number(text) });
});

test.each([
  ["4", "max"],
  ["10", "max"],
  ["999", "max"],
  ["-1", "type"],
  ["-0", "type"],
  ["+1", "type"],
  ["1e0", "type"],
  ["0x1", "type"],
  ["1.0", "type"],
  ["01", "type"],
  ["00", "type"],
  ["", "type"],
  [" 1", "type"],
  ["1\n", "type"],
  ["1,2", "type"],
  ["\u0661", "type"],
  ["true", "type"],
  ["[]", "type"],
  ["NaN", "type"],
  ["9999999999999999999999", "type"],
])("T-DOS-04 depth=%j is refused", (text, rule) => {
  expect(read(`depth=${encodeURIComponent(text)}`)).toStrictEqual(["BAD_REQUEST", `depth ${rule}`]);
});

test.each([
  "where={}&where={}",
  "page=1&page=1",
  "perPage=1&perPage=100",
  "count=none&count=exact",
  "cursor=a&cursor=b",
  "depth=1&depth=1",
  "search=a&search=b",
  "trashed=with&trashed=with",
])("T-INJ-10 the repetition in %s is refused", (search) => {
  const [name] = search.split("=");
  expect(read(search)).toStrictEqual(["BAD_REQUEST", `${name} unique`]);
});

test.each([
  "limit=1",
  "Where={}",
  "where[]={}",
  "where[title]=a",
  "populate[]=a",
  "Depth=1",
  "__proto__=1",
  "constructor=1",
  "=1",
  "_method=DELETE",
  "%00=1",
])("the unknown parameter in %s is refused and not echoed", (search) => {
  expect(read(search)).toStrictEqual(["BAD_REQUEST"]);
});

test.each([
  "-1",
  "0",
  "1.5",
  "1e2",
  "01",
  "+1",
  " 1",
  "1 ",
  "0x1",
  "abc",
  "",
  "[]",
  "999999999999999999999",
  "١",
  "1,2",
])("T-INJ-10 perPage=%o and page=%o are refused", (value) => {
  for (const name of ["perPage", "page"]) {
    expect(read(`${name}=${encodeURIComponent(value)}`)).toStrictEqual(["BAD_REQUEST", `${name} type`]);
  }
});

test.each(["", "{", "title", "{'a':1}", '{"a":1}x', "undefined", "%E0%A4%A"])(
  "T-INJ-07 where=%o is not JSON",
  (text) => {
    expect(read(`where=${text}`)).toStrictEqual(["BAD_REQUEST", "where format"]);
  },
);

test("R-LI-3 a where of 4 KiB is taken, one byte more is refused", () => {
  const sized = (bytes: number) => `where=${encodeURIComponent(`{"a":"${"é".repeat((bytes - 8) / 2)}"}`)}`;
  expect(read(sized(4_096))).toMatchObject({ where: {} });
  expect(read(sized(4_098))).toStrictEqual(["BAD_REQUEST", "where maxLength"]);
});

test("T-DOS-01 a where of very many levels is refused, whatever reads it", () => {
  expect(read(`where=${"[".repeat(50_000)}`)).toStrictEqual(["BAD_REQUEST", "where maxLength"]);
});

test("a query body is taken as it is", () => {
  const body = { where: { a: 1 }, sort: ["a"], page: 1, depth: -1, populate: "a", search: 1, trashed: null };
  expect(readQueryBody(body)).toBe(body);
  expect(readQueryBody({})).toStrictEqual({});
});

test.each([null, [], "a", 1, true])("the query body %o is refused", (body) => {
  expect(outcome(() => readQueryBody(body))).toStrictEqual(["BAD_REQUEST", " type"]);
});

test("a where in a query body has 16 KiB", () => {
  const where = (bytes: number) => ({ where: { a: "x".repeat(bytes - 8) } });
  expect(outcome(() => readQueryBody(where(16_384)))).toMatchObject({ where: {} });
  expect(outcome(() => readQueryBody(where(16_385)))).toStrictEqual(["BAD_REQUEST", "where maxLength"]);
});

const check = (search: string, known?: readonly string[]) => outcome(() => checkParameters(search, known));

test("a route that says what it takes is sent nothing else", () => {
  expect([check("", []), check("a=1&b=2&a=3", ["a", "b"])]).toStrictEqual([undefined, undefined]);
  for (const [search, known] of [
    ["a=1", []],
    ["a", []],
    ["=", []],
    ["a=1&c=2", ["a", "b"]],
    ["A=1", ["a"]],
  ] as const)
    expect([search, check(search, known)]).toStrictEqual([search, ["BAD_REQUEST"]]);
});

test("T-KEY-08 T-SESS-12 a route that does not say so takes everything but credentials", () => {
  for (const search of ["", "a=token", "tokens=1", "page=2&id=1", "state=x&code=y"])
    expect([search, check(search)]).toStrictEqual([search, undefined]);
  const credentials = ["api_key=x", "apiKey", "api-key=", "X-API-Key=x", "access_token=x", "accessToken=x"];
  const others = ["token=x", "TOKEN=x", "%74oken=x", "refreshToken=x", "refresh_token=x", "a=1&a=2&token=x"];
  for (const search of [...credentials, ...others])
    expect([search, check(search)]).toStrictEqual([search, ["BAD_REQUEST"]]);
  // A link in a mail may lead to a route that says so.
  expect(check("token=x", ["token"])).toBeUndefined();
});
