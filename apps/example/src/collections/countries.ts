import { defineCollection } from "@lucent/core";

/** The countries of the world. Everybody reads them; only the loader writes, so there is no other rule. */
export const countries = defineCollection({
  slug: "countries",
  fields: {
    name: { type: "text", required: true, maxLength: 100 },
    /** ISO 3166-1 alpha-2, such as `PT`. */
    cca2: { type: "text", required: true, unique: true, pattern: "^[A-Z]{2}$" },
    /** ISO 3166-1 alpha-3, such as `PRT`. */
    cca3: { type: "text", required: true, unique: true, pattern: "^[A-Z]{3}$" },
    region: {
      type: "select",
      required: true,
      options: ["Africa", "Americas", "Antarctic", "Asia", "Europe", "Oceania"],
    },
    subregion: { type: "text", maxLength: 100 },
    /** Several capitals are separated by commas. */
    capital: { type: "text", maxLength: 200 },
    /** In square kilometres. */
    area: { type: "number", min: 0 },
    lat: { type: "number", required: true, min: -90, max: 90 },
    lng: { type: "number", required: true, min: -180, max: 180 },
    landlocked: { type: "boolean", required: true },
  },
  access: { read: true },
  defaultSort: "name",
});
