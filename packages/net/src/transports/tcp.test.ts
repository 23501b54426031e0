import { describe, expect, test } from 'vitest'
import { describeTransport } from '../testing/transport-contract.ts'
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
    const transport = new TcpTransport('tcp+tls')
    const remoteUrls: string[] = []
    const listening = await transport.listen('tcp+tls://127.0.0.1:0/', (stream) => {
      remoteUrls.push(stream.remoteUrl)
      stream.destroy()
    })
    const stream = await transport.dial(listening.url, { signal: new AbortController().signal })
    await new Promise<void>((resolve) =>
      stream.open({ onData: () => {}, onDrain: () => {}, onEnd: () => {}, onClose: () => resolve() }),
    )
    await listening.close()
    expect(remoteUrls).toEqual([expect.stringMatching(/^tcp\+tls:\/\/127\.0\.0\.1:\d+\/$/)])
  })
})
