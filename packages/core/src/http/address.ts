import type { Ip } from "./ip.ts";

/** What all those share whose address is not known: one bucket, not none. */
const unknownAddress = "unknown";

const sitePrefix = 4;

/**
 * The one text that stands for a client: an IPv4 address, or the /64 of an IPv6 one in the form of RFC 5952, since who
 * has one address of a /64 has all of them.
 */
export function canonicalAddress(ip: Ip | undefined): string {
  if (ip === undefined) return unknownAddress;
  if (ip.length === 4) return ip.join(".");
  const site = ip.slice(0, sitePrefix);
  // Half of the address is zeros, so no other run of them is longer than the one at the end.
  while (site.at(-1) === 0) site.pop();
  return `${site.map((group) => group.toString(16)).join(":")}::/64`;
}
