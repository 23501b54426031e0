import { lookup } from 'node:dns/promises'
import { describe, expect, test } from 'vitest'
import { describeTransport } from './describe-transport.test-util.ts'
import { globalOnly } from './socket-dial.ts'
import { TcpTransport, withPort } from './tcp.ts'

describeTransport('tcp', () => ({ transport: new TcpTransport(), anyUrl: 'tcp://127.0.0.1:0/' }))

describe('addresses', () => {
  test.each([
    ['tcp://127.0.0.1:0/', 'tcp://127.0.0.1:77/'],
    ['tcp://[::1]:0/', 'tcp://[::1]:77/'],
    ['tcp+tls://example.com:1/path:9/', 'tcp+tls://example.com:77/path:9/'],
    ['tcp://user:0@host:1/', 'tcp://user:0@host:77/'],
  ])('%s with another port is %s', (url, expected) => {
    expect(withPort(url, 77)).toBe(expected)
  })

  test.each(['tcp://127.0.0.1/', 'unix:///tmp/socket'])(
    '%s, without host or port, is neither dialled nor listened on',
    async (url) => {
      const transport = new TcpTransport()
      const reason = 'the address needs a host and a port'
      await expect(transport.dial(url, { signal: new AbortController().signal })).rejects.toMatchObject({
        code: 'NET_DIAL_FAILED',
        data: { url, reason },
      })
      await expect(transport.listen(url, () => {})).rejects.toMatchObject({ code: 'NET_LISTEN_FAILED', data: { url, reason } })
    },
  )

  test('that are not of this machine cannot be listened on', async () => {
    const url = 'tcp://192.0.2.1:0/'
    await expect(new TcpTransport().listen(url, () => {})).rejects.toMatchObject({
      code: 'NET_LISTEN_FAILED',
      data: { url, reason: 'EADDRNOTAVAIL' },
    })
  })

  test('keep the scheme of the transport', async () => {
    const transport = new TcpTransport('tcp+mine')
    const remoteUrls: string[] = []
    const listening = await transport.listen('tcp+mine://127.0.0.1:0', (stream) => {
      remoteUrls.push(stream.remoteUrl)
      stream.destroy()
    })
    const stream = await transport.dial(listening.url, { signal: new AbortController().signal })
    await new Promise<void>((resolve) =>
      stream.open({ onData: () => {}, onDrain: () => {}, onEnd: () => {}, onClose: () => resolve() }),
    )
    await listening.close()
    expect(remoteUrls).toEqual([expect.stringMatching(/^tcp\+mine:\/\/127\.0\.0\.1:\d+\/$/)])
  })
})

describe('a name from a peer', () => {
  const transport = new TcpTransport()
  const { signal } = new AbortController()

  test('that stands for a local address is not dialled, one from the settings is', async () => {
    const local = (await lookup('localhost')).address
    const listening = await transport.listen(`tcp://${local.includes(':') ? `[${local}]` : local}:0/`, (stream) =>
      stream.destroy(),
    )
    const url = withPort('tcp://localhost:1/', Number(/:(\d+)\/$/.exec(listening.url)![1]))
    await expect(transport.dial(url, { signal, isGlobalOnly: true })).rejects.toMatchObject({
      code: 'NET_DIAL_FAILED',
      data: { url, reason: 'the name stands for local addresses' },
    })
    const stream = await transport.dial(url, { signal })
    stream.destroy()
    const literal = await transport.dial(listening.url, { signal, isGlobalOnly: true })
    literal.destroy()
    await listening.close()
  })

  test('that nobody knows fails as the system says', async () => {
    const url = 'tcp://no-such-host.invalid:1/'
    await expect(transport.dial(url, { signal, isGlobalOnly: true })).rejects.toMatchObject({
      code: 'NET_DIAL_FAILED',
      data: { url, reason: expect.stringMatching(/^E(NOTFOUND|AI_AGAIN)$/) },
    })
  })

  test('that stands for several addresses is dialled at the global ones alone', () => {
    const at = (address: string, family: number): { address: string; family: number } => ({ address, family })
    const global = [at('9.9.9.9', 4), at('2620:fe::fe', 6)]
    expect(globalOnly([at('127.0.0.1', 4), ...global, at('::1', 6), at('::ffff:9.9.9.9', 6), at('10.0.0.1', 4)])).toEqual(global)
  })
})
