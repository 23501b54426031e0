/** The running seed: what it says to nodes, byte for byte, to its RPC clients, and to the shell. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  DaemonNode,
  LineClient,
  Program,
  PythonClient,
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
import type { Answer } from '@dchat/e2e'

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

test('a node that is gone is told to nobody after its next probe', async () => {
  await using watching = new SeedNode()
  const file = `${watching.home.path}/lilith.toml`
  writeFileSync(file, `whitelist_refinery_interval = 0.3\n${readFileSync(file, 'utf8')}`)
  await watching.start()
  await using node = await DaemonNode.running({ config: { net: [`seeds = ["${await watching.url()}"]`] } })
  const url = await node.url()
  await until('the node is white', async () => (await watching.spawn()).whitelist.includes(url))
  await node.kill('SIGKILL')
  await until('it is white no more', async () => !(await watching.spawn()).whitelist.includes(url))
  expect((await watching.spawn()).goldlist).toEqual([])
})

test('an address of tor is listened on for the hidden service that forwards to it', async () => {
  await using hidden = new SeedNode({ schemes: ['tor'] })
  await hidden.start()
  const url = await hidden.url()
  expect(url).toMatch(/^tcp:\/\/127\./)
  await using peer = await RawPeer.dial(url, loopbackHost())
  await peer.greet('dialer')
  expect(hidden.program.stderr).toMatch(/lilith\.toml:\d+: network\.e2e\.accept_addrs: .*tor:.* is listened on as tcp:/)
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

/** Calls a method over HTTP, with the cookie unless other headers are given. */
async function post(method: string, headers?: Record<string, string>): Promise<Response> {
  const cookie = readFileSync(`${seed.home.paths.runtimeDir}/lilith.cookie`, 'utf8').trim()
  return await fetch(`http://127.0.0.1:${await seed.rpcPort()}/`, {
    method: 'POST',
    headers: headers ?? { authorization: `Bearer ${cookie}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method }),
  })
}

describe('JSON-RPC', () => {
  test('ping and spawns, over raw lines as dnet asks', async () => {
    await using client = await LineClient.connect({ host: '127.0.0.1', port: await seed.rpcPort() })
    expect(await client.ask('ping', [])).toEqual({ jsonrpc: '2.0', id: 1, result: 'pong' })
    const { result } = await client.ask('spawns', [])
    expect(result).toEqual({ spawns: [{ name: 'e2e', urls: [await seed.url()], whitelist: [], greylist: [], goldlist: [] }] })
  })

  test('nothing else', async () => {
    await using client = await LineClient.connect({ host: '127.0.0.1', port: await seed.rpcPort() })
    for (const method of ['chat.send', 'recv', 'chat.unsubscribe', 'node.stop']) {
      expect(await client.ask(method, [])).toMatchObject({ error: { code: -32_601, message: 'method not found' } })
    }
  })

  test('the channels and network events of all its networks, as dnet asks', async () => {
    await using client = await LineClient.connect({ host: '127.0.0.1', port: await seed.rpcPort() })
    expect(await client.ask('p2p.get_info', [])).toMatchObject({ result: { channels: [], outbound_slots: [] } })
    expect(await client.ask('dnet.switch', [true])).toMatchObject({ result: true })
    const { result: id } = await client.ask('dnet.subscribe_events', [])
    expect(typeof id).toBe('string')
    expect(await client.ask('dnet.subscribe_events', [])).toMatchObject({ result: id })

    await using peer = await RawPeer.dial(await seed.url(), loopbackHost())
    await peer.greet('dialer')
    const events: Answer[] = []
    while (!events.some(({ event }) => event === 'inbound_connected')) {
      const { method, params } = await client.read()
      expect([method, params.length]).toEqual(['dnet.subscribe_events', 1])
      events.push(params[0])
    }
    const { info } = events.at(-1)
    expect(info).toEqual({ addr: `tcp://${peer.address}/`, channel_id: expect.any(Number) })
    expect(events).toContainEqual({
      event: 'recv',
      info: { chan: { addr: info.addr, id: info.channel_id }, cmd: 'version', time: expect.stringMatching(/^\d{19}$/) },
    })
    const { channels } = await seed.client.call('p2p.get_info', [])
    expect(channels).toEqual([{ url: info.addr, session: 'inbound', id: info.channel_id }])
  })

  test('no subscription over HTTP', async () => {
    expect(await (await post('dnet.subscribe_events')).json()).toMatchObject({ error: { code: -32_600 } })
  })

  test('over HTTP with its own cookie', async () => {
    expect((await post('ping', {})).status).toBe(401)
    expect(await (await post('ping')).json()).toMatchObject({ result: 'pong' })
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

  test('takes over its file on SIGHUP, or nothing of it', async () => {
    await using both = await SeedNode.started({ networks: { one: [1, 2, 3, 4], two: [5, 6, 7, 8] } })
    const { configFile } = both.home.paths
    const file = configFile.replace(/dchatd\.toml$/, 'lilith.toml')
    const before = readFileSync(file, 'utf8')
    const told = async (text: string, says: string | RegExp): Promise<void> => {
      writeFileSync(file, text)
      both.program.kill('SIGHUP')
      await both.program.says(says, 'stderr')
    }
    await told(
      before.replace('[5,6,7,8]', '[5,6,7,9]'),
      /lilith\.toml: network\.two\.magic_bytes: cannot change while the node runs; restart to change it/,
    )
    await told(
      before.replace('[network."two"]', '[network."three"]'),
      'lilith.toml: network.three: cannot be added while the seeds run',
    )
    await told(before.replace('magic_bytes', 'magic'), /lilith\.toml:\d+: network\.one\.magic_bytes: must be set/)
    await told(before.replaceAll('localnet = true', 'localnet = true\nwhatever = 1'), 'network.two.whatever: unknown key')
    await told(
      before.replaceAll('greylist_refinery_interval = 0.5', 'greylist_refinery_interval = 0.4'),
      /"changed":\["greylist_refinery_interval"\],"network":"two"/,
    )
    expect((await both.client.call('spawns', [])).spawns.map(({ name }) => name)).toEqual(['one', 'two'])
  })

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

  test('holds the datastore of each network: 4, and the process that has it', async () => {
    await using seed = await SeedNode.started()
    using home = new TempHome()
    const file = readFileSync(seed.home.path + '/lilith.toml', 'utf8')
    const folder = /^datastore = "(.*)"$/m.exec(file)![1]!
    home.write(
      'lilith.toml',
      file
        .replace(/^accept_addrs = .*$/m, `accept_addrs = ["tcp://${loopbackHost()}:0"]`)
        .replace(/^datastore = .*$/m, `datastore = "${resolve(seed.home.path, folder)}"`),
    )
    const ending = await Program.run('lilith', ['--home', home.path])
    expect(ending.code).toBe(4)
    expect(ending.stderr).toContain(`process ${seed.program.pid} already uses this data folder`)
    expect(ending.stderr).toContain('stop it, or use another folder: datastore')
    expect(await seed.client.call('ping', [])).toBe('pong')
  })

  test('check, paths and version print and leave nothing behind', async () => {
    using home = new TempHome()
    const network = ['accept_addrs = ["tcp://127.0.0.1:0"]', 'magic_bytes = [1, 2, 3, 4]', 'hostlist = "h"', 'datastore = "d"']
    const file = home.write('lilith.toml', ['[network."a b"]', ...network, ''].join('\n'))
    const run = (...args: string[]): ReturnType<typeof Program.run> => Program.run('lilith', [...args, '--home', home.path])
    const checked = await run('check', '--print', '--rpc-listen', '')
    expect(checked).toMatchObject({ code: 0, stdout: expect.stringMatching(new RegExp(`\nOK: ${file}\n$`)) })
    expect(checked.stdout).toMatch(new RegExp(`^network\\."a b"\\.datastore = "d" +# ${file}:5$`, 'm'))
    expect(checked.stdout).toMatch(/^rpc\.rpc_listen = "" +# --rpc-listen$/m)
    const paths = await run('paths', '--json')
    expect(JSON.parse(paths.stdout)).toMatchObject({
      config: { path: file, source: '--home' },
      'a b datastore': { path: `${home.path}/d` },
    })
    expect(JSON.parse((await run('version', '--json')).stdout)).toMatchObject({ protocol: '0.4.1' })
    expect(await run('chekc')).toMatchObject({ code: 2, stderr: 'lilith: chekc: there is no such verb; did you mean check?\n' })
    expect(readdirSync(home.path)).toEqual(['lilith.toml'])
  })

  test.each([
    ['its only network', ['bad']],
    ['one of its networks', ['good', 'bad']],
  ])('ends when %s cannot listen, and names the address', async (_, names) => {
    await using taken = await SilentServer.listen(loopbackHost())
    using home = new TempHome()
    const network = (name: string): string[] => [
      `[network."${name}"]`,
      `accept_addrs = ["tcp://${name === 'bad' ? taken.address : `${loopbackHost()}:0`}"]`,
      'magic_bytes = [1, 2, 3, 4]',
      `hostlist = "${name}.tsv"`,
      `datastore = "${name}"`,
    ]
    home.write('lilith.toml', ['[rpc]', 'rpc_listen = ""', ...names.flatMap(network)].join('\n'))
    expect(await Program.run('lilith', ['--home', home.path])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(taken.address),
    })
    expect(readdirSync(home.paths.runtimeDir)).toEqual([])
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

test('a viewer in Python, as the reference has one, reads its networks and sees who comes', async () => {
  await using viewer = new PythonClient('viewer.py', ['127.0.0.1', String(await seed.rpcPort()), 'seed'])
  const [, [name, urls, ...lists]] = await viewer.prints<Answer>('a network', ([what]) => what === 'spawn')
  expect({ name, urls, lists }).toEqual({ name: 'e2e', urls: [await seed.url()], lists: [[], [], []] })
  await viewer.prints<Answer>('that it is subscribed', ([what]) => what === 'subscribed')
  await using peer = await RawPeer.dial(await seed.url(), loopbackHost())
  await peer.greet('dialer')
  await viewer.prints<Answer>('who has come', ([what]) => what === 'inbound_connected')
})
