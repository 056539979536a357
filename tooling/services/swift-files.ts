import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Account } from "./account.ts";

/** The ports of one Swift: its front door, its three stores and the cache between them. */
export interface SwiftPorts {
  readonly proxy: number;
  readonly account: number;
  readonly container: number;
  readonly object: number;
  readonly memcached: number;
}

/** The stores behind the front door; each has a ring that says where its data is. */
export const stores = ["account", "container", "object"] as const;

/** What makes one Swift different from another. */
export interface SwiftOptions {
  readonly directory: string;
  readonly ports: SwiftPorts;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** The name of the system account that the servers run as. */
  readonly user: string;
  /** Its numbers, where it is not the one who starts them. */
  readonly runAs: Account | undefined;
}

/** Writes the configuration and makes the directories of a Swift with one copy of everything. */
export function writeSwiftFiles(options: SwiftOptions): void {
  const { directory, runAs, secretKey } = options;
  const disk = join(directory, "disks/d1");
  mkdirSync(disk, { recursive: true });
  const files: Readonly<Record<string, string>> = {
    "swift.conf": swiftConf(secretKey),
    "proxy-server.conf": proxyConf(options),
    ...Object.fromEntries(stores.map((store) => [`${store}-server.conf`, storeConf(store, options)])),
  };
  for (const [name, text] of Object.entries(files)) {
    const file = join(directory, name);
    writeFileSync(file, text, { mode: 0o600 });
    if (runAs !== undefined) chownSync(file, runAs.uid, runAs.gid);
  }
  chmodSync(directory, 0o755);
  if (runAs === undefined) return;
  for (const folder of [directory, join(directory, "disks"), disk]) chownSync(folder, runAs.uid, runAs.gid);
}

function swiftConf(seed: string): string {
  return lines(
    "[swift-hash]",
    `swift_hash_path_suffix = ${seed}`,
    `swift_hash_path_prefix = ${seed}`,
    "",
    policy,
  );
}

const policy = "[storage-policy:0]\nname = only\ndefault = yes";

function proxyConf(options: SwiftOptions): string {
  const { ports, region, accessKey, secretKey } = options;
  const order =
    "catch_errors gatekeeper healthcheck cache listing_formats s3api tempauth copy slo dlo versioned_writes symlink";
  return lines(
    ...defaults(options, ports.proxy),
    "[pipeline:main]",
    `pipeline = ${order} proxy-server`,
    "[app:proxy-server]",
    "use = egg:swift#proxy",
    "account_autocreate = true",
    "allow_account_management = true",
    "[filter:s3api]",
    "use = egg:swift#s3api",
    `location = ${region}`,
    // With S3's own access lists a bucket is private to its owner, as it is on S3.
    "s3_acl = true",
    "dns_compliant_bucket_names = true",
    "[filter:tempauth]",
    "use = egg:swift#tempauth",
    `user_${accessKey.replace(":", "_")} = ${secretKey} .admin`,
    "[filter:cache]",
    "use = egg:swift#memcache",
    `memcache_servers = 127.0.0.1:${ports.memcached}`,
    ...plainFilters.flatMap((name) => [`[filter:${name}]`, `use = egg:swift#${name}`]),
  );
}

const plainFilters = [
  "catch_errors",
  "gatekeeper",
  "healthcheck",
  "listing_formats",
  "copy",
  "slo",
  "dlo",
  "versioned_writes",
  "symlink",
] as const;

function storeConf(store: (typeof stores)[number], options: SwiftOptions): string {
  return lines(
    ...defaults(options, options.ports[store]),
    "[pipeline:main]",
    `pipeline = healthcheck ${store}-server`,
    "[filter:healthcheck]",
    "use = egg:swift#healthcheck",
    `[app:${store}-server]`,
    `use = egg:swift#${store}`,
  );
}

function defaults({ directory, user }: SwiftOptions, port: number): string[] {
  return [
    "[DEFAULT]",
    "bind_ip = 127.0.0.1",
    `bind_port = ${port}`,
    `swift_dir = ${directory}`,
    `devices = ${join(directory, "disks")}`,
    "mount_check = false",
    "fallocate_reserve = 0",
    "disable_fallocate = true",
    // One process, no forks: what was started is all there is to stop.
    "workers = 0",
    `user = ${user}`,
  ];
}

function lines(...text: readonly string[]): string {
  return `${text.join("\n")}\n`;
}
