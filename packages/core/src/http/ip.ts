/**
 * An IP address as numbers: four bytes, or eight groups of sixteen bits. An IPv4 address that came mapped into IPv6
 * (RFC 4291 2.5.5.2) has four, so that each address has one form.
 */
export type Ip = readonly number[];

/** A range of addresses: those whose first `bits` bits are the same. */
export interface Network {
  readonly ip: Ip;
  readonly bits: number;
}

// The longest text is an IPv6 address with an IPv4 one at its end.
const longest = 45;
const decimal = /^(?:0|[1-9]\d{0,2})$/;
const hex = /^[0-9a-f]{1,4}$/i;
const mappedPrefix = [0, 0, 0, 0, 0, 0xffff];
const mappedBits = 96;

/** Reads an address; `undefined` for anything else. A zone (`%eth0`, RFC 4007) says nothing about whose it is: dropped. */
export function parseIp(text: string): Ip | undefined {
  if (!text.includes(":")) return text.length > longest ? undefined : parseIpv4(text);
  const zone = text.indexOf("%");
  const bare = zone === -1 ? text : text.slice(0, zone);
  const groups = bare.length > longest ? undefined : parseIpv6(bare);
  return groups === undefined ? undefined : unmapped(groups);
}

/** Decimal only: some readers take a leading zero for octal, and two readings of one address are one too many. */
function parseIpv4(text: string): Ip | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => decimal.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIpv6(text: string): Ip | undefined {
  const gap = text.indexOf("::");
  if (gap === -1) {
    const groups = groupsOf(text);
    return groups?.length === 8 ? groups : undefined;
  }
  const head = groupsOf(text.slice(0, gap));
  const tail = groupsOf(text.slice(gap + 2));
  if (head === undefined || tail === undefined || head.length + tail.length > 7) return undefined;
  // An IPv4 address can only be at the very end.
  if (text.slice(0, gap).includes(".")) return undefined;
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => 0);
  return [...head, ...zeros, ...tail];
}

function groupsOf(text: string): readonly number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [at, part] of parts.entries()) {
    if (hex.test(part)) groups.push(Number.parseInt(part, 16));
    else {
      const bytes = at === parts.length - 1 ? parseIpv4(part) : undefined;
      if (bytes === undefined) return undefined;
      const [a = 0, b = 0, c = 0, d = 0] = bytes;
      groups.push(a * 256 + b, c * 256 + d);
    }
  }
  return groups;
}

function unmapped(groups: Ip): Ip {
  if (!mappedPrefix.every((group, at) => groups[at] === group)) return groups;
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff];
}

/** Reads an address or a network (`10.0.0.0/8`, RFC 4632); `undefined` for anything else, and for "everybody" (`/0`). */
export function parseNetwork(text: string): Network | undefined {
  const [address = "", bits, ...more] = text.split("/");
  const ip = parseIp(address);
  if (ip === undefined || more.length > 0 || address.includes("%")) return undefined;
  const width = ip.length === 4 ? 32 : 128;
  if (bits === undefined) return { ip, bits: width };
  if (!decimal.test(bits)) return undefined;
  const isMapped = ip.length === 4 && address.includes(":");
  const given = isMapped ? Number(bits) - mappedBits : Number(bits);
  return given >= 1 && given <= width ? { ip, bits: given } : undefined;
}

/** Whether an address lies in a network. IPv4 and IPv6 never lie in each other's. */
export function contains({ ip, bits }: Network, address: Ip): boolean {
  if (ip.length !== address.length) return false;
  const size = ip.length === 4 ? 8 : 16;
  return ip.every((part, at) => {
    const compared = Math.min(Math.max(bits - at * size, 0), size);
    return part >> (size - compared) === (address[at] ?? 0) >> (size - compared);
  });
}
