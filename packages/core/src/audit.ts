import type { AuditActor, AuditEvent, AuditInput } from "./contract/audit.ts";
import type { Logger } from "./contract/logger.ts";
import type { Plugin, Services } from "./contract/plugin.ts";

/** One stream of events, to every plugin that takes them. */
export interface AuditTrail {
  readonly record: Services["audit"];
  /** Adds a plugin that has started: it gets what the start has recorded so far, and from now on everything. */
  readonly add: (plugin: Plugin) => void;
  /** The start is over: nothing is kept for a plugin that comes later. */
  readonly settle: () => void;
}

/** Makes the trail of an application. A sink that fails is logged, and neither the caller nor the other sinks notice. */
export function auditTrail(logger: Logger): AuditTrail {
  const sinks: Plugin[] = [];
  const early: AuditEvent[] = [];
  let isStarting = true;

  function deliver(sink: Plugin, event: AuditEvent): void {
    const failed = (error: unknown): void =>
      logger.error("audit sink failed", {
        plugin: sink.name,
        event: event.event,
        error: error instanceof Error ? error.message : String(error),
      });
    try {
      // One that is async by mistake must not end the process when it fails.
      const returned: unknown = sink.audit?.(event);
      if (returned instanceof Promise) returned.catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  return {
    record(input) {
      if (sinks.length === 0 && !isStarting) return;
      const event = entryOf(input);
      if (isStarting) early.push(event);
      for (const sink of sinks) deliver(sink, event);
    },
    add(plugin) {
      if (plugin.audit === undefined) return;
      sinks.push(plugin);
      for (const event of early) deliver(plugin, event);
    },
    settle() {
      isStarting = false;
      early.length = 0;
    },
  };
}

const actorTexts = ["id", "collection", "session", "key"] as const satisfies readonly (keyof AuditActor)[];
const texts = [
  "reason",
  "target",
  "address",
  "agent",
  "requestId",
] as const satisfies readonly (keyof AuditInput)[];

/** The members that are listed, and no others, whatever the input has. */
function entryOf(input: AuditInput): AuditEvent {
  const { event, outcome, actor } = input;
  return {
    time: new Date().toISOString(),
    event,
    outcome,
    ...(actor === undefined ? {} : { actor: { type: actor.type, ...picked(actor, actorTexts) } }),
    ...picked(input, texts),
  };
}

function picked<K extends string>(
  from: Readonly<Partial<Record<K, unknown>>>,
  names: readonly K[],
): Partial<Record<K, string>> {
  const kept: Partial<Record<K, string>> = {};
  for (const name of names) {
    const value = from[name];
    if (typeof value === "string") kept[name] = visible(value);
  }
  return kept;
}

const longest = 256;
// Controls, what turns the reading direction or has no width, line and paragraph separators, halves of surrogate pairs;
// and the backslash, so that nobody writes what looks like one of them.
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\\]/u;

/** A text that shows what it holds, cut to its bound. */
function visible(text: string): string {
  let shown = "";
  for (const character of text) {
    const next = invisible.test(character) ? escaped(character) : character;
    if (shown.length + next.length > longest) break;
    shown += next;
  }
  return shown;
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
