import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { fill, type Guide, isFilled } from "../src/guide/fill.ts";
import { readCities, readCountries, type SourceCity } from "../src/guide/source.ts";
import { emptyDatabase, startGuide } from "./guide.ts";

let lucent: Guide;
let leave: () => Promise<void>;
beforeEach(async () => {
  const database = await emptyDatabase();
  lucent = await startGuide(database.url);
  leave = async () => {
    await lucent.stop();
    await database.drop();
  };
});
afterEach(() => leave());

const silent = () => undefined;

async function stored() {
  const { countries, cities, places } = lucent.asSystem();
  return { countries: await countries.count(), cities: await cities.count(), places: await places.count() };
}

/** The first cities of the package, and the cities of the first places. */
async function someCities(count: number): Promise<readonly SourceCity[]> {
  const all = await readCities();
  const homes = ["Lisbon PT", "Tallinn EE", "Kyoto JP", "Nairobi KE", "Wellington NZ"];
  return [
    ...all.slice(0, count - homes.length),
    ...all.filter(({ name, countryCode }) => homes.includes(`${name} ${countryCode}`)),
  ];
}

describe("filling an empty guide", () => {
  test("stores everything and says how it goes", async () => {
    const steps: number[] = [];
    expect(await isFilled(lucent)).toBe(false);
    const source = { countries: await readCountries(), cities: await someCities(2_500) };
    const filled = await fill(lucent, source, (done) => steps.push(done));
    expect(filled).toEqual({ countries: 250, cities: 2_500, places: 10, leftOut: [] });
    expect(await stored()).toEqual({ countries: 250, cities: 2_500, places: 10 });
    expect(steps).toEqual([1_000, 2_000, 2_500]);
    expect(await isFilled(lucent)).toBe(true);
  });

  test("happens once, also when two try at the same time", async () => {
    const source = { countries: await readCountries(), cities: await someCities(2_000) };
    const outcomes = await Promise.all([fill(lucent, source, silent), fill(lucent, source, silent)]);
    expect(outcomes.filter((outcome) => outcome !== undefined)).toHaveLength(1);
    expect(await fill(lucent, source, silent)).toBeUndefined();
    expect(await stored()).toEqual({ countries: 250, cities: 2_000, places: 10 });
  });

  test("starts over where it was stopped half-way", async () => {
    const source = { countries: await readCountries(), cities: await someCities(3_000) };
    const stopped = fill(lucent, source, (done) => {
      if (done === 2_000) throw new RangeError("stopped");
    });
    await expect(stopped).rejects.toThrow("stopped");
    expect(await stored()).toEqual({ countries: 0, cities: 0, places: 0 });
    await fill(lucent, source, silent);
    expect(await stored()).toEqual({ countries: 250, cities: 3_000, places: 10 });
  });

  test("reports what it has to leave out", async () => {
    const atlantis = { name: "Atlantis", countryCode: "XX", lat: 0, lng: 0, admin1: null, admin2: null };
    const cities = (await someCities(10)).filter(({ name }) => name !== "Nairobi");
    const filled = await fill(
      lucent,
      { countries: await readCountries(), cities: [...cities, atlantis] },
      silent,
    );
    expect(filled).toMatchObject({ cities: 9, places: 9 });
    expect(filled?.leftOut).toEqual([
      "Atlantis: no country has the code XX",
      "Karura Forest: no city Nairobi in KE",
    ]);
  });
});
