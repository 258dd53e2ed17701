import { type Basket, isProduct, PRODUCTS, type Product } from './basket.ts';
import { type Html, html } from './html.ts';
import { MAX_NAME_LENGTH } from './user-name.ts';

/** What the shop's page shows. */
export interface ShopView {
  name: string | undefined;
  visits: number;
  basket: Basket;
  /** What is wrong with the name that somebody tried to sign in with. */
  nameError?: string;
}

/** The shop: who is signed in, and the basket. */
export function shopPage({ name, visits, basket, nameError }: ShopView): Html {
  return page(
    'Shop',
    html`<header>
  <h1>Shop</h1>
  ${name === undefined ? signInForm(nameError) : signedIn(name, visits)}
</header>
<main>
  <section aria-labelledby="basket">
    <h2 id="basket">Your basket</h2>
    ${basketList(basket)}
  </section>
  <section aria-labelledby="products">
    <h2 id="products">Products</h2>
    <ul>${Object.keys(PRODUCTS).filter(isProduct).map(productItem)}</ul>
  </section>
</main>`,
  );
}

/** A page that says what went wrong. */
export function messagePage(title: string, message: string): Html {
  return page(
    title,
    html`<main>
  <h1>${title}</h1>
  <p>${message}</p>
  <p><a href="/">Back to the shop</a></p>
</main>`,
  );
}

function page(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} – Holdfast example</title>
  <style>
    :root { color-scheme: light dark; }
    body { font-family: system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; }
    li form { display: inline; }
  </style>
</head>
<body>
${body}
</body>
</html>
`;
}

function signInForm(error = ''): Html {
  return html`<form method="post" action="/sign-in">
    <label for="name">Name</label>
    <input id="name" name="name" required maxlength="${MAX_NAME_LENGTH}" autocomplete="username" aria-describedby="name-error">
    <button>Sign in</button>
    <span id="name-error" role="alert">${error}</span>
  </form>`;
}

function signedIn(name: string, visits: number): Html {
  return html`<p>Signed in as <strong>${name}</strong>. Visits since then: ${visits}.</p>
  <form method="post" action="/sign-out"><button>Sign out</button></form>`;
}

function basketList(basket: Basket): Html {
  const products = Object.keys(basket).filter(isProduct);
  if (products.length === 0) return html`<p>It is empty.</p>`;
  return html`<ul>${products.map((product) => basketItem(product, basket[product] ?? 0))}</ul>`;
}

function basketItem(product: Product, count: number): Html {
  return html`
      <li>${PRODUCTS[product]}: ${count}
        <form method="post" action="/basket/remove"><button name="product" value="${product}">Remove</button></form>
      </li>`;
}

function productItem(product: Product): Html {
  return html`
      <li>${PRODUCTS[product]}
        <form method="post" action="/basket/add"><button name="product" value="${product}">Add</button></form>
      </li>`;
}
