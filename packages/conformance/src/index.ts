export { describeRedisLike } from './redis-like.ts';
export { describeRedisStore } from './redis-store.ts';
export { type Connected, describeServerErrors } from './server-errors.ts';
export type { Runner, Subject, SubjectFactory } from './subject.ts';
