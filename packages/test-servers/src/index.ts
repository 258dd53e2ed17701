export { startCluster, type TestCluster } from './cluster.ts';
export { freePort, type RedisProcess } from './process.ts';
export type { ProxiedConnection } from './proxied-connection.ts';
export { type RedisProxy, startRedisProxy } from './proxy.ts';
export { startRedis, type TestRedis } from './redis.ts';
export { startSentinels, type TestSentinels } from './sentinels.ts';
export type { SlotMigration } from './slot-migration.ts';
export { type Address, onCluster, onSentinels, onServer } from './subjects.ts';
export { until } from './until.ts';
