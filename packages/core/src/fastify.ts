export * from './repository.ts';
export { FastifyStore } from './stores/fastify-store.ts';
