import { createHash } from "node:crypto";

/** A script that Redis runs as one step, and the digest that Redis knows it by. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

// The arithmetic of http/gcra.ts on Redis's own clock, which is the same for every process. It answers what was occupied
// before; whether the cost found room follows from that.
const text = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local stored = tonumber(redis.call('GET', KEYS[1]) or now) or now
local occupied = math.min(math.max(stored - now, 0), burst)
local after = occupied + interval * cost
if after <= burst then
  redis.call('SET', KEYS[1], string.format('%.0f', now + after), 'PX', math.ceil(after / 1000))
end
return occupied
`;

/** Takes from an allowance: key; interval, burst (microseconds) and cost. Answers what was occupied, in microseconds. */
export const takeScript: Script = { text, sha1: createHash("sha1").update(text).digest("hex") };
