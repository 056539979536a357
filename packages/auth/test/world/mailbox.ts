import type { AddressInfo, Socket } from "node:net";
import { text as textOf } from "node:stream/consumers";

import { SMTPServer, type SMTPServerOptions } from "smtp-server";

import { parsedMail, type ParsedMail } from "./parsed-mail.ts";

/** A mail that was received. */
export interface ReceivedMail extends ParsedMail {
  /** Whom the server was told to deliver it to, whatever its headers say. */
  readonly recipients: readonly string[];
  /** Whether it came over TLS. */
  readonly secure: boolean;
}

/** A mail server that delivers to a list. */
export interface Mailbox {
  /** For `SMTP_URL`. */
  readonly url: string;
  readonly port: number;
  /** All mails, in the order in which they came. */
  readonly mails: readonly ReceivedMail[];
  /**
   * The first mail that fits and that `next` has not given out yet; waits for it.
   * @throws Error after `within` milliseconds (default 5000), with what is there.
   */
  next(fits?: (mail: ReceivedMail) => boolean, within?: number): Promise<ReceivedMail>;
  /** Ends every connection in the middle of whatever it is doing. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a mail server on a port of its own. It takes every mail, unless handlers in the options say otherwise. */
export async function mailbox(options: SMTPServerOptions = {}): Promise<Mailbox> {
  const mails: ReceivedMail[] = [];
  const given = new Set<ReceivedMail>();
  const arrivals = new EventTarget();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onData(stream, session, done) {
      void textOf(stream).then((raw) => {
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ ...parsedMail(raw), recipients, secure: session.secure });
        arrivals.dispatchEvent(new Event("mail"));
        done();
      }, done);
    },
    ...options,
  });
  // A connection that breaks is what some tests are about.
  server.on("error", () => undefined);
  const sockets = new Set<Socket>();
  server.server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    mails,
    async next(fits = () => true, within = 5_000) {
      const signal = AbortSignal.timeout(within);
      for (;;) {
        const mail = mails.find((one) => !given.has(one) && fits(one));
        if (mail !== undefined) {
          given.add(mail);
          return mail;
        }
        if (signal.aborted) throw new Error(`no such mail within ${within} ms; there are: ${listed(mails)}`);
        await arrival(arrivals, signal);
      }
    },
    cut,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      cut();
      await closed;
    },
  };
}

/** Resolves when a mail comes, or the signal aborts. */
async function arrival(arrivals: EventTarget, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      arrivals.removeEventListener("mail", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    arrivals.addEventListener("mail", done);
    signal.addEventListener("abort", done);
  });
}

function listed(mails: readonly ReceivedMail[]): string {
  return mails.map(({ to, subject }) => `"${subject}" to ${to}`).join(", ") || "none";
}
