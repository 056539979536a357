import type { Reader, Row } from "../contract/database.ts";
import type { Channel } from "./channel.ts";
import { postgresFailure } from "./failure.ts";
import type { Shapes } from "./shapes.ts";

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
    async objects({ text, values, isBrief = false }) {
      try {
        const send = isBrief ? channel.sendBrief : channel.send;
        return await send<readonly Record<string, unknown>[]>((client) => {
          // Left to itself the driver sends a statement without values as a simple query, planned anew each time.
          const options: Options = { prepare: isPrepared(text), simple: false };
          return client.unsafe(text, [...values], options);
        });
      } catch (error) {
        throw postgresFailure(error);
      }
    },
  };
}

/** `simple` is missing in the driver's types. */
interface Options {
  readonly prepare: boolean;
  readonly simple: boolean;
}
