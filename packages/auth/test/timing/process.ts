import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** An application in a process of its own: what it does behind an answer's back does not keep its client from reading. */
export interface Served {
  readonly port: number;
  stop(): Promise<void>;
}

export interface ServedOptions {
  /** Of the database. */
  readonly url: string;
  /** What a mail takes to send. Default 0. */
  readonly mailSeconds?: number;
  /** Whether it has the defect that the measurements have to see. Default `false`. */
  readonly planted?: boolean;
}

const application = fileURLToPath(new URL("application.ts", import.meta.url));

/** Starts an application on a database that has its tables. */
export async function serve({ url, mailSeconds = 0, planted = false }: ServedOptions): Promise<Served> {
  const child = spawn(process.execPath, ["--conditions=lucent-source", application], {
    env: {
      PATH: process.env["PATH"],
      TIMING_DATABASE_URL: url,
      TIMING_MAIL_SECONDS: String(mailSeconds),
      TIMING_PLANTED: planted ? "1" : "0",
      SESSION_SECRET: randomBytes(32).toString("base64"),
      JWT_SECRET: randomBytes(32).toString("base64"),
      APP_URL: "https://www.example.com",
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([once(lines, "line"), closed]);
  const port = Number(line);
  if (!(port > 0)) throw new Error("the application did not start");
  return {
    port,
    async stop() {
      child.stdin.end();
      await closed;
    },
  };
}
