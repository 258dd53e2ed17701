/** The products of the shop. */
export const PRODUCTS = { apples: 'Apples', bread: 'Bread', cheese: 'Cheese', tea: 'Tea' } as const;

export type Product = keyof typeof PRODUCTS;

/** The quantity of each product. A product that is absent is not in the basket. */
export type Basket = Partial<Record<Product, number>>;

export function isProduct(value: unknown): value is Product {
  return typeof value === 'string' && Object.hasOwn(PRODUCTS, value);
}

export function withOneMore(basket: Basket, product: Product): Basket {
  return { ...basket, [product]: (basket[product] ?? 0) + 1 };
}

export function without(basket: Basket, product: Product): Basket {
  const { [product]: _removed, ...rest } = basket;
  return rest;
}
