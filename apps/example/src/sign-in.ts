import type { RequestHandler } from 'express';
import { deviceName } from './device-name.ts';
import { sendHome } from './home.ts';
import './session-data.ts';
import { destroy, regenerate, save } from './session-steps.ts';
import { COOKIE_NAME } from './sessions.ts';
import { MAX_NAME_LENGTH, userName } from './user-name.ts';

/** Signs in whoever gives a name. An application of yours asks for a password, or leaves that to others. */
export const signIn: RequestHandler = async (request, response) => {
  const name = userName(request.body?.name);
  if (name === undefined) {
    const nameError = `Please give a name of 1 to ${MAX_NAME_LENGTH} characters.`;
    return sendHome(request, response, 400, nameError);
  }
  const { basket = {} } = request.session;
  const device = deviceName(request.headers['user-agent']);
  // How Node writes an address of IPv4 where it listens for IPv6, too.
  const address = request.ip?.replace(/^::ffff:/, '');
  // Somebody else may know the id from before, and would be signed in with it.
  await regenerate(request.session);
  Object.assign(request.session, { began: Date.now(), name, basket, device, address });
  await save(request.session);
  response.redirect(303, '/');
};

export const signOut: RequestHandler = async ({ session }, response) => {
  await destroy(session);
  response.clearCookie(COOKIE_NAME).redirect(303, '/');
};
