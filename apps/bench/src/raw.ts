/** Sends a command to the server that is measured. */
export type Raw = (...command: string[]) => Promise<unknown>;
