/** One seed, two networks, two transports: what it tells whom. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DaemonNode, SeedNode, until } from '@dchat/e2e'

const MAGIC = { ants: [217, 239, 182, 125], bees: [1, 2, 3, 4] } as const
type Network = keyof typeof MAGIC

let seed: SeedNode

beforeAll(async () => {
  seed = await SeedNode.started({ networks: MAGIC, schemes: ['tcp', 'tcp+tls'] })
})

afterAll(() => seed?.[Symbol.asyncDispose]())

/** A node that knows nothing but the seed, over the one transport it has. */
async function join(network: Network, scheme: string): Promise<DaemonNode> {
  const net = [`seeds = ["${await seed.url(network, scheme)}"]`, `magic_bytes = [${MAGIC[network].join()}]`]
  return await DaemonNode.running({ scheme, config: { net } })
}

const isWhite = (network: Network, url: string): Promise<true> =>
  until(`the seed has probed ${url}`, async () => (await seed.spawn(network)).whitelist.includes(url))

/** All addresses that a seed has of a network. */
async function known(network: Network): Promise<string[]> {
  const { whitelist, greylist, goldlist } = await seed.spawn(network)
  return [...whitelist, ...greylist, ...goldlist]
}

/** Who stands in the host lists that a node leaves. */
async function remembered(node: DaemonNode): Promise<string[]> {
  await node.kill('SIGTERM')
  const lines = readFileSync(node.home.paths.hostlistPath, 'utf8').trim().split('\n')
  return lines.map((line) => line.split('\t')[1] ?? '')
}

test.each(['tcp', 'tcp+tls'])('nodes over %s meet through the seed, each network by itself', async (scheme) => {
  await using ant = await join('ants', scheme)
  await using bee = await join('bees', scheme)
  const [antUrl, beeUrl] = [await ant.url(), await bee.url()]
  expect([antUrl, beeUrl].map((url) => url.startsWith(`${scheme}://127.`))).toEqual([true, true])
  await isWhite('ants', antUrl)
  await isWhite('bees', beeUrl)

  await using antToo = await join('ants', scheme)
  await using beeToo = await join('bees', scheme)
  for (const [one, other] of [
    [antToo, antUrl],
    [beeToo, beeUrl],
  ] as const) {
    await until(`${one.program.name} dials the node it was told of`, async () => {
      const { channels } = await one.client.call('p2p.get_info', [])
      return channels.some(({ url, session }) => url === other && session === 'outbound')
    })
  }
  await ant.client.call('chat.send', { text: `of ants over ${scheme}` })
  await antToo.stores(`of ants over ${scheme}`)

  const beeUrls = [beeUrl, await beeToo.url()]
  const antUrls = [antUrl, await antToo.url()]
  expect((await known('ants')).filter((url) => beeUrls.includes(url))).toEqual([])
  expect((await known('bees')).filter((url) => antUrls.includes(url))).toEqual([])
  expect((await bee.history()).map(({ text }) => text)).toEqual([])
  const [antHosts, beeHosts] = [await remembered(antToo), await remembered(beeToo)]
  expect(antHosts).toContain(antUrl)
  expect(antHosts.filter((url) => beeUrls.includes(url))).toEqual([])
  expect(beeHosts).toContain(beeUrl)
  expect(beeHosts.filter((url) => antUrls.includes(url))).toEqual([])
})

test('spawns tells each network by itself, with both addresses', async () => {
  const { spawns } = await seed.client.call('spawns', [])
  expect(spawns.map(({ name }) => name)).toEqual(['ants', 'bees'])
  for (const { urls } of spawns) {
    expect(urls).toEqual([expect.stringMatching(/^tcp:\/\/127\..*:[1-9]\d*\/$/), expect.stringMatching(/^tcp\+tls:\/\/127\./)])
  }
  expect(new Set(spawns.flatMap(({ urls }) => urls)).size).toBe(4)
})
