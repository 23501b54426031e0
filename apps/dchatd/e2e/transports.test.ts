/** Chat between real processes over each kind of transport. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DaemonNode, RawPeer, SeedNode, TempHome, loopbackHost, recorded, until } from '@dchat/e2e'
import { Microsocks, hasMicrosocks } from './testing/microsocks.ts'

/** Both send a line, and both store it. */
async function chat(one: DaemonNode, other: DaemonNode): Promise<void> {
  await one.client.call('chat.send', { text: 'over there' })
  await other.stores('over there')
  await other.client.call('chat.send', { text: 'and back' })
  await one.stores('and back')
}

interface DialerOptions {
  readonly active: readonly string[]
  readonly mixed?: readonly string[]
  readonly net?: readonly string[]
}

/** A node that is not listening and dials over the transports given. */
function dialer({ active, mixed = [], net = [] }: DialerOptions): Promise<DaemonNode> {
  return DaemonNode.running({
    listens: false,
    config: {
      net: [
        `active_profiles = ${JSON.stringify(active)}`,
        `mixed_profiles = ${JSON.stringify(mixed)}`,
        'outbound_connections = 0',
        ...net,
      ],
      ...Object.fromEntries(active.map((scheme) => [`net.profiles."${scheme}"`, []])),
    },
  })
}

async function channelsOf(node: DaemonNode): Promise<{ url: string; session: string }[]> {
  const { channels } = await node.client.call('p2p.get_info', [])
  return channels.map(({ url, session }) => ({ url, session }))
}

describe('tcp+tls', () => {
  test('two nodes that know a seed, all over TLS, find each other and chat', async () => {
    await using seed = await SeedNode.started({ schemes: ['tcp+tls'] })
    const net = [`seeds = ["${await seed.url()}"]`]
    await using ann = await DaemonNode.running({ scheme: 'tcp+tls', config: { net } })
    const url = await ann.url()
    await until('the seed has probed the first', async () => (await seed.spawn()).whitelist.includes(url))
    await using bob = await DaemonNode.running({ scheme: 'tcp+tls', config: { net } })
    await bob.hasPeers(1)
    await chat(ann, bob)
    expect(await channelsOf(bob)).toContainEqual({ url, session: 'outbound' })
    for (const { url: peer } of [...(await channelsOf(ann)), ...(await channelsOf(bob))])
      expect(peer).toMatch(/^tcp\+tls:\/\/127\./)
  })

  test('who speaks plain TCP there is told nothing and hinders nobody', async () => {
    await using ann = await DaemonNode.running({ scheme: 'tcp+tls' })
    const url = await ann.url()
    await using _silent = await RawPeer.dial(url, loopbackHost())
    await using plain = await RawPeer.dial(url, loopbackHost())
    plain.write(recorded('dialer', 'version'))
    await plain.closed()
    expect(plain.frames).toEqual([])
    await using bob = await dialer({ active: ['tcp+tls'], net: [`peers = ["${url}"]`] })
    await bob.hasPeers(1)
    await chat(ann, bob)
  })
})

describe('unix', () => {
  test('two nodes chat through a socket file, which goes with the one that listens', async () => {
    using folder = new TempHome()
    const path = join(folder.path, 'p2p.sock')
    await using ann = await dialer({ active: ['unix'], net: [`inbound = ["unix://${path}"]`] })
    expect((await ann.info()).listen).toEqual([`unix://${path}`])
    await using bob = await dialer({ active: ['unix'], net: [`peers = ["unix://${path}"]`] })
    await bob.hasPeers(1)
    await chat(ann, bob)
    expect(await channelsOf(bob)).toEqual([{ url: `unix://${path}`, session: 'manual' }])
    expect(await channelsOf(ann)).toEqual([{ url: expect.stringMatching(/^unix:\/\/\//), session: 'inbound' }])
    await ann.kill('SIGKILL')
    expect(existsSync(path)).toBe(true)
    await ann.start() // on the file that was left
    await chat(bob, ann)
    await ann.kill('SIGTERM')
    expect(existsSync(path)).toBe(false)
  })
})

describe.runIf(hasMicrosocks())('through a SOCKS5 proxy', () => {
  let proxy: Microsocks

  beforeEach(async () => {
    proxy = await Microsocks.started()
  })

  afterEach(() => proxy?.[Symbol.asyncDispose]())

  /** What a node that is reached through the proxy says of it. */
  const seenFromProxy = (scheme: string): unknown => [
    { url: expect.stringMatching(`^${scheme.replace('+', '\\+')}://${proxy.exitHost}:\\d+/$`), session: 'inbound' },
  ]

  test.each([
    ['tcp', 'socks5'],
    ['tcp+tls', 'socks5+tls'],
  ])('a node at %s is dialled by %s', async (scheme, through) => {
    await using ann = await DaemonNode.running({ scheme })
    const address = `${through}://${proxy.host}:${proxy.port}/${new URL(await ann.url()).host}`
    await using bob = await dialer({ active: [through], net: [`peers = ["${address}"]`] })
    await bob.hasPeers(1)
    await chat(ann, bob)
    expect(await channelsOf(bob)).toEqual([{ url: address, session: 'manual' }])
    expect(await channelsOf(ann)).toEqual(seenFromProxy(scheme))
  })

  test.each([
    ['tcp', 'tor', 'tor'],
    ['tcp+tls', 'tor+tls', 'tor'],
    ['tcp', 'nym', 'nym'],
    ['tcp', 'socks5', 'tor'],
  ])('%s mixed over %s keeps its address and goes through the proxy of %s', async (scheme, carrier, owner) => {
    await using ann = await DaemonNode.running({ scheme })
    const url = await ann.url()
    const net = [`${owner}_socks5_proxy = "${proxy.url}"`, `peers = ["${url}"]`]
    await using bob = await dialer({ active: [carrier], mixed: [scheme], net })
    await bob.hasPeers(1)
    await chat(ann, bob)
    expect(await channelsOf(bob)).toEqual([{ url, session: 'manual' }])
    expect(await channelsOf(ann)).toEqual(seenFromProxy(scheme))
  })

  test('a seed is asked through it too, and what it tells is dialled through it', async () => {
    await using seed = await SeedNode.started()
    const seedUrl = await seed.url()
    await using ann = await DaemonNode.running({ config: { net: [`seeds = ["${seedUrl}"]`] } })
    const url = await ann.url()
    await until('the seed has probed the first', async () => (await seed.spawn()).whitelist.includes(url))
    const net = [`tor_socks5_proxy = "${proxy.url}"`, `seeds = ["${seedUrl}"]`, 'outbound_connections = 1']
    await using bob = await DaemonNode.running({
      listens: false,
      config: { net: ['active_profiles = ["tor"]', 'mixed_profiles = ["tcp"]', ...net], 'net.profiles."tor"': [] },
    })
    await bob.hasPeers(1)
    await chat(ann, bob)
    expect(await channelsOf(bob)).toEqual([{ url, session: 'outbound' }])
    expect((await channelsOf(ann)).filter(({ session }) => session === 'inbound')).toEqual(seenFromProxy('tcp'))
  })

  test('without its program nothing is dialled around it, unless the transport is active itself', async () => {
    await using ann = await DaemonNode.running()
    const url = await ann.url()
    await proxy[Symbol.asyncDispose]()
    const net = [`tor_socks5_proxy = "${proxy.url}"`]
    await using hidden = await dialer({ active: ['tor'], mixed: ['tcp'], net })
    await expect(hidden.client.call('p2p.connect', { url })).rejects.toMatchObject({
      code: -32_005,
      data: { hint: expect.stringContaining(`the proxy ${proxy.host}:${proxy.port} does not serve`) },
    })
    expect(await ann.peerCount()).toBe(0)

    await using open = await DaemonNode.running({
      listens: false,
      config: {
        net: ['active_profiles = ["tor", "tcp"]', 'mixed_profiles = ["tcp"]', ...net, `peers = ["${url}"]`],
        'net.profiles."tor"': [],
        'net.profiles."tcp"': [],
      },
    })
    expect(open.program.stderr).toContain('net.mixed_profiles: tcp: is active too')
    await open.hasPeers(1)
    await chat(ann, open)
  })

  test('a transport that is neither active nor carried is not dialled', async () => {
    await using ann = await DaemonNode.running()
    await using bob = await dialer({ active: ['tor+tls'], mixed: ['tcp'], net: [`tor_socks5_proxy = "${proxy.url}"`] })
    await expect(bob.client.call('p2p.connect', { url: await ann.url() })).rejects.toMatchObject({ code: -32_602 })
  })
})
