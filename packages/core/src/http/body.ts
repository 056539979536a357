import { LucentError } from "../errors.ts";
import { checkJsonSize } from "./json-size.ts";

// The essence, any case, and at most a utf-8 charset: what needs no CORS preflight is never read as JSON.
const jsonType = /^application\/json[\t ]*(?:;[\t ]*charset[\t ]*=[\t ]*"?utf-8"?[\t ]*)?$/i;

/**
 * Reads a JSON body of at most `limit` bytes, counted as they arrive.
 * @throws LucentError `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE` or `BAD_REQUEST`.
 */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  const type = request.headers.get("content-type");
  if (type === null || !jsonType.test(type.trim())) throw new LucentError("UNSUPPORTED_MEDIA_TYPE");
  if (request.headers.has("content-encoding")) throw new LucentError("UNSUPPORTED_MEDIA_TYPE");
  const value = parse(decode(await readBytes(request, limit)));
  checkJsonSize(value);
  return value;
}

/** Whether a request says that it has a body. One that never was on a wire says so by its content alone. */
export function hasBody(request: Request): boolean {
  const { headers } = request;
  const declared = headers.get("content-length");
  if (declared !== null) return declared !== "0";
  // Looked at last: on Node it begins to read, and a body that is read in part holds up the next request of its connection.
  return headers.has("transfer-encoding") || (headers.has("content-type") && request.body !== null);
}

async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const declared = request.headers.get("content-length");
  if (declared !== null) {
    if (Number(declared) > limit) throw tooLarge();
    // A server reads no more than the declared length, so the runtime's own fast path is safe.
    const bytes = new Uint8Array(await request.arrayBuffer());
    if (bytes.length > limit) throw tooLarge();
    return bytes;
  }
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> = request.body;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What is left of the body is never read, so the connection can't carry another request. */
function tooLarge(): LucentError {
  return new LucentError("PAYLOAD_TOO_LARGE", { headers: { connection: "close" } });
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new LucentError("BAD_REQUEST", { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LucentError("BAD_REQUEST", { cause });
  }
}
