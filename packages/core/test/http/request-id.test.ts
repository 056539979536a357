import { expect, test } from "vitest";

import { requestIdOf } from "../../src/http/request-id.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const idFor = (given: string | undefined) =>
  requestIdOf(new Request("http://a/", { headers: given === undefined ? {} : { "x-request-id": given } }));

test.each(["12345678", "a.b_c-D.E", "x".repeat(64), "018f4e1c-7a3b-7c3d-8e4f-0123456789ab"])(
  "the harmless id %s is kept",
  (given) => {
    expect(idFor(given)).toBe(given);
  },
);

test.each([
  undefined,
  "",
  "1234567",
  "x".repeat(65),
  "<script>alert</script>",
  "${jndi:ldap://a}",
  "12345678 9",
  "12345678,9",
  "äöüäöüäö",
  "12345678%0d%0aset-cookie",
])("T-HDR-02 T-INJ-15 the id %o is replaced by a new UUID", (given) => {
  const [first, second] = [idFor(given), idFor(given)];
  expect(first).toMatch(uuid);
  expect(second).not.toBe(first);
});
