import { hash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

import { chosenEncoding, type Encoding } from "./encoding.ts";

/** Bytes that are sent again and again: compressed once in each way, when that way is first asked for. */
export interface Content {
  /** Of the bytes, in base64url. */
  readonly digest: string;
  /**
   * The answer to a request: 304 without a body where the client has the same bytes already.
   * @param headers Its own, in lower case, beside those that follow from the content.
   */
  respond(request: Request, headers: Readonly<Record<string, string>>): Promise<Response>;
}

const zip = promisify(gzip);
const shrink = promisify(brotliCompress);

// 132 bits of SHA-256.
const digestLength = 22;

/**
 * Keeps bytes for answering.
 * @param type Its media type.
 */
export function contentOf(bytes: Uint8Array<ArrayBuffer>, type: string): Content {
  const digest = hash("sha256", bytes, "base64url").slice(0, digestLength);
  // Weak, as it stands for every encoding (RFC 9110 8.8.1).
  const etag = `W/"${digest}"`;
  const made = new Map<Encoding, Promise<Uint8Array<ArrayBuffer>>>();
  const encoded = (encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> => {
    const known = made.get(encoding);
    if (known !== undefined) return known;
    const fresh = encode(bytes, encoding);
    made.set(encoding, fresh);
    return fresh;
  };
  return {
    digest,
    async respond(request, headers) {
      const own = { ...headers, etag, vary: "Accept-Encoding" };
      const known = request.headers.get("if-none-match");
      if (known !== null && isNamed(known, digest)) return new Response(null, { status: 304, headers: own });
      const encoding = chosenEncoding(request.headers.get("accept-encoding"));
      const coding = encoding === "identity" ? {} : { "content-encoding": encoding };
      return new Response(await encoded(encoding), { headers: { ...own, ...coding, "content-type": type } });
    },
  };
}

async function encode(bytes: Uint8Array<ArrayBuffer>, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
  switch (encoding) {
    case "br":
      // The highest quality takes seconds for a script of megabytes, and saves little.
      return new Uint8Array(
        await shrink(bytes, {
          params: { [constants.BROTLI_PARAM_QUALITY]: 6, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
        }),
      );
    case "gzip":
      return new Uint8Array(await zip(bytes));
    case "identity":
      return bytes;
  }
}

const maxTags = 100;

/** Whether `If-None-Match` names the bytes, by the weak comparison (RFC 9110 13.1.2). */
function isNamed(header: string, digest: string): boolean {
  const tags = header.split(",", maxTags).map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(`"${digest}"`);
}
