import { createHash, createHmac } from "node:crypto";

import type { RunningS3 } from "../services/s3.ts";

/** A request to a store, before it is signed. */
export interface StoreRequest {
  readonly method: "GET" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: string;
}

/** Sends a request signed by hand with AWS Signature Version 4, so that no SDK can hide what the store accepts. */
export function sendSigned(store: RunningS3, { method, path, body = "" }: StoreRequest): Promise<Response> {
  const url = new URL(path, store.endpoint);
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = `${time.slice(0, 8)}/${store.region}/s3/aws4_request`;
  const bodyHash = sha256(body);
  const names = "host;x-amz-content-sha256;x-amz-date";
  const headers = `host:${url.host}\nx-amz-content-sha256:${bodyHash}\nx-amz-date:${time}\n`;
  const canonical = [method, url.pathname, "", headers, names, bodyHash].join("\n");
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const key = scope.split("/").reduce<Buffer | string>(hmac, `AWS4${store.secretKey}`);
  const signature = hmac(key, text).toString("hex");
  return fetch(url, {
    method,
    headers: {
      "x-amz-date": time,
      "x-amz-content-sha256": bodyHash,
      authorization: `AWS4-HMAC-SHA256 Credential=${store.accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    },
    ...(method === "PUT" ? { body } : {}),
  });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
