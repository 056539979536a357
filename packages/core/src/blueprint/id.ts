import { randomBytes } from "node:crypto";

const counterBits = 12;
const maxCounter = (1 << counterBits) - 1;

let lastTime = 0;
let counter = 0;

/**
 * A new document id: UUIDv7 (RFC 9562 5.7), with the 12 bits behind the version as a counter within one millisecond
 * (6.2, method 1), so that ids made by one process sort in the order they were made.
 */
export function newId(): string {
  const random = randomBytes(10);
  const now = Date.now();
  if (now > lastTime) {
    lastTime = now;
    // Starts in the lower half, so that a millisecond has room for at least 2,048 ids.
    counter = random.readUInt16BE(0) & (maxCounter >> 1);
  } else if (counter < maxCounter) {
    counter += 1;
  } else {
    // The counter is used up, or the clock went back: borrow the next millisecond.
    lastTime += 1;
    counter = 0;
  }
  const time = lastTime.toString(16).padStart(12, "0");
  const versioned = (0x7000 | counter).toString(16);
  const variant = (0x8000 | (random.readUInt16BE(2) & 0x3fff)).toString(16);
  const tail = random.toString("hex", 4, 10);
  return `${time.slice(0, 8)}-${time.slice(8)}-${versioned}-${variant}-${tail}`;
}
