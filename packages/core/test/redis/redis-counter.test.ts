import { createServer } from "node:net";

import { BootError, type Services } from "@lucent/core";
import { redisCounter } from "@lucent/core/redis";
import { expect, test } from "vitest";

import { memoryCounter } from "../../src/http/memory-counter.ts";
import { recordingLogger } from "../world/recording-logger.ts";

/** Why a start is refused, which it must be. */
async function refusal(url: string | undefined, environment: Services["environment"] = {}): Promise<string> {
  const services = {
    environment,
    counter: memoryCounter(),
    logger: recordingLogger(),
  } as unknown as Services;
  const plugin = redisCounter({ url });
  try {
    await plugin.start?.(services);
  } catch (error) {
    if (error instanceof BootError) return error.message;
    throw error;
  } finally {
    await plugin.stop?.();
  }
  throw new TypeError("the plugin started");
}

test("without a connection string it says which variable to set", async () => {
  const advice = "Set REDIS_URL (or the url of redisCounter) to a Redis connection string.";
  expect([
    await refusal(undefined),
    await refusal(""),
    await refusal(undefined, { REDIS_URL: "" }),
  ]).toStrictEqual([advice, advice, advice]);
});

test.each(["hunter2", "http://ada:hunter2@cache", "redis://", "redis://ada:hunter2@[bad", "//hunter2"])(
  "the connection string %s is refused and not shown",
  async (url) => {
    const problem = "REDIS_URL is not a URL such as redis://user:password@host:6379.";
    expect([await refusal(url), await refusal(undefined, { REDIS_URL: url })]).toStrictEqual([
      problem,
      problem,
    ]);
  },
);

/** A port of this machine at which something listens that behaves as the test says. */
async function listening(onConnection: (write: (text: string) => void) => void) {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    onConnection((text) => socket.write(text));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { port, close: () => server.close() };
}

test("where nobody listens the start is refused, without the password", async () => {
  const { port, close } = await listening(() => undefined);
  close();
  expect(await refusal(`redis://ada:hunter2@127.0.0.1:${port}`)).toBe(
    `Can't use Redis at 127.0.0.1:${port} (REDIS_URL): ECONNREFUSED.`,
  );
});

test("where somebody listens who does not answer, or is no Redis, the start is refused as well", async () => {
  for (const text of ["", "HTTP/1.1 400 Bad Request\r\n\r\n", "-ERR hunter2\r\n"]) {
    const { port, close } = await listening((write) => {
      if (text !== "") write(text);
    });
    const problem = await refusal(`redis://ada:hunter2@127.0.0.1:${port}`);
    close();
    expect([text, problem]).toStrictEqual([
      text,
      expect.stringMatching(/^Can't use Redis at 127\.0\.0\.1:\d+ \(REDIS_URL\): [\w, ]+\.$/),
    ]);
    expect(problem).not.toContain("hunter2");
  }
});
