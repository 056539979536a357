/** A place to begin with; its city is looked up by name and country. */
export interface FirstPlace {
  readonly title: string;
  readonly slug: string;
  readonly body: string;
  readonly status: "draft" | "published";
  readonly city: string;
  readonly countryCode: string;
  readonly kind: "cafe" | "market" | "museum" | "park" | "sight" | "viewpoint";
  readonly tags: ("children" | "evening" | "free" | "rain")[];
  readonly rating: string | null;
  readonly note?: string;
}

/** Seven published places and three drafts, so that the read rule has something to hide. */
export const firstPlaces: readonly FirstPlace[] = [
  {
    title: "Miradouro da Senhora do Monte",
    slug: "miradouro-da-senhora-do-monte",
    body: "The highest of the city's terraces. Come for the last hour of light and stay for the first of the evening.",
    status: "published",
    city: "Lisbon",
    countryCode: "PT",
    kind: "viewpoint",
    tags: ["evening", "free"],
    rating: "4.7",
  },
  {
    title: "Museu Nacional do Azulejo",
    slug: "museu-nacional-do-azulejo",
    body: "Five centuries of painted tiles in a former convent, with a panorama of the city before the earthquake.",
    status: "published",
    city: "Lisbon",
    countryCode: "PT",
    kind: "museum",
    tags: ["rain"],
    rating: "4.6",
  },
  {
    title: "Telliskivi",
    slug: "telliskivi",
    body: "Railway workshops turned into studios, bars and a weekend flea market.",
    status: "published",
    city: "Tallinn",
    countryCode: "EE",
    kind: "market",
    tags: ["evening", "free"],
    rating: "4.4",
  },
  {
    title: "Kadriorg Park",
    slug: "kadriorg-park",
    body: "A palace, a pond with swans, and the sea at the end of the avenue.",
    status: "published",
    city: "Tallinn",
    countryCode: "EE",
    kind: "park",
    tags: ["children", "free"],
    rating: "4.8",
  },
  {
    title: "Nishiki Market",
    slug: "nishiki-market",
    body: "Five blocks of pickles, knives and grilled things on sticks, under one roof.",
    status: "published",
    city: "Kyoto",
    countryCode: "JP",
    kind: "market",
    tags: ["rain"],
    rating: "4.1",
  },
  {
    title: "Philosopher's Path",
    slug: "philosophers-path",
    body: "A canal, cherry trees and two kilometres without a hurry.",
    status: "published",
    city: "Kyoto",
    countryCode: "JP",
    kind: "sight",
    tags: ["free"],
    rating: "4.5",
  },
  {
    title: "Karura Forest",
    slug: "karura-forest",
    body: "Waterfalls, bamboo and sykes monkeys a few minutes from the centre. Bring small change for the gate.",
    status: "published",
    city: "Nairobi",
    countryCode: "KE",
    kind: "park",
    tags: ["children"],
    rating: "4.7",
  },
  {
    title: "Te Papa",
    slug: "te-papa",
    body: "The national museum, with a squid of the size that sailors used to be laughed at for.",
    status: "draft",
    city: "Wellington",
    countryCode: "NZ",
    kind: "museum",
    tags: ["children", "free", "rain"],
    rating: "4.6",
    note: "To be checked: which floors are open after the works.",
  },
  {
    title: "Mount Victoria Lookout",
    slug: "mount-victoria-lookout",
    body: "The harbour, the hills and the airport, all at once.",
    status: "draft",
    city: "Wellington",
    countryCode: "NZ",
    kind: "viewpoint",
    tags: ["evening", "free"],
    rating: null,
    note: "To be written after a visit on a day without wind, should there be one.",
  },
  {
    title: "A café whose name we forgot",
    slug: "a-cafe-whose-name-we-forgot",
    body: "Behind the market, second door, excellent cardamom buns.",
    status: "draft",
    city: "Tallinn",
    countryCode: "EE",
    kind: "cafe",
    tags: ["rain"],
    rating: null,
    note: "To be found again, and asked for its name.",
  },
];
