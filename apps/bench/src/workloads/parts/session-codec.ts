import { SessionIndex } from '../../../../../packages/core/src/indexes/session-index.ts';
import { settingsFrom } from '../../../../../packages/core/src/options.ts';
import { CreationTimes } from '../../../../../packages/core/src/session/creation-times.ts';
import { SessionCodec } from '../../../../../packages/core/src/session/session-codec.ts';
import { SessionReader } from '../../../../../packages/core/src/session/session-reader.ts';
import { Snapshots } from '../../../../../packages/core/src/session/snapshots.ts';
import { WriteQueue } from '../../../../../packages/core/src/session/write-queue.ts';
import { sessionOf } from '../../stores/session-data.ts';
import { answering } from './answering.ts';
import { AT_ONCE, atOnce, cpuTime } from './cpu-time.ts';
import { guarded, TIMEOUT_MS } from './guarded.ts';
import type { Contestant, Part } from './part.ts';

type Session = Record<string, unknown>;

const BYTES = 200;
const KEY = 'sess:id';

class AsyncCodec extends SessionCodec<Session> {
  override async parse(key: string, text: string): Promise<Session> {
    return super.parse(key, text);
  }
}

export const sessionCodecs: Part = {
  about: `Reads a session of ${BYTES} bytes with all of core's code for that, ${AT_ONCE} at a time. The client answers in the next turn of the
event loop, without a server.`,
  contestants: {
    'SessionCodec, async if the serializer is': reading(SessionCodec),
    'always async': reading(AsyncCodec),
  },
};

function reading(Codec: typeof SessionCodec<Session>): Contestant {
  return cpuTime(() => {
    const redis = guarded(answering(JSON.stringify(sessionOf(BYTES))));
    const settings = { ...settingsFrom<Session>({ client: redis }, 'RedisStore'), client: redis };
    const creationTimes = new CreationTimes(settings);
    const codec = new Codec(settings, creationTimes);
    const snapshots = new Snapshots(new SessionIndex(settings), creationTimes);
    const queue = new WriteQueue(TIMEOUT_MS);
    const { prefix } = settings;
    const parts = { redis, prefix, codec, creationTimes, snapshots, queue };
    const reader = new SessionReader(TIMEOUT_MS, parts, () => {});
    return atOnce(() => reader.load(KEY));
  });
}
