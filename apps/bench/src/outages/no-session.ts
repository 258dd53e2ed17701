/** What the application answers to a visitor without a session. */
export const NO_SESSION = 'There is no session.';
