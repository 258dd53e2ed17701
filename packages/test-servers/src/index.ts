export { startRedis, type TestRedis } from './redis.ts';
export { chooseWay, describeWay, type Machine, type Way } from './way.ts';
