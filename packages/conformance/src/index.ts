export { describeRedisLike } from './redis-like.ts';
export { describeRedisStore } from './redis-store.ts';
export type { Runner, Subject, SubjectFactory } from './subject.ts';
