import { BootError } from "@lucent/core";

import { createApp } from "./app.ts";
import { CannotListen, listen } from "./listen.ts";

// An empty variable counts as unset.
const port = Number(process.env.PORT || 3000);
const hostname = process.env.HOST || "127.0.0.1";

try {
  await serve();
} catch (error) {
  if (!(error instanceof BootError || error instanceof CannotListen)) throw error;
  console.error(error.message);
  process.exit(1);
}

async function serve(): Promise<void> {
  const app = await createApp();
  const { lucent } = app.decorator;
  try {
    const server = await listen(app, { port, hostname });
    console.log(invitation(server.url));
    await stopSignal();
    await server.stop();
  } finally {
    await lucent.stop();
  }
  process.exit(0);
}

function invitation(url: string): string {
  return [
    `The city guide is at ${url}. Try it in a browser, or:`,
    `  curl -G ${url}/api/cities --data-urlencode 'where={"name":{"like":"paris"}}' -d sort=-name -d perPage=3 -d count=exact`,
  ].join("\n");
}

/** Resolves at Ctrl+C and when a supervisor asks for a stop. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve());
  });
}
