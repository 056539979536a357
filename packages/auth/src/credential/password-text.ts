/**
 * 128 code points in canonical form come from at most this many UTF-16 code units: no code point decomposes into more
 * than six. A longer text is a password nowhere.
 */
const longest = 768;

/**
 * The form in which a password is judged, hashed and checked: NFC, so that it does not matter how a keyboard composes its
 * letters. Nothing is trimmed, cut off or changed in case.
 *
 * Longer texts than any password stay as they came, because normalising takes quadratic time on marks that have to be
 * put in order.
 */
export function canonicalPassword(text: string): string {
  return text.length > longest ? text : text.normalize("NFC");
}
