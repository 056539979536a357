import { byName } from "./order.ts";

/** What bears a name, and maybe bore another one before. */
export interface Renamable {
  readonly name: string;
  readonly previousName?: string;
}

/** What is there now, by name. */
export interface Present {
  has(name: string): boolean;
  /** Whether we made it; asked only for what is there. */
  isOurs(name: string): boolean;
  /** Whether an earlier run already made the one of the other. */
  wasRenamed(from: string, to: string): boolean;
}

/** Two names of which only one can be right. */
export interface Dispute {
  readonly name: string;
  readonly previousName: string;
  /** Whether both are ours; otherwise the new name is somebody else's. */
  readonly ours: boolean;
}

/** Which previous names become new ones. */
export interface RenameMatches {
  /** From the new name to the one that it has now. */
  readonly renames: ReadonlyMap<string, string>;
  readonly disputes: readonly Dispute[];
  /** Names that are new although they say what they were before: nothing of ours is called so. */
  readonly unmatched: readonly Required<Renamable>[];
}

const noRenames: RenameMatches = { renames: new Map(), disputes: [], unmatched: [] };

/** Finds out which previous names are to become new ones. Nothing but a previous name makes a rename. */
export function matchRenames(wanted: readonly Renamable[], present: Present): RenameMatches {
  const claims = wanted.flatMap(({ name, previousName }) =>
    previousName === undefined || previousName === name ? [] : [{ name, previousName }],
  );
  if (claims.length === 0) return noRenames;
  const names = new Set(wanted.map(({ name }) => name));
  const isDone = ({ name, previousName }: Required<Renamable>): boolean =>
    present.wasRenamed(previousName, name) && (present.has(name) || names.has(previousName));
  const isThere = ({ previousName }: Required<Renamable>): boolean =>
    present.has(previousName) && present.isOurs(previousName);
  const open = claims.filter((claim) => isThere(claim) && !isDone(claim));
  const renames = possible(new Map(open.map(({ name, previousName }) => [name, previousName])), (name) =>
    present.has(name),
  );
  return {
    renames,
    disputes: open
      .filter(({ name }) => !renames.has(name))
      .map((claim) => ({ ...claim, ours: present.isOurs(claim.name) })),
    unmatched: claims.filter((claim) => !isThere(claim) && !present.has(claim.name)),
  };
}

/** Those whose new name is free, or becomes free because its bearer is renamed too. */
export function possible(
  renames: ReadonlyMap<string, string>,
  isHeld: (name: string) => boolean,
): ReadonlyMap<string, string> {
  let left = renames;
  for (;;) {
    if (left.size === 0) return left;
    const leaving = new Set(left.values());
    const kept = new Map([...left].filter(([to]) => !isHeld(to) || leaving.has(to)));
    if (kept.size === left.size) return kept;
    left = kept;
  }
}

/** One rename in its place. */
export interface OrderedRename {
  readonly name: string;
  readonly from: string;
  /** Whether it has to make room, under a third name, before the first of them. */
  readonly waits: boolean;
}

/** Renames such that each name is free when its turn comes; of a ring, one waits under a third name. */
export function inOrder(renames: ReadonlyMap<string, string>): readonly OrderedRename[] {
  if (renames.size === 0) return [];
  const bearers = new Map([...renames].map(([to, from]) => [from, to]));
  const waiting = new Set<string>();
  const entered = new Set<string>();
  const finished = new Map<string, string>();
  const visit = (name: string, from: string): void => {
    if (entered.has(name)) return;
    entered.add(name);
    const bearer = bearers.get(name);
    if (bearer !== undefined) {
      if (entered.has(bearer) && !finished.has(bearer)) waiting.add(bearer);
      else visit(bearer, name);
    }
    finished.set(name, from);
  };
  const sorted = [...renames].map(([name, from]) => ({ name, from })).toSorted(byName);
  for (const { name, from } of sorted) visit(name, from);
  return [...finished].map(([name, from]) => ({ name, from, waits: waiting.has(name) }));
}
