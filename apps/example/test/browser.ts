/** A response as a browser shows it. */
export interface Page {
  status: number;
  headers: Headers;
  text: string;
}

/** A minimal browser: it keeps one cookie, for all ports, and submits forms. */
export class Browser {
  cookie = '';
  readonly #headers: Record<string, string>;

  /** @param headers sent with each request. */
  constructor(headers: Record<string, string> = {}) {
    this.#headers = headers;
  }

  /** Opens a page. */
  open(url: string): Promise<Page> {
    return this.#send(url, { method: 'GET' });
  }

  /** Submits a form. It does not follow the redirect. */
  submit(url: string, fields: Record<string, string> = {}): Promise<Page> {
    return this.#send(url, { method: 'POST', body: new URLSearchParams(fields) });
  }

  async #send(url: string, init: RequestInit): Promise<Page> {
    const headers = new Headers({ 'user-agent': 'test', ...this.#headers });
    if (this.cookie !== '') headers.set('cookie', this.cookie);
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  #keep(cookie: string): void {
    const [pair = ''] = cookie.split(';');
    const [, expires = ''] = cookie.match(/expires=([^;]+)/i) ?? [];
    this.cookie = Date.parse(expires) < Date.now() ? '' : pair;
  }
}

/** Returns the session id in a cookie of express-session. */
export function sessionId(cookie: string): string {
  return decodeURIComponent(cookie).match(/=s:([^.]+)\./)?.[1] ?? '';
}
