/** A reason why the app does not start. Its message is one line for the person who starts the app. */
export class StartupError extends Error {}
