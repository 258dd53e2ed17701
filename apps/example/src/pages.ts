import { type Basket, isProduct, PRODUCTS, type Product } from './basket.ts';
import { type Html, html } from './html.ts';
import { timeAgo } from './time-ago.ts';
import { MAX_NAME_LENGTH } from './user-name.ts';

/** What the shop's page shows. */
export interface ShopView {
  name: string | undefined;
  visits: number;
  basket: Basket;
  /** What is wrong with the name that somebody tried to sign in with. */
  nameError?: string;
}

/** Another device where the user is signed in. */
export interface Device {
  /** What a form calls it. */
  handle: string;
  name: string;
  lastActive: Date;
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

/** Where the user is signed in: here, and on other devices. */
export function devicesPage(here: string, others: Device[]): Html {
  return page(
    'Your devices',
    html`<main>
  <h1>Your devices</h1>
  <section aria-labelledby="here">
    <h2 id="here">This device</h2>
    <p>${here}, active now.</p>
    ${signOutForm()}
  </section>
  <section aria-labelledby="others">
    <h2 id="others">Other devices</h2>
    ${otherDevices(others)}
  </section>
  <p><a href="/">Back to the shop</a></p>
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
    body { font-family: system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
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
  <p><a href="/devices">Your devices</a></p>
  ${signOutForm()}`;
}

function signOutForm(): Html {
  return html`<form method="post" action="/sign-out"><button>Sign out</button></form>`;
}

function otherDevices(devices: Device[]): Html {
  if (devices.length === 0) return html`<p>You are signed in on no other device.</p>`;
  return html`<ul>${devices.map(deviceItem)}</ul>
    <form method="post" action="/devices/sign-out-others"><button>Sign out all other devices</button></form>`;
}

function deviceItem({ handle, name, lastActive }: Device): Html {
  const ago = timeAgo(lastActive);
  return html`
      <li>${name}, last active <time datetime="${lastActive.toISOString()}">${ago}</time>
        <form method="post" action="/devices/sign-out"><button name="device" value="${handle}" aria-label="Sign out ${name}, last active ${ago}">Sign out</button></form>
      </li>`;
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
