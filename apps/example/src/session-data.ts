import type { Basket } from './basket.ts';

declare module 'express-session' {
  interface SessionData {
    /** When the session started, in milliseconds since 1970. */
    startedAt: number;
    /** The user who is signed in. Absent while no one is. */
    name: string;
    /** How often the user has seen the home page since the sign-in. */
    visits: number;
    basket: Basket;
    /** The name of the browser at the sign-in. Absent in sessions from before the shop stored it. */
    device?: string;
    /** The IP address of the sign-in. */
    address?: string;
    /** How many requests of a race have counted. Only in the sessions of races. */
    count?: number;
    /** What the requests of a race have put into a basket. Only in the sessions of races. */
    products?: string[];
  }
}
