import { BootError } from "@lucent/core";

import type { Mail, Mailer } from "./mailer.ts";

/** Where the console mailer writes to. */
export interface ConsoleMailerOptions {
  /** Writes one line. Default: standard error. */
  readonly print?: (line: string) => void;
}

/**
 * Shows mails instead of sending them, links and their tokens included: for development, and refused in production. Made
 * for a terminal: what could steer one is shown as a replacement character.
 */
export function consoleMailer(options: ConsoleMailerOptions = {}): Mailer {
  const print = options.print ?? ((line: string) => void process.stderr.write(`${line}\n`));
  return {
    open({ production }): void {
      if (production)
        throw new BootError(["consoleMailer() is for development: set a mailer such as smtp()."]);
    },
    async send({ to, subject, text }: Mail): Promise<void> {
      const lines = [`To: ${to}`, `Subject: ${subject}`, "", ...text.trimEnd().split("\n")].map(visible);
      for (const line of ["", ...lines, ""]) print(line === "" ? line : `  ${line}`);
    },
  };
}

// Control characters move a terminal's cursor and colour its text; format characters hide or turn what is beside them.
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function visible(line: string): string {
  return line.replaceAll(invisible, "\ufffd");
}
