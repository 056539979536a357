import type { Collection } from "../contract/collection.ts";
import type { Fields } from "../contract/field.ts";
import type { Plugin } from "../contract/plugin.ts";
import { isBootError } from "../errors.ts";

/** Collections with the fields that plugins add to them, and what is wrong with those. */
export interface Extended {
  readonly collections: readonly Collection[];
  readonly problems: readonly string[];
}

/** Adds the fields of the plugins, behind the collection's own. */
export function withPluginFields(collections: readonly Collection[], plugins: readonly Plugin[]): Extended {
  const problems: string[] = [];
  const extended = collections.map((collection) => {
    const added = plugins.map((plugin) => addedFields(plugin, collection, problems));
    const fields = added.reduce((all, more) => ({ ...all, ...more }), collection.fields);
    return { ...collection, fields };
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
