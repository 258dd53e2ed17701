import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** A command as it is sent to the server. */
export type Command = readonly [name: string, ...args: string[]];

/** A proxy to a Redis that records every command. */
export interface RecordedRedis extends AsyncDisposable {
  url: string;
  /** Returns the commands since the last call. */
  taken(): Command[];
}

export async function recordRedis(redisUrl: string): Promise<RecordedRedis> {
  const target = new URL(redisUrl);
  let commands: Command[] = [];
  const server = createServer((near) => {
    const far = connect(Number(target.port || 6379), target.hostname);
    let rest = Buffer.alloc(0);
    near.on('data', (data) => {
      rest = Buffer.concat([rest, data]);
      for (let found = firstCommand(rest); found !== undefined; found = firstCommand(rest)) {
        commands.push(found.command);
        rest = rest.subarray(found.end);
      }
    });
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken() {
      const before = commands;
      commands = [];
      return before;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

/** Reads a command, a list of texts that each follow their length. Returns undefined if it is incomplete. */
function firstCommand(bytes: Buffer): { command: Command; end: number } | undefined {
  const parts: string[] = [];
  let line = lineAt(bytes, 0, '*');
  if (line === undefined) return undefined;
  for (let left = line.number; left > 0; left--) {
    const length = lineAt(bytes, line.end, '$');
    if (length === undefined || bytes.length < length.end + length.number + 2) return undefined;
    parts.push(bytes.toString('utf8', length.end, length.end + length.number));
    line = { number: left, end: length.end + length.number + 2 };
  }
  const [name = '', ...args] = parts;
  return { command: [name.toUpperCase(), ...args], end: line.end };
}

function lineAt(
  bytes: Buffer,
  start: number,
  sign: string,
): { number: number; end: number } | undefined {
  const end = bytes.indexOf('\r\n', start);
  if (end === -1) return undefined;
  const line = bytes.toString('latin1', start, end);
  if (line[0] !== sign) throw new Error(`This is no command: ${JSON.stringify(line)}`);
  return { number: Number(line.slice(1)), end: end + 2 };
}

/** Returns the keys of a command. */
export function keysOf([name, ...args]: Command): string[] {
  if (name === 'INFO') return [];
  if (name === 'EVAL' || name === 'EVALSHA') return args.slice(2, 2 + Number(args[1]));
  return name === 'MGET' || name === 'UNLINK' || name === 'DEL' ? args : args.slice(0, 1);
}
