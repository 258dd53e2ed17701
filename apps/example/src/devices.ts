import type { RedisStore, UserSession } from '@holdfast/core';
import type { Request, RequestHandler, Response } from 'express';
import type { SessionData } from 'express-session';
import { deviceName } from './device-name.ts';
import { sendMessage, sendPage } from './send-page.ts';
import './session-data.ts';
import { withSessionErrors } from './session-promises.ts';
import { timeAgo } from './time-ago.ts';
import { homeBecause } from './why-signed-out.ts';

/** Lists the sessions of the user. Each session is a device. */
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

/** Ends the session whose handle the form sends, if it is another session of the same user. */
export function signOutDevice(store: RedisStore): RequestHandler {
  return forUser(async (user, { body, sessionID }, response) => {
    const others = await otherSessions(store, user, sessionID);
    const session = others.find(({ handle }) => handle === body?.device);
    if (session === undefined) {
      const message = 'You are not signed in on this device. It may be signed out already.';
      return sendMessage(response, 404, 'Unknown device', message);
    }
    await withSessionErrors(store.destroy(session.id));
    response.redirect(303, '/devices');
  });
}

/** Ends all sessions of the user except the current one. */
export function signOutOtherDevices(store: RedisStore): RequestHandler {
  return forUser(async (user, { sessionID }, response) => {
    await withSessionErrors(store.destroyByUser(user, { except: sessionID }));
    response.redirect(303, '/devices');
  });
}

/** Redirects visitors who are not signed in to the sign-in form. */
function forUser(
  handler: (user: string, request: Request, response: Response) => Promise<void>,
): RequestHandler {
  return async (request, response) => {
    const { name } = request.session;
    if (name === undefined) return response.redirect(303, homeBecause('devices'));
    await handler(name, request, response);
  };
}

async function otherSessions(
  store: RedisStore,
  user: string,
  currentId: string,
): Promise<UserSession<SessionData>[]> {
  const sessions = await withSessionErrors(store.listByUser(user));
  return sessions.filter(({ id }) => id !== currentId);
}

function deviceOf({ handle, session, lastActive }: UserSession<SessionData>) {
  return { ...nameAndAddress(session), handle, lastActive, ago: timeAgo(lastActive) };
}

function nameAndAddress({ device = deviceName(), address = 'unknown' }: Partial<SessionData>) {
  return { device, address };
}
