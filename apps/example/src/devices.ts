import type { RedisStore, UserSession } from '@holdfast/core';
import type { Request, RequestHandler, Response } from 'express';
import type { SessionData } from 'express-session';
import { deviceName } from './device-name.ts';
import { sendMessage, sendPage } from './send-page.ts';
import './session-data.ts';
import { stored } from './session-steps.ts';
import { timeAgo } from './time-ago.ts';

/** Shows where the user is signed in: each session is a device. */
export function showDevices(store: RedisStore): RequestHandler {
  return forUser(async (user, { session, sessionID }, response) => {
    const others = await otherSessions(store, user, sessionID);
    sendPage(response, 200, 'devices', {
      title: 'Your devices',
      name: user,
      here: nameAndAddress(session),
      others: others.map(deviceOf),
    });
  });
}

/** Ends the session that the form names by its handle, where it is another one of the user's own. */
export function signOutDevice(store: RedisStore): RequestHandler {
  return forUser(async (user, { body, sessionID }, response) => {
    const others = await otherSessions(store, user, sessionID);
    const session = others.find(({ handle }) => handle === body?.device);
    if (session === undefined) {
      const message = 'You are not signed in on such a device. It may be signed out already.';
      return sendMessage(response, 404, 'Unknown device', message);
    }
    await stored(store.destroy(session.id));
    response.redirect(303, '/devices');
  });
}

export function signOutOtherDevices(store: RedisStore): RequestHandler {
  return forUser(async (user, { sessionID }, response) => {
    await stored(store.destroyByUser(user, { except: sessionID }));
    response.redirect(303, '/devices');
  });
}

/** Handles the request of somebody who is signed in, and leads anybody else to where one signs in. */
function forUser(
  handle: (user: string, request: Request, response: Response) => Promise<void>,
): RequestHandler {
  return async (request, response) => {
    const { name } = request.session;
    if (name === undefined) return response.redirect(303, '/');
    await handle(name, request, response);
  };
}

async function otherSessions(
  store: RedisStore,
  user: string,
  currentId: string,
): Promise<UserSession<SessionData>[]> {
  const sessions = await stored(store.listByUser(user));
  return sessions.filter(({ id }) => id !== currentId);
}

function deviceOf({ handle, session, lastActive }: UserSession<SessionData>) {
  return { ...nameAndAddress(session), handle: handle, lastActive, ago: timeAgo(lastActive) };
}

function nameAndAddress({ device = deviceName(), address = 'unknown' }: Partial<SessionData>) {
  return { device, address };
}
