import {
  type Blueprint,
  BootError,
  type CommandContext,
  type Database,
  type Logger,
  openDatabase,
} from "@lucent/core";

import type { ApplyOptions } from "../apply.ts";
import type { DataMigration } from "../data.ts";
import { type Desired, desiredSchema } from "../desired.ts";
import type { Decisions } from "../model/decisions.ts";
import { checkSettings, type Settings } from "../plugin/options.ts";
import type { Order } from "./arguments.ts";
import { migrationTrail } from "./trail.ts";

/** What is to be brought about, and with which decisions. */
export interface Request {
  readonly desired: Desired;
  readonly decisions: Decisions;
  readonly data: readonly DataMigration[];
  /** Whether this is a production process (`NODE_ENV`). */
  readonly production: boolean;
}

/** What every action works with. */
export interface Work {
  readonly database: Database;
  readonly request: Request;
  readonly order: Order;
  readonly options: ApplyOptions;
  /** Tells a person at a terminal what is waited for; a program that reads JSON gets nothing. */
  readonly tell: (line: string) => void;
}

/** What a run may be given beside the configuration. */
export type Surroundings = Pick<CommandContext, "environment" | "signal"> &
  Partial<Pick<CommandContext, "progress" | "printError">> & {
    /** Of whoever keeps the audit trail. Default: that of the configuration. */
    readonly logger?: Logger;
  };

/**
 * Opens the database of the configuration for `act`, and closes it behind it.
 * @throws BootError when the configuration, the options or the environment can't be meant.
 */
export async function withWork<T>(
  {
    blueprint,
    settings,
    order,
  }: { readonly blueprint: Blueprint; readonly settings: Settings; readonly order: Order },
  surroundings: Surroundings,
  act: (work: Work) => Promise<T>,
): Promise<T> {
  checkConsent(order, settings);
  const desired = desiredSchema(blueprint);
  checkSettings(settings, desired);
  const { environment, signal, logger, printError = () => undefined } = surroundings;
  const tell = order.json ? (): void => undefined : printError;
  const { database, close } = openDatabase(blueprint.config, environment);
  const parts = { database, environment };
  const trail = migrationTrail(blueprint, logger === undefined ? parts : { ...parts, logger });
  try {
    return await act({
      database,
      request: {
        desired,
        decisions: decided(settings.decisions, order),
        data: settings.data,
        production: environment["NODE_ENV"] === "production",
      },
      order,
      options: {
        dryRun: order.dryRun || order.check || order.plan !== undefined,
        waitMs: order.waitMs,
        signal,
        onWait: tell,
        ...progressOf(surroundings),
        ...trail.reports,
      },
      tell,
    });
  } finally {
    await trail.close();
    await close();
  }
}

/** A consent that could have no effect was meant otherwise. */
function checkConsent({ drop }: Order, { decisions }: Settings): void {
  if (drop.length > 0 && !decisions.dropOrphaned)
    throw new BootError(["Nothing can be dropped: migrate() was not given dropOrphaned: true."]);
}

/** What the configuration decides, and what this call adds. */
function decided(decisions: Decisions, { action, drop, rewrite, backfill }: Order): Decisions {
  return {
    ...decisions,
    drop: new Set([...decisions.drop, ...drop]),
    rewrite: new Set([...decisions.rewrite, ...rewrite]),
    backfill: new Set([...decisions.backfill, ...backfill]),
    contract: action === "contract",
  };
}

function progressOf({ progress }: Surroundings): Pick<ApplyOptions, "onStep" | "onProgress"> {
  if (progress === undefined) return {};
  return {
    onStep: ({ title }) => progress(title),
    onProgress: (what, done, total) => progress(progressLine(what, done, total)),
  };
}

const barWidth = 20;

/** How far something is, for a terminal: a bar where the end is known. */
export function progressLine(what: string, done: number, total: number | undefined): string {
  const count = done.toLocaleString("en");
  if (total === undefined || total <= 0) return `${count}  ${what}`;
  // An estimate of the server may be behind what was really done.
  const share = Math.min(done / total, 1);
  const filled = Math.round(share * barWidth);
  const bar = `${"#".repeat(filled)}${".".repeat(barWidth - filled)}`;
  return `[${bar}] ${Math.floor(share * 100)} %  ${count} of ${total.toLocaleString("en")}  ${what}`;
}
