import type { Basket } from './basket.ts';

declare module 'express-session' {
  interface SessionData {
    /** When the session began, in milliseconds since 1970. */
    began: number;
    /** Who is signed in. Absent: nobody. */
    name: string;
    /** How often the page was seen since the sign-in. */
    visits: number;
    basket: Basket;
    /** What the browser was called at the sign-in. Absent: it was not asked then. */
    device?: string;
    /** From where the sign-in came. */
    address?: string;
  }
}
