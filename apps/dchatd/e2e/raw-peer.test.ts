/** The running daemon beside a reference node, byte for byte. Frames: tooling/interop/vectors/transcripts.json. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DaemonNode, RawListener, RawPeer, chatFrame, frameBytes, loopbackHost, recorded, stringBytes, until } from '@dchat/e2e'

let node: DaemonNode
let url: string

beforeEach(async () => {
  node = await DaemonNode.running({
    // As the recorded nodes were set; it looks for nobody but those it is told of here.
    config: { net: ['getaddrs_max = 5', 'outbound_connections = 0', 'greylist_refinery_interval = 3600'] },
  })
  url = await node.url()
})

afterEach(() => node?.[Symbol.asyncDispose]())

/** A version payload without its timestamp, and the timestamp in seconds. */
function splitVersion(payload: Buffer): { timeless: Buffer; timestamp: number } {
  const at = Buffer.concat([stringBytes(''), stringBytes('dchatd')]).length + 3 * 8 + 2
  return {
    timeless: Buffer.concat([payload.subarray(0, at), payload.subarray(at + 8)]),
    timestamp: Number(payload.readBigUInt64LE(at)),
  }
}

/** That a node speaks posts: name and version. */
const POSTS = Buffer.concat([Buffer.of(1), stringBytes('dchat.posts'), Buffer.of(1, 0, 0, 0)])

interface VersionFields {
  readonly connectRecvAddr: string
  readonly resolveRecvAddr?: string
  readonly extSendAddr: string
  /** @default those of ours; a node of the reference has none */
  readonly features?: Buffer
}

/** The timeless part of the version that a node sends. */
function versionPayload({ connectRecvAddr, resolveRecvAddr, extSendAddr, features = POSTS }: VersionFields): Buffer {
  const semver = Buffer.alloc(26)
  semver[8] = 4
  semver[16] = 1
  return Buffer.concat([
    stringBytes(''),
    stringBytes('dchatd'),
    semver,
    stringBytes(connectRecvAddr),
    ...(resolveRecvAddr === undefined ? [Buffer.of(0)] : [Buffer.of(1), stringBytes(resolveRecvAddr)]),
    Buffer.of(1),
    stringBytes(extSendAddr),
    features,
  ])
}

test('the helpers here write what was recorded', () => {
  const payload = recorded('listener', 'version').subarray(13)
  expect(splitVersion(payload).timeless).toEqual(
    versionPayload({
      connectRecvAddr: 'tcp://127.0.0.1:55418/',
      extSendAddr: 'tcp://127.0.0.1:32449/',
      features: Buffer.of(0),
    }),
  )
  expect(splitVersion(payload).timestamp).toBe(1_795_445_668)
  expect(chatFrame('hello')).toEqual(recorded('dialer', 'DchatMsg'))
})

describe('a peer that dials', () => {
  test('byte by byte, is answered as a reference node answers but for the feature, and heard', async () => {
    await using peer = await RawPeer.dial(url, loopbackHost())
    await peer.writeByBytes(recorded('dialer', 'version'))
    await peer.writeByBytes(recorded('dialer', 'verack'))
    const { timeless, timestamp } = splitVersion(await peer.payload('version'))
    expect(timeless).toEqual(versionPayload({ connectRecvAddr: `tcp://${peer.address}/`, extSendAddr: url }))
    expect(Math.abs(timestamp - Date.now() / 1000)).toBeLessThan(60)
    const frame = async (command: string): Promise<Buffer> => frameBytes({ command, payload: await peer.payload(command) })
    expect(await frame('verack')).toEqual(recorded('listener', 'verack'))
    expect(await frame('getaddr')).toEqual(recorded('listener', 'getaddr'))
    expect(await peer.payload('ping')).toHaveLength(2)
    expect(peer.frames.slice(0, 2).map(({ command }) => command)).toEqual(['version', 'verack'])

    await peer.writeByBytes(recorded('dialer', 'ping'))
    expect(await frame('pong')).toEqual(recorded('listener', 'pong'))
    await peer.writeByBytes(recorded('dialer', 'getaddr'))
    expect(await peer.payload('addr')).toEqual(Buffer.of(0))
    await peer.writeByBytes(recorded('dialer', 'DchatMsg'))
    expect(await node.stores('hello')).toMatchObject({ text: 'hello', own: false, author: { from: `tcp://${peer.address}/` } })
    await node.client.call('send', { text: 'hé 日本 👋' })
    expect(await frame('DchatMsg')).toEqual(recorded('listener', 'DchatMsg'))

    peer.write(frameBytes({ command: 'pong', payload: await peer.payload('ping') }))
    peer.write(recorded('dialer', 'ping', { nth: 1 }))
    expect(frameBytes({ command: 'pong', payload: await peer.payload('pong', 1) })).toEqual(
      recorded('listener', 'pong', { nth: 1 }),
    )
    expect(peer.isClosed).toBe(false)
    expect((await node.info()).peers).toMatchObject({ inbound: 1 })
  })

  test('may send 65,536 bytes; one more is skipped, without a ban, and the next arrives', async () => {
    const host = loopbackHost()
    await using peer = await RawPeer.dial(url, host)
    await peer.greet('dialer')
    const full = '€'.repeat(21_845) + '!'
    expect(Buffer.byteLength(full)).toBe(65_536)
    for (const text of [full, `${full}!`, 'after']) peer.write(chatFrame(text))
    await node.stores('after')
    expect((await node.history()).map(({ text }) => text)).toEqual([full, 'after'])
    expect(peer.isClosed).toBe(false)
    await using again = await RawPeer.dial(url, host)
    await again.greet('dialer')
  })

  test('may send empty lines and lines with any character', async () => {
    await using peer = await RawPeer.dial(url, loopbackHost())
    await peer.greet('dialer')
    for (const text of ['', '\u0000\u001b[31m\r\n', 'last']) peer.write(chatFrame(text))
    await node.stores('last')
    expect(await node.client.call('recv', [])).toEqual(['', '\u0000\u001b[31m\r\n', 'last'])
  })

  test('and sends what there is no command for is banned, it alone', async () => {
    await using good = await RawPeer.dial(url, loopbackHost())
    await good.greet('dialer')
    const host = loopbackHost()
    await using bad = await RawPeer.dial(url, host)
    await bad.greet('dialer')
    bad.write(frameBytes({ command: 'nonsense', payload: Buffer.alloc(10) }))
    await bad.closed()
    await using again = await RawPeer.dial(url, host)
    await again.closed()
    expect(again.frames).toEqual([])
    good.write(chatFrame('still here'))
    await node.stores('still here')
  })

  test('and sends garbage, half a frame or nothing costs its own channel at most', async () => {
    await using good = await RawPeer.dial(url, loopbackHost())
    await good.greet('dialer')
    await using garbage = await RawPeer.dial(url, loopbackHost())
    garbage.write(Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'))
    await garbage.closed()
    await using greedy = await RawPeer.dial(url, loopbackHost())
    await greedy.greet('dialer')
    greedy.write(
      Buffer.concat([
        frameBytes({ command: 'DchatMsg', payload: Buffer.alloc(0) }).subarray(0, -1),
        Buffer.of(0xfe, 0xff, 0xff, 0xff, 0xff),
      ]),
    )
    await greedy.closed()
    await using half = await RawPeer.dial(url, loopbackHost())
    await half.greet('dialer')
    half.write(recorded('dialer', 'DchatMsg').subarray(0, 15))
    await using silent = await RawPeer.dial(url, loopbackHost())
    await silent.payload('version')
    good.write(chatFrame('still here'))
    await node.stores('still here')
    expect([half.isClosed, silent.isClosed, good.isClosed]).toEqual([false, false, false])
  })

  test('is left at the end of a frame when the node stops', async () => {
    await using peer = await RawPeer.dial(url, loopbackHost())
    await peer.greet('dialer')
    for (let count = 0; count < 20; count += 1) void node.client.call('send', { text: 'x'.repeat(10_000) }).catch(() => {})
    await peer.payload('DchatMsg')
    node.program.kill('SIGTERM')
    await peer.closed()
    expect(peer.rest).toHaveLength(0)
  })
})

describe('a peer that is dialled', () => {
  test('byte by byte, gets what a reference node sends', async () => {
    await using listener = await RawListener.listen(loopbackHost())
    const connecting = node.client.call('p2p.connect', { url: listener.url })
    const peer = await listener.peer()
    for (const command of ['version', 'verack']) await peer.writeByBytes(recorded('listener', command))
    expect(await connecting).toBe(true)
    const { timeless } = splitVersion(await peer.payload('version'))
    expect(timeless).toEqual(versionPayload({ connectRecvAddr: listener.url, resolveRecvAddr: listener.url, extSendAddr: url }))
    const frame = async (command: string): Promise<Buffer> => frameBytes({ command, payload: await peer.payload(command) })
    expect(await frame('verack')).toEqual(recorded('dialer', 'verack'))
    expect(await frame('getaddr')).toEqual(recorded('dialer', 'getaddr'))
    await peer.writeByBytes(recorded('listener', 'ping'))
    expect(await frame('pong')).toEqual(recorded('dialer', 'pong'))
    await node.client.call('send', { text: 'hello' })
    expect(await frame('DchatMsg')).toEqual(recorded('dialer', 'DchatMsg'))
    await peer.writeByBytes(recorded('listener', 'DchatMsg'))
    expect(await node.stores('日本')).toMatchObject({ author: { from: listener.url } })
    await until('the channel is listed', async () =>
      (await node.client.call('p2p.get_info', [])).channels.some((one) => one.url === listener.url && one.session === 'manual'),
    )
  })
})
