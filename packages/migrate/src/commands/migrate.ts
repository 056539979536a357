import { type Command, type CommandContext, commandLogger } from "@lucent/core";

import type { Settings } from "../plugin/options.ts";
import { applyPath } from "./apply.ts";
import { readOrder } from "./arguments.ts";
import { baseline } from "./baseline.ts";
import { bringUpToDate } from "./schema.ts";
import { writeFile } from "./sql.ts";
import { status } from "./status.ts";
import { usage } from "./usage.ts";
import { type Work, withWork } from "./work.ts";

const exitMisused = 1;

/** `lucent migrate`: brings the database to the configuration, or says why it can't. */
export function migrateCommand(settings: Settings): Command {
  return {
    name: "migrate",
    summary: "Bring the database to the configuration.",
    usage,
    run: (context) => run(context, settings),
  };
}

async function run(context: CommandContext, settings: Settings): Promise<number> {
  const order = readOrder(context.arguments);
  if (typeof order === "string") {
    context.printError(order);
    return exitMisused;
  }
  const { blueprint } = context;
  const surroundings = { ...context, logger: commandLogger(context) };
  return withWork({ blueprint, settings, order }, surroundings, (work) => act(work, context));
}

function act(work: Work, context: CommandContext): Promise<number> {
  switch (work.order.action) {
    case "migrate":
    case "contract":
      return bringUpToDate(work, context);
    case "apply":
      return applyPath(work, context);
    case "sql":
      return writeFile(work, context);
    case "status":
      return status(work, context);
    case "baseline":
      return baseline(work, context);
  }
}
