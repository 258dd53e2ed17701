import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RedisStore } from '@holdfast/core';
import { saveBeforeResponse } from '@holdfast/core/express';
import express, { type Express } from 'express';
import session, { type Store } from 'express-session';
import { DAY_MS } from '../stores/session-data.ts';
import { answerParent } from './answer-parent.ts';

/** Creates an Express application that keeps its sessions in the store; in Holdfast's, as its README says. */
export function sessionApp(store: Store): Express {
  const options = { secret: 'bench', resave: false, saveUninitialized: false };
  const sessions = session({ store, ...options, cookie: { maxAge: DAY_MS } });
  return express().use(store instanceof RedisStore ? saveBeforeResponse(sessions) : sessions);
}

/** The child's side of `startApp`: sends the port, and answers each message with the usage. */
export async function serve(
  app: Express,
  usage: (server: Server) => object | Promise<object>,
): Promise<void> {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  answerParent((server.address() as AddressInfo).port, () => usage(server));
}
