import type { RequestHandler } from 'express';
import { deviceName } from './device-name.ts';
import { sendHome } from './home.ts';
import './session-data.ts';
import { destroy, regenerate } from './session-promises.ts';
import { COOKIE_NAME } from './sessions.ts';
import { MAX_NAME_LENGTH, userName } from './user-name.ts';
import { homeBecause } from './why-signed-out.ts';

/** Signs in anyone who enters a name. A real application checks a password or uses an identity provider. */
export const signIn: RequestHandler = async (request, response) => {
  const name = userName(request.body?.name);
  if (name === undefined) {
    const nameError = `Please enter a name of 1 to ${MAX_NAME_LENGTH} characters.`;
    return sendHome(request, response, 400, nameError);
  }
  const { basket = {} } = request.session;
  const device = deviceName(request.headers['user-agent']);
  // A server that listens on IPv6 sees an IPv4 address with this prefix.
  const address = request.ip?.replace(/^::ffff:/, '');
  // An attacker may know the old session id, and would be signed in with it (session fixation).
  await regenerate(request.session);
  Object.assign(request.session, { startedAt: Date.now(), name, basket, device, address });
  response.redirect(303, '/');
};

export const signOut: RequestHandler = async ({ session }, response) => {
  await destroy(session);
  response.clearCookie(COOKIE_NAME).redirect(303, homeBecause('signed-out'));
};
