import { randomUUID } from 'node:crypto';
import { RedisStore } from '@holdfast/core';
import { fromNodeRedis } from '@holdfast/node-redis';
import { startRedis, type TestRedis } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { transformSync } from '@swc/core';
import { createClient } from 'redis';
import { textOf } from '../support/docs/repository-files.ts';
import { snippetsOf } from '../support/docs/snippets.ts';

describe("the page's spans", () => {
  const exporter = new InMemorySpanExporter();
  let server: TestRedis;
  let client: ReturnType<typeof createClient>;

  beforeAll(async () => {
    const spanProcessors = [new SimpleSpanProcessor(exporter)];
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
    await run('@opentelemetry/api');
    server = await startRedis();
    client = createClient({ url: server.url });
    client.on('error', () => {});
    await client.connect();
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  /** Runs the snippet that imports this. */
  async function run(imported: string): Promise<void> {
    const snippet = snippetsOf(await textOf('docs/observing.md')).find(({ code }) =>
      code.includes(`from '${imported}'`),
    );
    const { code } = transformSync(snippet?.code ?? '', {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
    });
    new Function('require', 'exports', code)(require, {});
  }

  test('are one for each operation, with what it came to', async () => {
    const store = new RedisStore({ client: fromNodeRedis(client) });
    const id = randomUUID();
    await store.get(id);
    await expect(store.get('')).rejects.toThrow();
    const spans = exporter.getFinishedSpans();
    expect(spans.map(({ name, attributes, status }) => ({ name, attributes, status }))).toEqual([
      {
        name: 'session get',
        attributes: { 'session.outcome': 'miss' },
        status: { code: SpanStatusCode.UNSET },
      },
      {
        name: 'session get',
        attributes: {},
        status: { code: SpanStatusCode.ERROR, message: 'ERR_HOLDFAST_INVALID_ARGUMENT' },
      },
    ]);
  });
});
