import type { Blueprint, User } from "@lucent/core";

import { buildDocument, type DocumentOptions } from "../document.ts";
import { callerView, publicView, type View } from "../document/view.ts";
import type { OpenApiOptions } from "../options.ts";
import { type Content, contentOf } from "./content.ts";

/** The documents of an application as they are sent: made when they are asked for, and kept. */
export interface Documents {
  /** What strangers see; made once. */
  readonly ofStrangers: () => Promise<Content>;
  /** What a caller sees; made once for all who see the same. */
  readonly ofCaller: (user: User | null) => Promise<Content>;
}

/** Finds the documents of an application. */
export type DocumentsOf = (blueprint: Blueprint) => Documents;

/** Makes the documents of each application once. */
export function rememberedDocuments(options: OpenApiOptions): DocumentsOf {
  const known = new WeakMap<Blueprint, Documents>();
  return (blueprint) => {
    const found = known.get(blueprint) ?? documentsOf(blueprint, options);
    known.set(blueprint, found);
    return found;
  };
}

// Those who may do the same share one; more ways to be allowed than this are made anew when they come.
const maxViews = 16;

function documentsOf(blueprint: Blueprint, options: OpenApiOptions): Documents {
  const made = new Map<string, Promise<Content>>();
  const contentFor = (key: string, view: View): Promise<Content> => {
    const known = made.get(key);
    const content = known ?? write(blueprint, options, view);
    made.delete(key);
    made.set(key, content);
    // A failure is not kept: the host application may not have been ready.
    content.catch(() => made.get(key) === content && made.delete(key));
    const [oldest] = made.keys();
    if (made.size > maxViews && oldest !== undefined) made.delete(oldest);
    return content;
  };
  let strangers: Promise<Content> | undefined;
  const ofStrangers = (): Promise<Content> => {
    strangers ??= publicView(blueprint).then((view) => write(blueprint, options, view));
    strangers.catch(() => (strangers = undefined));
    return strangers;
  };
  return {
    ofStrangers,
    async ofCaller(user) {
      if (user === null) return ofStrangers();
      const view = await callerView(blueprint, user);
      return contentFor(keyOf(view), view);
    },
  };
}

async function write(blueprint: Blueprint, options: OpenApiOptions, view: View): Promise<Content> {
  const { app } = options;
  const host = app === undefined ? {} : { hostRoutes: (await app()).routes };
  const document = buildDocument(blueprint, { ...describedBy(options), ...host, view });
  return contentOf(new TextEncoder().encode(JSON.stringify(document)), "application/json");
}

/** What the options say for the document itself. */
export function describedBy({
  title,
  version,
  description,
  server,
}: OpenApiOptions): Omit<DocumentOptions, "view" | "hostRoutes"> {
  return {
    ...(title === undefined ? {} : { title }),
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    ...(server === undefined ? {} : { server }),
  };
}

/** Two callers with the same key see the same. */
function keyOf(view: View): string {
  return JSON.stringify(
    [...view].map(([slug, { actions, shown, named, created, updated, hasTrash }]) => [
      slug,
      [...actions],
      shown.map(({ name }) => name),
      named.map(({ name }) => name),
      [...created],
      [...updated],
      hasTrash,
    ]),
  );
}
