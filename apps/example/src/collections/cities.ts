import { defineCollection } from "@lucent/core";

/**
 * About 171,000 cities. Sorted by name unless a caller says otherwise: the default order has an index, so a page costs
 * the same at the beginning and at the end. In development the log names other indexes that lists would need.
 */
export const cities = defineCollection({
  slug: "cities",
  fields: {
    name: { type: "text", required: true, maxLength: 200 },
    country: { type: "relationship", to: "countries", required: true },
    lat: { type: "number", required: true, min: -90, max: 90, index: true },
    lng: { type: "number", required: true, min: -180, max: 180 },
    /** Code of the state, province or region within the country. */
    admin1: { type: "text", maxLength: 20 },
    /** Code of the county or district within that. */
    admin2: { type: "text", maxLength: 80 },
  },
  access: { read: true },
  defaultSort: "name",
});
