/** What the application says to a visitor whose session is not there. */
export const STRANGER = 'Good day, stranger.';
