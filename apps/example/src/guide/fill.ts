import type { Lucent } from "@lucent/core";
import { and, eq, sql } from "drizzle-orm";

import type config from "../lucent.config.ts";
import { firstPlaces } from "./first-places.ts";
import type { SourceCity, SourceCountry } from "./source.ts";

/** The running application, with the types of its own collections. */
export type Guide = Lucent<(typeof config)["collections"]>;

/** What a guide is filled from. */
export interface Source {
  readonly countries: readonly SourceCountry[];
  readonly cities: readonly SourceCity[];
}

/** What a fill has stored, and what it had to leave out. */
export interface Filled {
  readonly countries: number;
  readonly cities: number;
  readonly places: number;
  /** Each with the reason. */
  readonly leftOut: readonly string[];
}

type Transaction = Parameters<Parameters<Guide["drizzle"]["transaction"]>[0]>[0];

// A statement takes 65,535 values at most; a city has seven.
const citiesPerInsert = 1_000;

/** Whether the guide has been filled. It is filled as a whole, so one city says it all. */
export async function isFilled(lucent: Guide): Promise<boolean> {
  const { data } = await lucent.asSystem().cities.find({ perPage: 1, select: ["id"] });
  return data.length > 0;
}

/**
 * Fills an empty guide, or answers `undefined` where there is something in it. All happens in one transaction: a fill
 * that is stopped half-way leaves nothing behind, and of two at the same time the second finds the work done.
 * @param progress Hears how many cities of the source are done.
 */
export async function fill(
  lucent: Guide,
  source: Source,
  progress: (done: number) => void,
): Promise<Filled | undefined> {
  return lucent.drizzle.transaction(async (tx) => {
    // Readers go on. Another fill waits here, longer than a statement normally may.
    await tx.execute(sql`set local statement_timeout = 0`);
    await tx.execute(sql`lock table ${lucent.tables.cities} in share row exclusive mode`);
    if ((await tx.$count(lucent.tables.cities)) > 0) return undefined;

    const countryIds = await insertCountries(lucent, tx, source.countries);
    const unknown = await insertCities(lucent, tx, { cities: source.cities, countryIds, progress });
    const homeless = await insertPlaces(lucent, tx);
    // The planner knows nothing about rows this new, and would guess for the first minute.
    await tx.execute(sql`analyze ${lucent.tables.cities}`);
    return {
      countries: countryIds.size,
      cities: source.cities.length - unknown.length,
      places: firstPlaces.length - homeless.length,
      leftOut: [...unknown, ...homeless],
    };
  });
}

/** Answers the id of every country by its code. */
async function insertCountries(
  { tables: { countries } }: Guide,
  tx: Transaction,
  rows: readonly SourceCountry[],
): Promise<ReadonlyMap<string, string>> {
  const { id, cca2 } = countries;
  const stored = await tx
    .insert(countries)
    .values([...rows])
    .returning({ id, cca2 });
  return new Map(stored.map((country) => [country.cca2, country.id]));
}

interface CitiesToInsert {
  readonly cities: readonly SourceCity[];
  readonly countryIds: ReadonlyMap<string, string>;
  readonly progress: (done: number) => void;
}

/** Answers which cities were left out. */
async function insertCities(
  { tables }: Guide,
  tx: Transaction,
  { cities, countryIds, progress }: CitiesToInsert,
): Promise<readonly string[]> {
  const leftOut: string[] = [];
  for (let at = 0; at < cities.length; at += citiesPerInsert) {
    const rows = [];
    for (const { countryCode, ...city } of cities.slice(at, at + citiesPerInsert)) {
      const country = countryIds.get(countryCode);
      if (country === undefined) leftOut.push(`${city.name}: no country has the code ${countryCode}`);
      else rows.push({ ...city, country });
    }
    if (rows.length > 0) await tx.insert(tables.cities).values(rows);
    progress(Math.min(at + citiesPerInsert, cities.length));
  }
  return leftOut;
}

/** Answers which places were left out. */
async function insertPlaces({ tables }: Guide, tx: Transaction): Promise<readonly string[]> {
  const { cities, countries, places } = tables;
  const leftOut: string[] = [];
  for (const { city, countryCode, ...place } of firstPlaces) {
    const [found] = await tx
      .select({ id: cities.id })
      .from(cities)
      .innerJoin(countries, eq(cities.country, countries.id))
      .where(and(eq(cities.name, city), eq(countries.cca2, countryCode)))
      .limit(1);
    if (found === undefined) leftOut.push(`${place.title}: no city ${city} in ${countryCode}`);
    else await tx.insert(places).values({ ...place, city: found.id });
  }
  return leftOut;
}
