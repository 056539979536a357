import { expect, test } from "vitest";

import { cancelRequests } from "../../src/postgres/cancel.ts";

test("a request that had no effect is made again, until the query is settled and no longer", async () => {
  const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
  let requests = 0;
  const canceller = async (): Promise<void> => {
    requests += 1;
    // The first ones came between two messages of the statement.
    if (requests === 3) settle();
  };
  const query = Object.assign(Promise.resolve(), { active: true, canceller });
  const { send, quiet } = cancelRequests();
  send(query, settled);
  send(query, settled);
  await quiet();
  expect(requests).toBe(3);
  expect(quiet()).toBeUndefined();
});

test("a query that the server does not work on is left alone", () => {
  const { send, quiet } = cancelRequests();
  send(Object.assign(Promise.resolve(), { active: false }), Promise.resolve());
  expect(quiet()).toBeUndefined();
});
