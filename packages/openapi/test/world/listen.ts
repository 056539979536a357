import { node } from "@elysia/node";
import { Elysia } from "elysia";

/** An app that accepts requests on a real socket of the loopback address. */
export interface Listening {
  readonly port: number;
  stop(): Promise<void>;
}

/** What can be mounted. */
type Mounted = Parameters<Elysia["use"]>[0];

/** What the adapter hands out on Node: the server below Elysia, which alone knows its port. */
interface NodeServer {
  readonly url: string | undefined;
  ready(): Promise<unknown>;
  close(now: boolean): Promise<void>;
}

const options = { port: 0, hostname: "127.0.0.1" };

/** Serves a Lucent plugin the way an application does: bare on Bun, with the adapter on Node. */
export async function listen(plugin: Mounted): Promise<Listening> {
  if ("bun" in process.versions) {
    const { server } = new Elysia().use(plugin).listen(options);
    if (server === null) throw new TypeError("the server did not start");
    return { port: Number(server.port), stop: () => server.stop(true) };
  }
  const raw = await new Promise<NodeServer>((resolve) => {
    new Elysia({ adapter: node() }).use(plugin).listen(options, (server) => {
      // The types of Elysia describe Bun's server.
      resolve((server as unknown as { readonly raw: NodeServer }).raw);
    });
  });
  await raw.ready();
  return { port: Number(new URL(String(raw.url)).port), stop: () => raw.close(true) };
}
