import { type Operation, type Outcome, policy } from "./operation.ts";

/** A session as it should be; it stays here when it has ended, since its tokens may still be shown. */
export interface ModelSession {
  readonly counter: number;
  readonly startedAt: number;
  readonly usedAt: number;
  readonly rotatedAt: number;
  readonly isEnded: boolean;
}

/** An account with its sessions, as they should be. Times are in seconds. */
export interface State {
  readonly clock: number;
  readonly password: string;
  readonly isDisabled: boolean;
  readonly isRemoved: boolean;
  /** Whether the reset token that was mailed last is worth anything. */
  readonly hasToken: boolean;
  readonly sessions: ReadonlyMap<string, ModelSession>;
}

export const beginning: State = {
  clock: 0,
  password: "first",
  isDisabled: false,
  isRemoved: false,
  hasToken: false,
  sessions: new Map(),
};

const minute = 60;
const limits = [minute, policy.grace, policy.idle, policy.absolute];

/** Nothing is judged this close before a limit: the time that a run takes is not part of the model. */
export const slack = 5;

/** How long to let time pass so that no limit is about to be met. */
export function passable(states: readonly State[], seconds: number): number {
  const ages = states.flatMap(({ clock, sessions }) =>
    [...sessions.values()].flatMap((each) =>
      [each.startedAt, each.usedAt, each.rotatedAt].map((moment) => clock - moment),
    ),
  );
  let passed = seconds;
  const isNear = (age: number, limit: number) => limit > age + passed && limit - age - passed <= slack;
  while (ages.some((age) => limits.some((limit) => isNear(age, limit)))) passed += slack;
  return passed;
}

/** Whether a session's time is not over. */
function isFresh({ clock }: State, { startedAt, usedAt }: ModelSession): boolean {
  return clock - usedAt < policy.idle && clock - startedAt < policy.absolute;
}

export function isLive(state: State, session: ModelSession): boolean {
  return !session.isEnded && isFresh(state, session);
}

/** One way in which an operation may end. */
export interface Ending {
  readonly outcome: Outcome;
  readonly state: State;
}

/**
 * The ways in which an operation may end. There is one, except that among operations at the same time any session may be
 * the one that makes room for another.
 * @param started The id of the session that began, if one did.
 * @param isAlone Whether nothing else happens at the same time.
 */
export function endings(
  state: State,
  operation: Operation,
  { started, isAlone }: { readonly started: string; readonly isAlone: boolean },
): readonly Ending[] {
  const isOpen = !state.isDisabled && !state.isRemoved;
  const stays: readonly Ending[] = [{ outcome: "none", state }];
  const done = (next: Partial<State>): readonly Ending[] => [
    { outcome: "done", state: { ...state, ...next } },
  ];
  switch (operation.kind) {
    case "signIn":
      return isOpen && operation.password === state.password ? signedIn(state, started, isAlone) : stays;
    case "refresh":
      return [refreshed(state, operation, isOpen)];
    case "use":
      return isOpen ? [used(state, operation.session)] : stays;
    case "signOut":
      return done({ sessions: ended(state, (id) => id === operation.session) });
    case "signOutAll":
      return done({ sessions: ended(state, (id) => id !== operation.keep) });
    case "changePassword": {
      if (!isOpen || operation.from !== state.password) return stays;
      const sessions = ended(state, (id) => id !== operation.keep);
      return done({ sessions, password: operation.to, hasToken: false });
    }
    case "reset": {
      if (!isOpen || !state.hasToken) return stays;
      return done({ sessions: ended(state, () => true), password: operation.to, hasToken: false });
    }
    case "disable":
      if (state.isRemoved) return stays;
      return done({ isDisabled: true, sessions: ended(state, () => true), hasToken: false });
    case "enable":
      return state.isRemoved ? stays : done({ isDisabled: false });
    case "remove":
    case "restore":
      return done({ isRemoved: operation.kind === "remove" });
  }
}

type Sessions = State["sessions"];

function changed(state: State, id: string, change: Partial<ModelSession>): Sessions {
  const session = state.sessions.get(id);
  return session === undefined ? state.sessions : new Map(state.sessions).set(id, { ...session, ...change });
}

function ended(state: State, isMeant: (id: string) => boolean): Sessions {
  return new Map(
    [...state.sessions].map(([id, each]) => [id, isMeant(id) ? { ...each, isEnded: true } : each]),
  );
}

function signedIn(state: State, started: string, isAlone: boolean): readonly Ending[] {
  // It would have begun.
  if (started === "none") return [];
  const { clock } = state;
  const living = [...state.sessions].filter(([, each]) => isLive(state, each));
  const others = living.map(([id]) => id);
  const oldest = Math.min(...living.map(([, { usedAt }]) => usedAt));
  // Those that were used at the same time last have no order among them.
  const victims = living.filter(([, { usedAt }]) => !isAlone || usedAt === oldest).map(([id]) => id);
  const session = { counter: 0, startedAt: clock, usedAt: clock, rotatedAt: -Infinity, isEnded: false };
  const tidy: State = { ...state, sessions: ended(state, (id) => !others.includes(id)) };
  const after = (victim: string | undefined): Ending => ({
    outcome: started,
    state: { ...tidy, sessions: new Map(ended(tidy, (id) => id === victim)).set(started, session) },
  });
  if (others.length < policy.limit) return [after(undefined)];
  return victims.map(after);
}

function refreshed(
  state: State,
  { session: id, generation }: Operation & { readonly kind: "refresh" },
  isOpen: boolean,
): Ending {
  const session = state.sessions.get(id);
  const none = { outcome: "none", state };
  if (session === undefined || !isLive(state, session)) return none;
  const { clock } = state;
  if (generation === session.counter) {
    const next = { counter: generation + 1, rotatedAt: clock, usedAt: clock };
    return isOpen ? { outcome: "rotated", state: { ...state, sessions: changed(state, id, next) } } : none;
  }
  if (generation === session.counter - 1 && clock - session.rotatedAt < policy.grace) {
    return isOpen ? { outcome: "grace", state } : none;
  }
  return { outcome: "reused", state: { ...state, sessions: changed(state, id, { isEnded: true }) } };
}

function used(state: State, id: string): Ending {
  const session = state.sessions.get(id);
  if (session === undefined || !isLive(state, session)) return { outcome: "none", state };
  const usedAt = state.clock - session.usedAt > minute ? state.clock : session.usedAt;
  return { outcome: "alive", state: { ...state, sessions: changed(state, id, { usedAt }) } };
}
