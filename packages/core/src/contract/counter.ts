/** How often something may happen: `max` times at once, then again as the window goes by, evenly. */
export interface RateLimit {
  /** Units, from 1 to 1,000,000. */
  readonly max: number;
  /** Whole seconds in which a spent allowance is whole again, from 1 to 2,592,000 (30 days). */
  readonly window: number;
}

/** What became of an attempt to take from an allowance. All times are in seconds. */
export interface Taken {
  readonly allowed: boolean;
  /** Whole units that are left now. */
  readonly remaining: number;
  /** Until the allowance is whole again. */
  readonly resetAfter: number;
  /** Until this attempt could succeed, if nobody else takes anything; 0 where it did. */
  readonly retryAfter: number;
}

/**
 * Counts against limits: one allowance per key. Core brings one that counts within its process, and
 * `@lucent/core/redis` one that all processes share. An implementation proves itself with `counterCases` of
 * `@lucent/core/testing`.
 */
export interface Counter {
  /**
   * Takes `cost` units (a whole number from 1, default 1) in one atomic step, or nothing at all. A cost above `max` is
   * never allowed. Keys are made by code: name what is counted first, and never put a header or a body in.
   * @throws TypeError for a limit or a cost that is out of its range.
   */
  take(key: string, limit: RateLimit, cost?: number): Promise<Taken>;

  /**
   * Forgets what was taken under a key, such as after a password that was right: its allowance is whole again. Does not
   * reject where a shared counter is away: the key then stays limited there.
   */
  clear(key: string): Promise<void>;
}
