import type { Basket } from './basket.ts';

declare module 'express-session' {
  interface SessionData {
    /** Who is signed in. Absent: nobody. */
    name: string;
    /** How often the page was seen since the sign-in. */
    visits: number;
    basket: Basket;
    /** What the browser was called at the sign-in. Absent: it was not asked then. */
    device?: string;
  }
}
