export { redisCounter, type RedisCounterOptions } from "./redis-counter.ts";
