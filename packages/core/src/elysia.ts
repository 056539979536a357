import { Elysia } from "elysia";

import type { Collection } from "./contract/collection.ts";
import type { Lucent } from "./contract/lucent.ts";
import type { RouteTree } from "./contract/routes.ts";

interface Decorated<C extends readonly Collection[]> {
  decorator: { lucent: Lucent<C> };
  store: {};
  derive: {};
  resolve: {};
}

interface NoDefinitions {
  typebox: {};
  error: {};
}

interface NoMetadata {
  schema: {};
  standaloneSchema: {};
  macro: {};
  macroFn: {};
  parser: {};
  response: {};
}

interface NoScope {
  derive: {};
  resolve: {};
  schema: {};
  standaloneSchema: {};
  response: {};
}

/** The plugin's type: an Elysia instance that decorates the context with `lucent` and publishes the route tree to Eden. */
export type LucentPlugin<C extends readonly Collection[], P extends string> = Elysia<
  "",
  Decorated<C>,
  NoDefinitions,
  NoMetadata,
  RouteTree<C, P>,
  NoScope,
  NoScope
>;

const isBun = "bun" in process.versions;

interface HandlerContext {
  readonly request: Request;
  readonly set: { status?: number | string; readonly headers: Record<string, unknown> };
}

/**
 * On Node, @elysia/node copies a standard Response through its body stream (a list of 20 took twice the CPU time of the
 * whole request); bytes beside `set` reach the socket as they are, with a Content-Length.
 */
async function answerBytes(
  engine: Pick<Lucent, "answer">,
  request: Request,
  set: HandlerContext["set"],
): Promise<Response | Uint8Array | undefined> {
  const answer = await engine.answer(request);
  if (answer instanceof Response) return answer;
  set.status = answer.status;
  for (const [name, value] of Object.entries(answer.headers)) set.headers[name] = value;
  return answer.body === null ? undefined : Buffer.from(answer.body);
}

/**
 * Mounts a running application: one wildcard below the prefix hands the raw request over, so that Elysia neither parses
 * nor compiles anything of ours. The host check runs before routing, for the host app's own routes too.
 */
export function mount<C extends readonly Collection[], P extends string>(
  engine: Lucent<C>,
): LucentPlugin<C, P> {
  const { prefix } = engine.blueprint;
  const handler = isBun
    ? ({ request }: HandlerContext) => engine.handle(request)
    : ({ request, set }: HandlerContext) => answerBytes(engine, request, set);
  const app = new Elysia({ name: `lucent:${prefix}` })
    .decorate("lucent", engine)
    .onRequest(({ request }) => engine.refuseHost(request))
    .all(`${prefix}/*`, handler, { parse: "none" })
    .all(prefix, handler, { parse: "none" });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the route tree is stated, not inferred from 1,600 chained calls
  return app as unknown as LucentPlugin<C, P>;
}
