import type { Blueprint, Plugin } from "@lucent/core";

import { defaultSettings, type Settings } from "./options.ts";

const settingsOfPlugins = new WeakMap<Plugin, Settings>();

/** Remembers what a plugin was made with, for whoever has only the blueprint. */
export function rememberSettings(plugin: Plugin, settings: Settings): Plugin {
  settingsOfPlugins.set(plugin, settings);
  return plugin;
}

/** What `migrate` was given in this application; the defaults where it is not listed. */
export function settingsOf({ plugins }: Pick<Blueprint, "plugins">): Settings {
  return (
    plugins.map((plugin) => settingsOfPlugins.get(plugin)).find((settings) => settings !== undefined) ??
    defaultSettings
  );
}
