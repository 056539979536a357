/** Headers by their lower-case names; several values are several lines, as `set-cookie` needs. */
export type HeaderValues = Readonly<Record<string, string | readonly string[]>>;

/** What a response says, before a runtime makes an object of it. */
export interface ResponseData {
  readonly status: number;
  readonly headers: HeaderValues;
  readonly body: string | null;
}

const data: unique symbol = Symbol("lucent.response-data");
const made: unique symbol = Symbol("lucent.response");

interface Lazy {
  readonly [data]: ResponseData;
  [made]?: Response;
}

// oxlint-disable-next-line typescript/no-unsafe-assignment -- the prototype of a built-in class has no type of its own
const standard: object = Response.prototype;

function realOf(lazy: Lazy): Response {
  const response = lazy[made] ?? toResponse(lazy[data]);
  lazy[made] = response;
  return response;
}

/** The data as a standard response. */
export function toResponse({ status, headers, body }: ResponseData): Response {
  return new Response(body, { status, headers: isSingle(headers) ? headers : headerLines(headers) });
}

function isSingle(headers: HeaderValues): headers is Readonly<Record<string, string>> {
  return headers["set-cookie"] === undefined;
}

function headerLines(headers: HeaderValues): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((line): [string, string] => [name, line]),
  );
}

/**
 * A Response that is built only when something looks at it. Node's own Response costs more than the rest of a request
 * (14 µs with our headers), and its server, srvx, copies the body through a stream; srvx asks a response for
 * `_toNodeResponse` first and writes what that says as it is. A server that does not ask gets the standard response.
 * Returning the parts through Elysia's `set` instead would hang on how Elysia reads the handler's source text.
 */
export function lazyResponse(answer: ResponseData): Response {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every member of a Response is delegated to a real one below
  return Object.create(prototype, { [data]: { value: answer }, [made]: { writable: true } }) as Response;
}

function LazyResponse(): void {}

// oxlint-disable-next-line typescript/no-unsafe-assignment -- what Object.create answers has no type of its own
const prototype: object = Object.create(standard, {
  ...delegates(),
  // Elysia chooses by the name of the constructor, and looks into whatever is called "Response".
  constructor: { value: LazyResponse },
  _toNodeResponse: {
    value(this: Lazy) {
      const { status, headers, body } = this[data];
      const text = body === null ? [] : ["content-length", String(Buffer.byteLength(body))];
      return { status, statusText: "", headers: [...headerLines(headers).flat(), ...text], body };
    },
  },
});

/** Every member of a Response, asked of the real one: the built-in ones refuse any other `this`. */
function delegates(): PropertyDescriptorMap {
  const names = Object.getOwnPropertyNames(standard).filter((name) => name !== "constructor");
  return Object.fromEntries(names.map((name) => [name, delegate(name)]));
}

function delegate(name: string): PropertyDescriptor {
  const isMethod = Object.getOwnPropertyDescriptor(standard, name)?.get === undefined;
  return {
    get(this: Lazy): unknown {
      const real = realOf(this);
      const member: unknown = Reflect.get(real, name);
      return isMethod && typeof member === "function" ? member.bind(real) : member;
    },
  };
}
