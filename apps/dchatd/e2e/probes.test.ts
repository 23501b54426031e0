/** What a supervisor sees of a daemon: from its first answer, while it asks its seeds, until it is gone. */
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { DaemonNode, RawPeer, SilentServer, loopbackHost, until } from '@dchat/e2e'
import { sendByNode } from './testing/http.ts'
import type { HttpAnswer } from './testing/http.ts'

let node: DaemonNode | undefined
let seed: SilentServer | undefined
afterEach(async () => {
  await node?.[Symbol.asyncDispose]()
  await seed?.[Symbol.asyncDispose]()
})

const get = (path: string): Promise<HttpAnswer> => sendByNode({ at: { socketPath: node!.home.paths.socketPath }, path })

test('not ready while it asks its seeds, then ready; alive all the while', async () => {
  seed = await SilentServer.listen(loopbackHost())
  node = await DaemonNode.started({ config: { net: [`seeds = ["tcp://${seed.address}"]`, 'outbound_connect_timeout = 5'] } })
  const waiting = await get('/readyz')
  expect([waiting.status, JSON.parse(waiting.body)]).toEqual([
    503,
    { ready: false, state: 'start', reasons: ['the node asks its seeds for peers'] },
  ])
  expect((await get('/livez')).status).toBe(200)
  await node.reaches('run')
  const ready = await get('/readyz')
  expect([ready.status, JSON.parse(ready.body)]).toEqual([200, { ready: true, state: 'run', reasons: [] }])
})

test('not ready from the moment a stop begins, while the RPC still answers', async () => {
  node = await DaemonNode.running()
  const { hostname: host, port } = new URL(await node.url())
  // A peer that does not close its side, for which a stop waits a while.
  const socket = connect({ host, port: Number(port), localAddress: loopbackHost(), allowHalfOpen: true })
  await using peer = new RawPeer(socket)
  await peer.greet('listener')
  expect((await get('/readyz')).status).toBe(200)
  node.program.kill('SIGTERM')
  const stopping = await until('it is not ready', async () => {
    const answer = await get('/readyz')
    return answer.status === 503 && answer
  })
  expect(JSON.parse(stopping.body)).toEqual({ ready: false, state: 'stopping', reasons: ['the daemon is stopping'] })
  expect((await get('/livez')).status).toBe(200)
  expect(await node.program.ended()).toMatchObject({ code: 0 })
})

test('/metrics asks for credentials', async () => {
  node = await DaemonNode.running({ hasTcpRpc: true })
  const at = { port: await node.rpcPort() }
  expect((await sendByNode({ at, path: '/metrics' })).status).toBe(401)
  const { status, body } = await sendByNode({ at, path: '/metrics', user: `x:${node.cookie}` })
  expect([status, body]).toEqual([200, expect.stringMatching(/^# HELP dchat_/m)])
})
