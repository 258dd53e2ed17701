import type { RequestHandler } from 'express';
import { type Basket, isProduct, type Product } from './basket.ts';
import { sendMessage } from './send-page.ts';
import './session-data.ts';

/** Changes the basket by the product that the form names. */
export function changeBasket(change: (basket: Basket, product: Product) => Basket): RequestHandler {
  return ({ body, session }, response) => {
    const product: unknown = body?.product;
    if (!isProduct(product)) {
      return sendMessage(response, 400, 'Unknown product', 'The shop does not sell this product.');
    }
    session.startedAt ??= Date.now();
    session.basket = change(session.basket ?? {}, product);
    response.redirect(303, '/');
  };
}
