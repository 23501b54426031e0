/** What a supervisor asks: without credentials, and nothing secret; and what a collector of metrics asks, with them. */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { ask } from './testing/http-client.ts'
import type { HttpAnswer } from './testing/http-client.ts'
import { TEST_COOKIE, startServer } from './testing/test-server.ts'
import type { TestServer } from './testing/test-server.ts'
import type { Readiness } from './server-options.ts'

const get = ({ port }: TestServer, path: string, headers: object = {}, method = 'GET'): Promise<HttpAnswer> =>
  ask({ host: '127.0.0.1', port, method, path, headers: { ...headers } })
const hash = (secret: string): string => createHash('sha256').update(secret).digest('hex')

test('/livez answers anybody, GET and HEAD, on TCP and Unix', async () => {
  await using server = await startServer()
  expect(await get(server, '/livez')).toMatchObject({ status: 200, text: '{"live":true}' })
  expect(await get(server, '/livez', {}, 'HEAD')).toMatchObject({ status: 200, text: '' })
  expect(await ask({ socketPath: server.socketPath, method: 'GET', path: '/livez' })).toMatchObject({ status: 200 })
})

test('/readyz says whether, where it is, and why not', async () => {
  let readiness: Readiness = { ready: false, state: 'start', reasons: ['it asks the seeds'] }
  await using server = await startServer({ probes: { readiness: () => readiness } })
  const waiting = await get(server, '/readyz')
  expect([waiting.status, JSON.parse(waiting.text), waiting.headers['cache-control']]).toEqual([503, readiness, 'no-store'])
  expect(await get(server, '/readyz', {}, 'HEAD')).toMatchObject({ status: 503, text: '' })
  readiness = { ready: true, state: 'run', reasons: [] }
  const ready = await get(server, '/readyz')
  expect([ready.status, JSON.parse(ready.text)]).toEqual([200, readiness])
  expect(await get(server, '/readyz', {}, 'HEAD')).toMatchObject({ status: 200, text: '' })
})

test.each(['/livez', '/readyz'])('%s is for programs: another Host, an Origin or a POST is refused', async (path) => {
  await using server = await startServer()
  expect((await get(server, path, { host: 'evil.example' })).status).toBe(403)
  expect((await get(server, path, { origin: 'https://evil.example' })).status).toBe(403)
  expect((await get(server, path, { authorization: `Bearer ${TEST_COOKIE}` }, 'POST')).status).toBe(405)
  expect((await get(server, path, {}, 'POST')).status).toBe(401)
})

test('/metrics gives the text of node.metrics to who may call it', async () => {
  const tokens = [
    { name: 'watch', sha256: hash('watch'), methods: ['node.metrics'], rateLimit: 1 },
    { name: 'bot', sha256: hash('bot'), methods: ['chat.*'] },
  ]
  await using server = await startServer({ tokens })
  const as = (secret: string, method = 'GET'): Promise<HttpAnswer> =>
    get(server, '/metrics', { authorization: `Bearer ${secret}` }, method)
  const metrics = await as('watch')
  expect([metrics.status, metrics.headers['content-type'], metrics.text]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
    'dchat_up 1\n',
  ])
  expect((await as(TEST_COOKIE)).status).toBe(200)
  expect((await as(TEST_COOKIE, 'POST')).status).toBe(405)
  expect((await get(server, '/metrics')).status).toBe(401)
  const forbidden = await as('bot')
  expect([forbidden.status, JSON.parse(forbidden.text)]).toMatchObject([403, { error: { code: -32_008 } }])
  expect((await as('watch')).status).toBe(200)
  const often = await as('watch')
  expect([often.status, often.headers['retry-after'], JSON.parse(often.text)]).toMatchObject([
    429,
    '1',
    { error: { code: -32_003 } },
  ])
  server.server.reload({ disabledMethods: ['node.metrics'] })
  expect((await as(TEST_COOKIE)).status).toBe(404)
})
