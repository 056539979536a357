import type { Peer } from "../contract/peer.ts";
import { canonicalAddress } from "./address.ts";
import { contains, type Ip, type Network, parseIp, parseNetwork } from "./ip.ts";

/** What is known of a client, where the proxies in front are believed and nobody else. */
export interface Client {
  /** In canonical form; `unknown` where it is not known. */
  readonly address: string;
  /** Whether a trusted proxy says that the client came by plain http. */
  readonly isInsecure: boolean;
}

/** Finds the client behind the proxies. */
export type ClientReader = (request: Request, peer: Peer | undefined) => Client;

/** Whether the sender at a distance (0 is the peer itself) is one of our proxies. */
type Trust = (distance: number, ip: Ip | undefined) => boolean;

// More proxies than anybody has; what a client puts in front of its address costs no more than this many looks.
const maxHops = 32;

/** Makes the reader from `api.trustProxy`; what is wrong with that is added to the problems. */
export function clientReader(trustProxy: unknown, problems: string[]): ClientReader {
  const trust = trustOf(trustProxy, problems);
  if (trust === undefined) {
    return (_, peer) => ({ address: canonicalAddress(ipOf(peer)), isInsecure: false });
  }
  return ({ headers }, peer) => {
    const { ip, hops } = walk(headers.get("x-forwarded-for") ?? "", ipOf(peer), trust);
    const isInsecure = hops > 0 && isHttp(headers.get("x-forwarded-proto"), hops);
    return { address: canonicalAddress(ip), isInsecure };
  };
}

function ipOf(peer: Peer | undefined): Ip | undefined {
  const address = peer?.address;
  return address === undefined ? undefined : parseIp(address);
}

function trustOf(trustProxy: unknown, problems: string[]): Trust | undefined {
  if (trustProxy === undefined || trustProxy === 0) return undefined;
  if (typeof trustProxy === "number" && Number.isInteger(trustProxy) && trustProxy > 0) {
    if (trustProxy <= maxHops) return (distance) => distance < trustProxy;
  } else if (Array.isArray(trustProxy)) {
    const entries: readonly unknown[] = trustProxy;
    const networks: Network[] = [];
    for (const entry of entries) {
      const network = typeof entry === "string" ? parseNetwork(entry) : undefined;
      if (network === undefined) {
        problems.push(
          `api.trustProxy names ${JSON.stringify(entry)}, which is no address or network such as "10.0.0.0/8".`,
        );
      } else networks.push(network);
    }
    return (_, ip) => ip !== undefined && networks.some((network) => contains(network, ip));
  }
  problems.push(
    `api.trustProxy is the number of proxies in front (1 to ${maxHops}), or the list of their addresses.`,
  );
  return undefined;
}

/** From the peer towards the client, as long as who speaks is trusted. Every proxy adds whom it heard on the right. */
function walk(
  forwardedFor: string,
  peer: Ip | undefined,
  trust: Trust,
): { readonly ip: Ip | undefined; readonly hops: number } {
  let ip = peer;
  let hops = 0;
  let end = forwardedFor.length;
  while (hops < maxHops && trust(hops, ip)) {
    hops += 1;
    if (end <= 0) break;
    const comma = forwardedFor.lastIndexOf(",", end - 1);
    const named = parseIp(withoutPort(forwardedFor.slice(comma + 1, end).trim()));
    if (named === undefined) break;
    ip = named;
    end = comma;
  }
  return { ip, hops };
}

const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/;
const withPort = /^([^:]*):\d{1,5}$/;

function withoutPort(text: string): string {
  return bracketed.exec(text)?.[1] ?? withPort.exec(text)?.[1] ?? text;
}

/** What the outermost of the trusted proxies says; each may add its own word, or replace the one before. */
function isHttp(forwardedProto: string | null, hops: number): boolean {
  if (forwardedProto === null) return false;
  const words = forwardedProto.split(",");
  const word = words.at(-hops) ?? words.at(0) ?? "";
  return word.trim().toLowerCase() === "http";
}
