import type { RequestHandler } from 'express';
import type { SessionData } from 'express-session';
import { type Basket, isProduct, type Product } from './basket.ts';
import { deviceName } from './device-name.ts';
import { messagePage, type ShopView, shopPage } from './pages.ts';
import { sendPage } from './send-page.ts';
import './session-data.ts';
import { destroy, regenerate, save } from './session-steps.ts';
import { MAX_NAME_LENGTH, userName } from './user-name.ts';

export const showShop: RequestHandler = ({ session }, response) => {
  // Whoever has done nothing yet gets no session.
  if (session.name !== undefined) session.visits = (session.visits ?? 0) + 1;
  sendPage(response, 200, shopPage(viewOf(session)));
};

export const signIn: RequestHandler = async (request, response) => {
  const name = userName(request.body?.name);
  if (name === undefined) {
    const nameError = `Please give a name of 1 to ${MAX_NAME_LENGTH} characters.`;
    return sendPage(response, 400, shopPage({ ...viewOf(request.session), nameError }));
  }
  const { basket = {} } = request.session;
  const device = deviceName(request.headers['user-agent']);
  // Somebody else may know the id from before, and would be signed in with it.
  await regenerate(request.session);
  Object.assign(request.session, { name, basket, device });
  await save(request.session);
  response.redirect(303, '/');
};

export function signOut(cookieName: string): RequestHandler {
  return async ({ session }, response) => {
    await destroy(session);
    response.clearCookie(cookieName).redirect(303, '/');
  };
}

/** Changes the basket with the product that the form names. */
export function changeBasket(change: (basket: Basket, product: Product) => Basket): RequestHandler {
  return async ({ body, session }, response) => {
    const product: unknown = body?.product;
    if (!isProduct(product)) {
      return sendPage(
        response,
        400,
        messagePage('Unknown product', 'The shop has no such product.'),
      );
    }
    session.basket = change(session.basket ?? {}, product);
    await save(session);
    response.redirect(303, '/');
  };
}

function viewOf({ name, visits = 0, basket = {} }: Partial<SessionData>): ShopView {
  return { name, visits, basket };
}
