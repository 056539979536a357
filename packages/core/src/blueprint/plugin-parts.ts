import type { Collection } from "../contract/collection.ts";
import type { Fields } from "../contract/field.ts";
import type { Hooks } from "../contract/hook.ts";
import type { Plugin } from "../contract/plugin.ts";
import { isBootError } from "../errors.ts";

/** Collections with what plugins add to them, and what is wrong with that. */
export interface Extended {
  readonly collections: readonly Collection[];
  readonly problems: readonly string[];
}

/** Adds the fields of the plugins, behind the collection's own, and their hooks, before its own. */
export function withPluginParts(collections: readonly Collection[], plugins: readonly Plugin[]): Extended {
  const problems: string[] = [];
  const extended = collections.map((collection) => {
    const added = plugins.map((plugin) => addedFields(plugin, collection, problems));
    const fields = added.reduce((all, more) => ({ ...all, ...more }), collection.fields);
    const hooks = [...plugins.map((plugin) => plugin.hooks?.(collection)), collection.hooks];
    return { ...collection, fields, ...joinedHooks(hooks.filter((each) => each !== undefined)) };
  });
  return { collections: extended, problems };
}

function addedFields(plugin: Plugin, collection: Collection, problems: string[]): Fields {
  try {
    const fields = plugin.fields?.(collection) ?? {};
    const taken = Object.keys(fields).filter((name) => Object.hasOwn(collection.fields, name));
    problems.push(
      ...taken.map(
        (name) =>
          `Collection "${collection.slug}": the field "${name}" is added by the plugin "${plugin.name}"; call yours something else.`,
      ),
    );
    return fields;
  } catch (error) {
    if (!isBootError(error)) throw error;
    problems.push(...error.problems);
    return {};
  }
}

/** One list for each moment. The hooks of one collection are alike, so that only their moments matter here. */
function joinedHooks(several: readonly Hooks[]): Pick<Collection, "hooks"> {
  const [first, ...others] = several;
  if (first === undefined || others.length === 0) return first === undefined ? {} : { hooks: first };
  const joined = new Map<string, readonly unknown[]>();
  for (const hooks of several) {
    for (const [moment, list] of Object.entries<readonly unknown[] | undefined>({ ...hooks })) {
      joined.set(moment, [...(joined.get(moment) ?? []), ...(list ?? [])]);
    }
  }
  return { hooks: Object.fromEntries(joined) };
}
