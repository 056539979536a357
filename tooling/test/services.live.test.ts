import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { isContinuousIntegration } from "../services/debian.ts";
import { pingRedis } from "../services/redis-connection.ts";
import { type RunningRedis, missingRedis, startRedis } from "../services/redis.ts";
import { type RunningS3, missingS3, startS3 } from "../services/s3.ts";
import { sendSigned } from "./aws-signature.ts";

// In CI nothing is left out: a service that can't be had fails in beforeAll.
describe.skipIf(missingRedis() !== undefined && !isContinuousIntegration())("Redis", () => {
  let redis: RunningRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test("answers at its URL", async () => {
    await expect(pingRedis(redis.url)).resolves.toBeUndefined();
  });

  test("a started server is gone after stop", async () => {
    const other = await startRedis();
    await other.stop();
    if (other.url !== process.env["REDIS_URL"]) await expect(pingRedis(other.url, 500)).rejects.toThrow(/./);
  });
});

describe.skipIf(missingS3() !== undefined && !isContinuousIntegration())("S3", () => {
  const bucket = `/lucent-${randomUUID()}`;
  let store: RunningS3;
  beforeAll(async () => {
    store = await startS3();
    expect((await sendSigned(store, { method: "PUT", path: bucket })).status).toBe(200);
  });
  afterAll(async () => {
    await sendSigned(store, { method: "DELETE", path: `${bucket}/note` });
    await sendSigned(store, { method: "DELETE", path: bucket });
    await store.stop();
  });

  test("keeps what a good signature sends", async () => {
    const put = await sendSigned(store, { method: "PUT", path: `${bucket}/note`, body: "grüße" });
    expect(put.status).toBe(200);
    const get = await sendSigned(store, { method: "GET", path: `${bucket}/note` });
    expect(get.status).toBe(200);
    expect(await get.text()).toBe("grüße");
  });

  test("refuses a signature made with another secret", async () => {
    const forger = { ...store, secretKey: `${store.secretKey}0` };
    const put = await sendSigned(forger, { method: "PUT", path: `${bucket}/forged`, body: "x" });
    expect(put.status).toBe(403);
    expect(await put.text()).toContain("SignatureDoesNotMatch");
    const get = await sendSigned(store, { method: "GET", path: `${bucket}/forged` });
    expect(get.status).toBe(404);
  });

  test("refuses an access key it does not know", async () => {
    const stranger = { ...store, accessKey: "nobody:here" };
    const get = await sendSigned(stranger, { method: "GET", path: `${bucket}/note` });
    expect(get.status).toBe(403);
  });

  test("gives nothing to a request without a signature", async () => {
    expect((await sendSigned(store, { method: "PUT", path: `${bucket}/note`, body: "grüße" })).status).toBe(
      200,
    );
    const get = await fetch(new URL(`${bucket}/note`, store.endpoint));
    // S3 answers 403; Swift takes an unsigned request for one of its own API, where this path means nothing: 400.
    expect([400, 403]).toContain(get.status);
    expect(await get.text()).not.toContain("grüße");
  });
});
