import type { Reader, Row, Statement } from "../contract/database.ts";
import type { Query } from "./cancel.ts";
import type { Channel, PoolChannel } from "./channel.ts";
import type { Connection } from "./connection.ts";
import { postgresFailure } from "./failure.ts";
import type { Shapes } from "./shapes.ts";

/** Runs brief statements of ours in one go. Without `known`, none is prepared. */
export async function inOrder(
  channel: PoolChannel,
  known: Shapes | undefined,
  statements: readonly Statement[],
): Promise<readonly (readonly Row[])[]> {
  const makes = statements.map(
    ({ text, values }) =>
      (client: Connection["client"]): Query<readonly Row[]> => {
        return client.unsafe(text, [...values], { prepare: known?.isPrepared(text) ?? false }).values();
      },
  );
  try {
    return await channel.sendInOrder(makes);
  } catch (error) {
    throw postgresFailure(error);
  }
}

/** Runs our own statements through a channel. Without `known`, none is prepared. */
export function reader(channel: Channel, known: Shapes | undefined): Reader {
  const isPrepared = (text: string): boolean => known?.isPrepared(text) ?? false;
  return {
    async run({ text, values, isBrief = false }) {
      try {
        const send = isBrief ? channel.sendBrief : channel.send;
        return await send<readonly Row[]>((client) =>
          client.unsafe(text, [...values], { prepare: isPrepared(text) }).values(),
        );
      } catch (error) {
        throw postgresFailure(error);
      }
    },
    async objects({ text, values, isBrief = false, took }) {
      try {
        const make = (client: Connection["client"]): Query<Objects> => {
          // Left to itself the driver sends a statement without values as a simple query, planned anew each time.
          const options: Options = { prepare: isPrepared(text), simple: false };
          return client.unsafe(text, [...values], options);
        };
        const isShared = isBrief || (took !== undefined && known?.isBrief(text) === true);
        const rows = await (isShared
          ? channel.sendBrief(make, { isCancelled: !isBrief })
          : channel.send(make));
        const milliseconds = took === undefined ? undefined : rows[0]?.[took];
        if (typeof milliseconds === "number") known?.took(text, milliseconds);
        return rows;
      } catch (error) {
        throw postgresFailure(error);
      }
    },
  };
}

type Objects = readonly Readonly<Record<string, unknown>>[];

/** `simple` is missing in the driver's types. */
interface Options {
  readonly prepare: boolean;
  readonly simple: boolean;
}
