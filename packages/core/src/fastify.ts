export { FastifyStore } from './fastify-store.ts';
export * from './repository.ts';
