import { NetError } from '@dchat/net'
import { RpcError, rpcError } from '@dchat/rpc'
import { expect, test } from 'vitest'
import { translateError } from './translate-error.ts'

const url = 'tcp://203.0.113.7:26662/'

test.each([
  [new NetError('NET_HOST_STATE_BLOCKED', { url, from: 'connected', to: 'connect' }), `${url} is connected already`],
  [
    new NetError('NET_HOST_STATE_BLOCKED', { url, from: 'manual peer', to: 'connect' }),
    `${url} is connected already, or will be`,
  ],
  [new NetError('NET_HOST_STATE_BLOCKED', { url, from: 'refine', to: 'connect' }), `busy with ${url} right now`],
  [new NetError('NET_WRONG_STATE', { state: 'start', wanted: 'run' }), 'still be asking its seeds'],
  [new NetError('NET_DIAL_FAILED', { url, reason: 'ECONNREFUSED' }), 'nobody listens there (ECONNREFUSED)'],
  [new NetError('NET_DIAL_FAILED', { url, reason: 'ENOTFOUND' }), 'the name is not known (ENOTFOUND)'],
  [new NetError('NET_DIAL_TIMEOUT', { url, timeoutMs: 15_000 }), 'did not answer in time (15 s)'],
  [
    new NetError('NET_VERSION_MISMATCH', { expected: 'dchatd 0.4.1', received: 'darkirc 1.0.0' }),
    'darkirc 1.0.0, not dchatd 0.4.1',
  ],
  [
    new NetError('NET_PROXY_UNREACHABLE', { url, proxy: '127.0.0.1:9050', reason: 'ECONNREFUSED' }),
    'the proxy 127.0.0.1:9050 does not serve: nobody listens there (ECONNREFUSED)',
  ],
  [new NetError('NET_TLS_VERSION', { url, reason: 'x' }), 'it does not speak TLS 1.3'],
  [new NetError('NET_TLS_NO_CERTIFICATE', { url }), 'it shows no certificate'],
  [new NetError('NET_TLS_NAME', { url, names: 'DNS:example.org' }), 'for another name (DNS:example.org)'],
  [new NetError('NET_TLS_KEY', { url, reason: 'a key of type rsa' }), 'not an Ed25519 one (a key of type rsa)'],
  [new NetError('NET_TLS_FAILED', { url, reason: 'ECONNRESET' }), 'perhaps it does not speak TLS at all: ECONNRESET'],
])('why a peer is not connected, in plain words: %s', (error, words) => {
  const told = translateError(error) as RpcError
  expect(told).toMatchObject({ code: -32_005, data: { kind: 'connect_failed', hint: expect.stringContaining(words) as string } })
  expect(told.data?.hint).not.toContain('NET_')
})

test("an address that cannot be dialled is the caller's mistake", () => {
  const error = new NetError('NET_SCHEME_UNSUPPORTED', { url: 'unix:///a', scheme: 'unix', reason: 'neither active nor mixed' })
  const hint = expect.stringContaining('this node cannot dial unix:// addresses: add the transport to active_profiles') as string
  expect(translateError(error)).toMatchObject({ code: -32_602, data: { hint } })
})

test.each(['STORE_FULL', 'STORE_IO', 'STORE_TOO_NEW'])(
  '%s is told without a path, a stack or the words of the database',
  (code) => {
    const error = Object.assign(new Error('the message store /home/ann/messages.db failed: SQLITE_IOERR'), { code })
    const told = translateError(error) as RpcError
    expect(told).toMatchObject({ code: -32_007, data: { kind: 'store_failed', retryable: true } })
    expect(JSON.stringify([told.message, told.data])).not.toMatch(/\/|SQLITE|\bat\b /)
  },
)

test('what is an answer already, and what is a bug, stays as it is', () => {
  for (const error of [rpcError('not_found'), new TypeError('a bug'), 'a string']) expect(translateError(error)).toBe(error)
})
