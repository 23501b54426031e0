/** Connecting a peer by hand: `p2p.connect` ends with the outcome of the handshake, `p2p.disconnect` with the channel. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DaemonNode, RawListener, SilentServer, frameBytes, loopbackHost, recorded, until } from '@dchat/e2e'
import type { RawPeer } from '@dchat/e2e'
import { RpcError } from '@dchat/rpc'
import type { RpcErrorData } from '@dchat/rpc'

let node: DaemonNode

beforeEach(async () => {
  node = await DaemonNode.running({
    config: {
      net: ['outbound_connections = 0'],
      'net.profiles."tcp"': ['channel_handshake_timeout = 1', 'outbound_connect_timeout = 5'],
    },
  })
})

afterEach(() => node?.[Symbol.asyncDispose]())

/** How connecting fails. */
async function failure(url: string): Promise<{ code: number; data: RpcErrorData }> {
  try {
    await node.client.call('p2p.connect', { url })
  } catch (error) {
    if (error instanceof RpcError) return { code: error.code, data: error.data! }
    throw error
  }
  throw new Error(`${url} was connected`)
}

const channelTo = async (url: string): Promise<number | undefined> =>
  (await node.client.call('p2p.get_info', [])).channels.find((channel) => channel.url === url)?.id

describe('p2p.connect', () => {
  test('is true once the peers can talk, and p2p.disconnect ends it for good', async () => {
    await using other = await DaemonNode.running({ config: { net: ['outbound_connections = 0'] } })
    const url = await other.url()
    expect(await node.client.call('p2p.connect', { url })).toBe(true)
    expect((await node.info()).peers).toMatchObject({ manual: 1 })
    await other.hasPeers(1)
    expect((await node.client.call('chat.send', { text: 'there you are' })).delivery).toMatchObject({ state: 'sent', written: 1 })
    await other.stores('there you are')
    const channel = await until('the channel is listed', () => channelTo(url))
    expect(await node.client.call('p2p.disconnect', { channel })).toBe(true)
    expect(await channelTo(url)).toBe(undefined)
    expect(await node.client.call('p2p.connect', [url] as never)).toBe(true)
  })

  test('takes an address in any spelling', async () => {
    await using other = await DaemonNode.running()
    const { hostname, port } = new URL(await other.url())
    expect(await node.client.call('p2p.connect', { url: `TCP://${hostname}:0${port}` })).toBe(true)
    expect(await channelTo(`tcp://${hostname}:${port}/`)).toEqual(expect.any(Number))
  })

  test('says that nobody listens there', async () => {
    const gone = await SilentServer.listen(loopbackHost())
    const { address } = gone
    await gone[Symbol.asyncDispose]()
    const { code, data } = await failure(`tcp://${address}`)
    expect([code, data.kind]).toEqual([-32_005, 'connect_failed'])
    expect(data.hint).toContain(address)
    expect(data.hint).toContain('ECONNREFUSED')
  })

  test('says that the other side never spoke', async () => {
    await using silent = await SilentServer.listen(loopbackHost())
    const { code, data } = await failure(`tcp://${silent.address}`)
    expect([code, data.kind]).toEqual([-32_005, 'connect_failed'])
    expect(data.hint).toMatch(/timed? ?out|in time|gave up/i)
    await until('nothing is left of it', async () => (await node.client.call('p2p.get_info', [])).channels.length === 0)
  })

  /** Answers the node's connection. */
  async function refusedBy(answer: (peer: RawPeer) => void): Promise<{ code: number; data: RpcErrorData }> {
    await using listener = await RawListener.listen(loopbackHost())
    const failing = failure(listener.url)
    answer(await listener.peer())
    return await failing
  }

  test('says that the other side hung up', async () => {
    const { code, data } = await refusedBy((peer) => void peer[Symbol.asyncDispose]())
    expect(code).toBe(-32_005)
    expect(data.hint).toMatch(/closed/i)
  })

  test('says that the other side is of another network', async () => {
    const { code, data } = await refusedBy((peer) => peer.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')))
    expect(code).toBe(-32_005)
    expect(data.hint).toMatch(/magic/i)
  })

  test('says that the other side is another program', async () => {
    const verack = recorded('listener', 'verack').subarray(12, -'dchatd'.length)
    const { code, data } = await refusedBy((peer) => {
      peer.write(recorded('listener', 'version'))
      peer.write(frameBytes({ command: 'verack', payload: Buffer.concat([verack, Buffer.from('darkir')]) }))
    })
    expect(code).toBe(-32_005)
    expect(data.hint).toMatch(/darkir/)
  })

  test('refuses what is no address, or none it can dial', async () => {
    for (const url of ['example.org', 'tcp://', 'tcp://host', 'gopher://127.0.0.1:70', 'tcp://127.0.0.1:99999']) {
      expect([url, (await failure(url)).code]).toEqual([url, -32_602])
    }
  })

  test('does not connect the node to itself', async () => {
    await using own = await DaemonNode.running()
    const url = await own.url()
    await expect(own.client.call('p2p.connect', { url })).rejects.toMatchObject({
      code: -32_602,
      data: { hint: `${url} is this node itself` },
    })
    await using everywhere = await DaemonNode.running({ listens: false, args: ['--accept', 'tcp://0.0.0.0:0'] })
    const { port } = new URL(await everywhere.url())
    await expect(everywhere.client.call('p2p.connect', { url: `tcp://127.0.0.1:${port}` })).rejects.toMatchObject({
      code: -32_602,
    })
  })

  test('says that the peer is connected already', async () => {
    await using other = await DaemonNode.running()
    const url = await other.url()
    await node.client.call('p2p.connect', { url })
    const { code, data } = await failure(url)
    expect(code).toBe(-32_005)
    expect(data.hint).toBe(`${url} is connected already, or will be: it is one of the peers that are kept`)
    expect(await node.peerCount()).toBe(1)
  })

  test('before the node runs says so', async () => {
    await using seed = await SilentServer.listen(loopbackHost())
    await using starting = await DaemonNode.started({ config: { net: [`seeds = ["tcp://${seed.address}"]`] } })
    await expect(starting.client.call('p2p.connect', { url: 'tcp://127.0.0.1:1' })).rejects.toMatchObject({
      code: -32_005,
      data: { hint: expect.stringContaining('asking its seeds') as string },
    })
  })
})

test('p2p.disconnect of a channel there is none: -32004', async () => {
  await expect(node.client.call('p2p.disconnect', { channel: 4_294_967_295 })).rejects.toMatchObject({ code: -32_004 })
})
