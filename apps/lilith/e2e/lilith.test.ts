/** The running seed: what it says to nodes, byte for byte, to its RPC clients, and to the shell. */
import { readFileSync, readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  DaemonNode,
  LineClient,
  Program,
  RawListener,
  RawPeer,
  SeedNode,
  SilentServer,
  TempHome,
  frameBytes,
  loopbackHost,
  recorded,
  stringBytes,
  until,
} from '@dchat/e2e'

const QUERY = { transcript: 'seed_query_empty' }

let seed: SeedNode

beforeEach(async () => {
  seed = await SeedNode.started({ hasTcpRpc: true })
})

afterEach(() => seed?.[Symbol.asyncDispose]())

/** One address in an `addr`: a URL and when it was last seen, in Unix seconds. */
function addrPayload(url: string, lastSeen: number): Buffer {
  const time = Buffer.alloc(8)
  time.writeBigUInt64LE(BigInt(lastSeen))
  return Buffer.concat([Buffer.of(1), stringBytes(url), time])
}

/** What the seed answers to who asks for addresses. */
async function askForAddresses(): Promise<Buffer> {
  await using peer = await RawPeer.dial(await seed.url(), loopbackHost())
  await peer.greet('dialer')
  peer.write(recorded('dialer', 'getaddr', QUERY))
  return await peer.payload('addr')
}

describe('to a node', () => {
  test('it answers as the reference does, to bytes that come one by one', async () => {
    await using peer = await RawPeer.dial(await seed.url(), loopbackHost())
    for (const command of ['version', 'verack', 'getaddr', 'ping']) await peer.writeByBytes(recorded('dialer', command, QUERY))
    for (const command of ['verack', 'getaddr', 'addr', 'pong']) {
      expect([command, frameBytes({ command, payload: await peer.payload(command) })]).toEqual([
        command,
        recorded('listener', command, QUERY),
      ])
    }
    expect(
      peer.frames
        .slice(0, 2)
        .map(({ command }) => command)
        .toSorted(),
    ).toEqual(['verack', 'version'])
  })

  test('it tells of another as soon as it has probed it', async () => {
    await using other = await RawListener.listen(loopbackHost())
    await using peer = await RawPeer.dial(await seed.url(), loopbackHost())
    await peer.greet('dialer')
    peer.write(frameBytes({ command: 'addr', payload: addrPayload(other.url, Math.floor(Date.now() / 1000)) }))
    const probe = await other.peer()
    expect(await askForAddresses()).toEqual(Buffer.of(0))
    for (const command of ['version', 'verack']) probe.write(recorded('listener', command))
    await until('the probed node is white', async () => (await seed.spawn()).whitelist.includes(other.url))
    const answer = await askForAddresses()
    expect(answer.subarray(0, -8)).toEqual(addrPayload(other.url, 0).subarray(0, -8))
  })

  test('it forgets one that is not there', async () => {
    const gone = await SilentServer.listen(loopbackHost())
    const url = `tcp://${gone.address}/`
    await gone[Symbol.asyncDispose]()
    await using peer = await RawPeer.dial(await seed.url(), loopbackHost())
    await peer.greet('dialer')
    peer.write(frameBytes({ command: 'addr', payload: addrPayload(url, Math.floor(Date.now() / 1000)) }))
    await until('it is grey', async () => (await seed.spawn()).greylist.includes(url))
    await until('it is forgotten', async () => !(await seed.spawn()).greylist.includes(url))
    expect((await seed.spawn()).whitelist).toEqual([])
  })

  test('that breaks the protocol it closes and does not ban', async () => {
    const host = loopbackHost()
    await using bad = await RawPeer.dial(await seed.url(), host)
    bad.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
    await bad.closed()
    await using again = await RawPeer.dial(await seed.url(), host)
    await again.greet('dialer')
    expect(again.isClosed).toBe(false)
  })
})

describe('networks', () => {
  test('do not mix', async () => {
    await using both = await SeedNode.started({ networks: { one: [217, 239, 182, 125], two: [1, 2, 3, 4] } })
    await using node = await DaemonNode.running({
      config: { net: [`seeds = ["${await both.url('two')}"]`, 'magic_bytes = [1, 2, 3, 4]'] },
    })
    const url = await node.url()
    await until('the second knows the node', async () => (await both.spawn('two')).whitelist.includes(url))
    const one = await both.spawn('one')
    expect([...one.whitelist, ...one.greylist, ...one.goldlist]).toEqual([])
    await using stranger = await RawPeer.dial(await both.url('two'), loopbackHost())
    stranger.write(recorded('dialer', 'version'))
    await stranger.closed()
  })
})

describe('JSON-RPC', () => {
  test('ping and spawns, over raw lines as dnet asks', async () => {
    await using client = await LineClient.connect({ host: '127.0.0.1', port: await seed.rpcPort() })
    expect(await client.ask('ping', [])).toEqual({ jsonrpc: '2.0', id: 1, result: 'pong' })
    const { result } = await client.ask('spawns', [])
    expect(result).toEqual({ spawns: [{ name: 'e2e', urls: [await seed.url()], whitelist: [], greylist: [], goldlist: [] }] })
  })

  test('nothing else', async () => {
    await using client = await LineClient.connect({ host: '127.0.0.1', port: await seed.rpcPort() })
    for (const method of ['chat.send', 'recv', 'p2p.get_info', 'node.stop']) {
      expect(await client.ask(method, [])).toMatchObject({ error: { code: -32_601, message: 'method not found' } })
    }
  })

  test('over HTTP with its own cookie', async () => {
    const address = `http://127.0.0.1:${await seed.rpcPort()}/`
    const cookie = readFileSync(`${seed.home.paths.runtimeDir}/lilith.cookie`, 'utf8').trim()
    const ask = (headers: Record<string, string>) =>
      fetch(address, { method: 'POST', headers, body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' })
    expect((await ask({})).status).toBe(401)
    expect(await (await ask({ authorization: `Bearer ${cookie}` })).json()).toMatchObject({ result: 'pong' })
  })
})

describe('the process', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with 0 on %s and leaves the lists, which the next start reads',
    async (signal) => {
      await using node = await DaemonNode.running({ config: { net: [`seeds = ["${await seed.url()}"]`] } })
      const url = await node.url()
      await until('the seed knows the node', async () => (await seed.spawn()).whitelist.includes(url))
      seed.program.kill(signal)
      expect(await seed.program.ended(10_000)).toMatchObject({ code: 0, signal: null })
      expect(readdirSync(seed.home.paths.runtimeDir)).toEqual([])
      expect(readFileSync(`${seed.home.path}/e2e.tsv`, 'utf8')).toMatch(new RegExp(`^white\t${url}\t\\d+$`, 'm'))
      await seed.start()
      await seed.url()
      expect((await seed.spawn()).whitelist).toEqual([url])
    },
  )

  test.each([
    ['no configuration', undefined, 2, 'lilith.toml'],
    ['no network', '[rpc]\nrpc_listen = ""\n', 1, 'there is no network to serve'],
    ['a key that is missing', '[network."a"]\naccept_addrs = ["tcp://127.0.0.1:0"]\n', 2, 'lilith.toml:1: network.a.hostlist'],
  ])('with %s says so', async (_what, config, code, naming) => {
    using home = new TempHome()
    if (config !== undefined) home.write('lilith.toml', config)
    const ending = await Program.run('lilith', ['--home', home.path])
    expect(ending).toMatchObject({ code, stdout: '' })
    expect(ending.stderr).toContain(naming)
  })

  test('names an address in use', async () => {
    await using taken = await SilentServer.listen(loopbackHost())
    using home = new TempHome()
    home.write(
      'lilith.toml',
      [
        '[rpc]',
        'rpc_listen = ""',
        '[network."a"]',
        `accept_addrs = ["tcp://${taken.address}"]`,
        'magic_bytes = [1, 2, 3, 4]',
        'hostlist = "hosts.tsv"',
        'datastore = "data"',
      ].join('\n'),
    )
    expect(await Program.run('lilith', ['--home', home.path])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(taken.address),
    })
  })

  test('--help and --version', async () => {
    expect(await Program.run('lilith', ['--help'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('accept_addrs'),
    })
    expect(await Program.run('lilith', ['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^lilith \d+\.\d+\.\d+\n$/),
    })
  })
})
