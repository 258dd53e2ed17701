export { chromiumPath } from './chromium.ts';
export { startCluster, type TestCluster } from './cluster.ts';
export {
  AWAY_MS,
  type Deployment,
  deploy,
  FAULTS,
  type Failure,
  type Fault,
  type Topology,
} from './deployment.ts';
export { findServer, howToGet, SERVER_NAMES } from './named-servers.ts';
export { type Machine, type Network, startNetwork } from './network.ts';
export { freePort, type RedisProcess } from './process.ts';
export { type Program, startProgram } from './program.ts';
export type { ProxiedConnection } from './proxied-connection.ts';
export { type RedisProxy, startRedisProxy } from './proxy.ts';
export { startRedis, type TestRedis } from './redis.ts';
export { serverName } from './redis-source.ts';
export { startSentinels, type TestSentinels } from './sentinels.ts';
export { startServer } from './server.ts';
export { type Address, SharedServers } from './shared-servers.ts';
export { sized } from './sized.ts';
export type { SlotMigration } from './slot-migration.ts';
export { until } from './until.ts';
