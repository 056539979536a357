import { BootError, start } from "@lucent/core";

import { fill, type Guide, isFilled } from "./guide/fill.ts";
import { readCities, readCountries } from "./guide/source.ts";
import config from "./lucent.config.ts";
import { progress } from "./progress.ts";

// Fills an empty guide, with the engine alone: no HTTP. Where there is something in it, nothing happens.
try {
  const lucent = await start(config);
  try {
    if (!(await isFilled(lucent))) await load(lucent);
  } finally {
    await lucent.stop();
  }
} catch (error) {
  if (!(error instanceof BootError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function load(lucent: Guide): Promise<void> {
  const source = { countries: await readCountries(), cities: await readCities() };
  const filled = await fill(lucent, source, progress("Loading cities", source.cities.length));
  if (filled === undefined) return;
  for (const reason of filled.leftOut) console.error(`Left out ${reason}`);
  const { countries, cities, places } = filled;
  console.log(`Loaded ${countries} countries, ${cities.toLocaleString("en")} cities and ${places} places.`);
}
