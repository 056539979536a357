import { domainToASCII, domainToUnicode } from "node:url";

/** Longest address in its canonical form, in characters (RFC 5321 4.5.3.1.3). */
const longest = 254;
const longestLocalPart = 64;
// Before anything is made of a text: a decomposed or international domain is longer than what becomes of it.
const longestInput = 512;

// A dot-string of RFC 5322 3.2.3. Without quotes nothing in it means anything to whoever reads a header.
const localPartGrammar = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
// What may go to IDNA: no character that a URL gives a meaning, none that is not seen.
const domainInput = /^(?:[a-z0-9.-]|[^\p{ASCII}\p{C}\p{Z}])+$/u;
// Labels of letters, digits and hyphens; the last starts with a letter, so that no domain is a number (RFC 3696 2).
const domainGrammar = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The one form of an e-mail address that accounts are stored, looked up and written to under: NFKC, lower case, the domain
 * as IDNA's ASCII. `undefined` refuses the text; local parts beyond ASCII (SMTPUTF8) are refused too. The canonical form of
 * a canonical form is itself. Linear in at most 512 characters; what is longer is refused unread.
 */
export function canonicalEmail(text: string): string | undefined {
  if (text.length > longestInput) return undefined;
  const typed = withoutSpacesAround(text);
  // Here too, or a character that becomes an at sign would divide the address where nobody saw one.
  if (partsOf(typed) === undefined) return undefined;
  const parts = partsOf(typed.normalize("NFKC").toLowerCase());
  if (parts === undefined) return undefined;
  const [localPart, domainText] = parts;
  if (localPart.length > longestLocalPart || !localPartGrammar.test(localPart)) return undefined;
  const domain = canonicalDomain(domainText);
  if (domain === undefined || localPart.length + 1 + domain.length > longest) return undefined;
  return `${localPart}@${domain}`;
}

/** What is on both sides of the only at sign. */
function partsOf(address: string): readonly [localPart: string, domain: string] | undefined {
  const at = address.indexOf("@");
  if (at === -1 || at !== address.lastIndexOf("@")) return undefined;
  return [address.slice(0, at), address.slice(at + 1)];
}

function canonicalDomain(text: string): string | undefined {
  if (!domainInput.test(text)) return undefined;
  const domain = domainToASCII(text);
  if (!domainGrammar.test(domain)) return undefined;
  // Node hands on a label that claims to be encoded and is not; Bun refuses it. Both leave it as it is here.
  const isEncoded = !domainToUnicode(domain)
    .split(".")
    .some((label) => label.startsWith("xn--"));
  return isEncoded ? domain : undefined;
}

/** Only the space bar's: a line break beside an address is no slip of the hand. */
function withoutSpacesAround(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === " ") start += 1;
  while (end > start && text[end - 1] === " ") end -= 1;
  return text.slice(start, end);
}
