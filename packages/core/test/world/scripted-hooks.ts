import type { Hooks } from "@lucent/core";

/** Every moment at which hooks run. */
export const moments = [
  "beforeOperation",
  "beforeRead",
  "afterRead",
  "beforeCreate",
  "afterCreate",
  "beforeUpdate",
  "afterUpdate",
  "beforeDelete",
  "afterDelete",
  "afterCommit",
] as const satisfies readonly (keyof Hooks)[];

// oxlint-disable-next-line typescript/no-explicit-any -- only the test knows what its hook is given
type Hook = (context: any) => unknown;

/** What happens at which moment. */
export type Script = { readonly [M in (typeof moments)[number]]?: Hook };

/** Hooks for every moment, of which each test says what they do. */
export interface ScriptedHooks {
  readonly hooks: Hooks;
  /** Replaces what the hooks do; what is not named does nothing. */
  play(script: Script): void;
  /** The moments in which hooks ran since the last `play`, with the collection and the operation. */
  readonly trace: string[];
}

/** Makes hooks that do nothing yet. With `only`, hooks for those moments alone. */
export function scriptedHooks(only: readonly (typeof moments)[number][] = moments): ScriptedHooks {
  let script: Script = {};
  const trace: string[] = [];
  const hookOf =
    (moment: (typeof moments)[number]): Hook =>
    (context) => {
      trace.push(`${moment} ${context.collection} ${context.operation}`);
      return script[moment]?.(context);
    };
  return {
    hooks: Object.fromEntries(only.map((moment) => [moment, [hookOf(moment)]])) as Hooks,
    play(next) {
      script = next;
      trace.length = 0;
    },
    trace,
  };
}
