import { expect, test } from "vitest";

import { lazyResponse, toResponse } from "../../src/http/lazy-response.ts";

const data = { status: 201, headers: { "content-type": "application/json", "x-a": "1" }, body: '{"é":1}' };

test.each([
  ["standard", toResponse],
  ["lazy", lazyResponse],
])("a %s response says what it was made of", async (_, make) => {
  const response = make(data);
  expect(response).toBeInstanceOf(Response);
  expect([response.status, response.ok, response.bodyUsed]).toStrictEqual([201, true, false]);
  expect(Object.fromEntries(response.headers)).toStrictEqual(data.headers);
  expect(await response.clone().text()).toBe(data.body);
  expect(await response.json()).toStrictEqual({ é: 1 });
  expect(response.bodyUsed).toBe(true);
});

test("a lazy response without a body has none", async () => {
  const response = lazyResponse({ status: 204, headers: {}, body: null });
  expect(response.status).toBe(204);
  expect(response.body).toBeNull();
  expect(await response.text()).toBe("");
});

test("a lazy response hands its data to a server that asks for it, with the length in bytes", () => {
  const asked: unknown = Reflect.get(lazyResponse(data), "_toNodeResponse");
  const parts: unknown =
    typeof asked === "function" ? Reflect.apply(asked, lazyResponse(data), []) : undefined;
  expect(parts).toStrictEqual({
    status: 201,
    statusText: "",
    headers: ["content-type", "application/json", "x-a", "1", "content-length", "8"],
    body: data.body,
  });
});
