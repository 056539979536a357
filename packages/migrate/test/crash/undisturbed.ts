import { type Ground, opened, releases, type State, stateOf } from "./ground.ts";
import { posted } from "./messages.ts";
import { run } from "./story.ts";

/** A run to which nothing happened: what every other one must lead to, and where they can be struck. */
export interface Undisturbed {
  readonly state: State;
  /** The texts of its messages, in order. */
  readonly messages: readonly string[];
  /** Titles of its steps, each with the place of the first message behind its beginning. */
  readonly steps: readonly { readonly title: string; readonly place: number }[];
}

export async function undisturbed(ground: Ground, of: "release" | "ending"): Promise<Undisturbed> {
  const url = await ground.copy();
  const messages: string[] = [];
  const steps: { title: string; place: number }[] = [];
  const state = await opened(url, async (here) => {
    const counted = posted(here.database, (text, send) => {
      messages.push(text);
      return send();
    });
    const { kind } = await run(counted, releases[of], {
      onStep: ({ title }) => void steps.push({ title, place: messages.length }),
    });
    if (kind !== "applied") throw new TypeError(`the undisturbed run is ${kind}`);
    return stateOf(here);
  });
  await ground.drop(url);
  return { state, messages, steps };
}
