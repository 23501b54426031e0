/** Who gets in over HTTP: Host × Origin × credentials × content type, on a running daemon, by curl and by node:http. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DaemonNode } from '@dchat/e2e'
import { HTTP_SENDERS } from './testing/http.ts'

let node: DaemonNode
let port: number
let sent = 0

beforeAll(async () => {
  node = await DaemonNode.running({ hasTcpRpc: true, config: { rpc: ['rpc_compat = true'] } })
  port = await node.rpcPort()
})

afterAll(() => node?.[Symbol.asyncDispose]())

const HOSTS = [
  { host: 'ours', isOurs: true },
  { host: 'evil.example', isOurs: false },
]
const ORIGINS = [
  { origin: undefined, isProgram: true },
  { origin: 'http://evil.example', isProgram: false },
]
const CREDENTIALS = [
  { who: 'with the cookie', isOwner: true },
  { who: 'without', isOwner: false },
]
const TYPES = [
  { type: 'application/json', isTaken: true },
  { type: 'text/plain', isTaken: true },
  { type: 'application/x-www-form-urlencoded', isTaken: true },
  { type: '', isTaken: true },
  { type: 'multipart/form-data; boundary=x', isTaken: false },
]
const CASES = HOSTS.flatMap((host) =>
  ORIGINS.flatMap((origin) =>
    CREDENTIALS.flatMap((credentials) => TYPES.map((type) => ({ ...host, ...origin, ...credentials, ...type }))),
  ),
)

describe.each(HTTP_SENDERS)('%s', (_name, send) => {
  const call = (): { text: string; body: string } => {
    sent += 1
    const text = `line ${sent}`
    return { text, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'chat.send', params: { text } }) }
  }
  const isStored = async (text: string): Promise<boolean> => (await node.history()).some((message) => message.text === text)

  test.each(CASES)(
    'Host $host, Origin $origin, $who, $type',
    async ({ host, isOurs, origin, isProgram, isOwner, type, isTaken }) => {
      const { text, body } = call()
      const { status } = await send({
        at: { port },
        body,
        headers: {
          'content-type': type,
          ...(isOurs ? {} : { host }),
          ...(origin === undefined ? {} : { origin }),
        },
        ...(isOwner ? { user: `x:${node.cookie}` } : {}),
      })
      const wanted = isOurs && isProgram ? (isOwner ? (isTaken ? 200 : 415) : 401) : 403
      expect([status, await isStored(text)]).toEqual([wanted, wanted === 200])
    },
  )

  test.each(TYPES.filter(({ isTaken }) => isTaken))(
    'the Unix socket proves the caller, whatever the type: $type',
    async ({ type }) => {
      const { text, body } = call()
      const { status } = await send({ at: { socketPath: node.home.paths.socketPath }, body, headers: { 'content-type': type } })
      expect([status, await isStored(text)]).toEqual([200, true])
    },
  )
})

test('there are forty, and every right way is among them', () => {
  expect(CASES).toHaveLength(40)
  expect(CASES.filter(({ isOurs, isProgram, isOwner, isTaken }) => isOurs && isProgram && isOwner && isTaken)).toHaveLength(4)
})
