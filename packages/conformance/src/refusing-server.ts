import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server that speaks the protocol of Redis. It lets clients connect, and answers every other command with one error. */
export interface RefusingServer {
  readonly url: string;
  close(): Promise<void>;
}

/** @param error what the server answers, such as `OOM command not allowed`. */
export async function startRefusingServer(error: string): Promise<RefusingServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let rest = Buffer.alloc(0);
    let protocol = '2';
    socket.on('error', () => {});
    socket.on('data', (data) => {
      rest = Buffer.concat([rest, data]);
      for (let found = commandAt(rest); found !== undefined; found = commandAt(rest)) {
        rest = rest.subarray(found.end);
        const [name = '', version = protocol] = found.command;
        if (name.toUpperCase() === 'HELLO') protocol = version;
        socket.write(replyTo(name, protocol) ?? `-${error}\r\n`);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;

/** Returns the reply to what clients send when they connect. Undefined for any other command. */
function replyTo(name: string, protocol: string): string | undefined {
  switch (name.toUpperCase()) {
    case 'HELLO':
      return greeting(protocol);
    case 'PING':
      return '+PONG\r\n';
    case 'INFO':
      return bulk('redis_version:7.0.15\r\nrole:master\r\nloading:0\r\nmaxmemory:0\r\n');
    case 'AUTH':
    case 'CLIENT':
    case 'SELECT':
    case 'QUIT':
      return '+OK\r\n';
    default:
      return undefined;
  }
}

function greeting(protocol: string): string {
  const fields = Object.entries({
    server: 'redis',
    version: '7.0.15',
    mode: 'standalone',
    role: 'master',
  });
  const head = protocol === '3' ? `%${fields.length + 3}` : `*${2 * (fields.length + 3)}`;
  const texts = fields.flat().map(bulk).join('');
  return `${head}\r\n${texts}${bulk('proto')}:${protocol}\r\n${bulk('id')}:1\r\n${bulk('modules')}*0\r\n`;
}

/** Reads a command, which is a list of texts, each behind its length. Undefined until all of it has arrived. */
function commandAt(bytes: Buffer): { command: string[]; end: number } | undefined {
  const command: string[] = [];
  let line = lineAt(bytes, 0);
  if (line === undefined) return undefined;
  for (let left = line.number; left > 0; left--) {
    const length = lineAt(bytes, line.end);
    if (length === undefined) return undefined;
    const end = length.end + length.number;
    if (bytes.length < end + 2) return undefined;
    command.push(bytes.toString('utf8', length.end, end));
    line = { number: left, end: end + 2 };
  }
  return { command, end: line.end };
}

/** Reads a line that consists of a sign and a number. */
function lineAt(bytes: Buffer, start: number): { number: number; end: number } | undefined {
  const end = bytes.indexOf('\r\n', start);
  if (end === -1) return undefined;
  return { number: Number(bytes.toString('latin1', start + 1, end)), end: end + 2 };
}
