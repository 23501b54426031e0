/** Every command as a script runs it, against a running daemon. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sanitizeText } from '@dchat/system'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DaemonNode, Program, SilentServer, TempHome, until } from '@dchat/e2e'
import type { Ending, ProgramOptions } from '@dchat/e2e'

let ann: DaemonNode
/** Connected with ann. */
let bob: DaemonNode

beforeAll(async () => {
  ann = await DaemonNode.running({ hasTcpRpc: true, config: { net: ['outbound_connections = 0'], chat: ['nick = "ann"'] } })
  bob = await DaemonNode.running({ config: { net: ['outbound_connections = 0', `peers = ["${await ann.url()}"]`] } })
  await bob.hasPeers(1)
  await until('ann has bob', async () => (await ann.peerCount()) === 1)
})

afterAll(() => Promise.all([ann?.[Symbol.asyncDispose](), bob?.[Symbol.asyncDispose]()]))

/** Runs a command line on ann's home. */
const cli = (args: readonly string[], options?: ProgramOptions): Promise<Ending> => ann.cli(args, options)

const ok = (stdout: unknown) => ({ code: 0, signal: null, stdout, stderr: '' })

test('ping', async () => {
  expect(await cli(['ping'])).toEqual(ok('pong\n'))
  expect(await cli(['ping', '--json'])).toEqual(ok('"pong"\n'))
})

describe('send', () => {
  test('says how far the line got, and the other node has it', async () => {
    expect(await cli(['send', 'hello', 'there,', 'bob'])).toEqual(
      ok(expect.stringMatching(/^stored as \d+, written to 1 peer\n$/)),
    )
    expect(await bob.stores('hello there, bob')).toMatchObject({ text: 'hello there, bob', own: false })
  })

  test('--json gives the message', async () => {
    const { code, stdout } = await cli(['send', '--json', 'in json'])
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ text: 'in json', own: true, delivery: { state: 'sent', written: 1, held: 0 } }),
    ])
  })

  test('- reads one message from stdin, line breaks and all', async () => {
    expect(await cli(['send', '-'], { input: 'first\nsecond 日本\n' })).toMatchObject({ code: 0 })
    expect(await bob.stores('second')).toMatchObject({ text: 'first\nsecond 日本' })
  })

  test('--raw sends as the first dchat does, and -- what begins with a dash', async () => {
    expect(await cli(['send', '--raw', 'bare text'])).toEqual(ok('sent\n'))
    expect(await bob.stores('bare text')).toMatchObject({ text: 'bare text' })
    expect((await cli(['send', '--', '-n', 'is no option'])).code).toBe(0)
    await bob.stores('-n is no option')
  })

  test('to nobody says so', async () => {
    await using alone = await DaemonNode.running({ listens: false })
    const { code, stdout } = await alone.cli(['send', 'anyone?'])
    expect([code, stdout]).toEqual([0, expect.stringContaining('written to nobody yet')])
  })

  test('refuses what cannot be sent', async () => {
    for (const [args, input] of [
      [['send'], ''],
      [['send', ''], ''],
      [['send', '-'], ''],
      [['send', '-'], 'x'.repeat(8_193)],
      [['send', '--raw', '-'], 'x'.repeat(65_537)],
      [['send', '-'], Buffer.of(0xff)],
    ] as const) {
      const { code, stdout, stderr } = await cli(args, { input })
      expect([args, code, stdout, stderr.split('\n').length]).toEqual([args, 2, '', 2])
    }
    expect(await cli(['send', '-'], { input: 'x'.repeat(8_192) })).toMatchObject({ code: 0 })
    expect(await cli(['send', '--raw', '-'], { input: 'x'.repeat(65_536) })).toMatchObject({ code: 0 })
  })
})

describe('recv and tail', () => {
  test('print what came, safe for a terminal; --json has it exactly', async () => {
    const text = 'von bob \u001b[31m\u202e 👋\nzweite'
    await bob.client.call('send', { text })
    await ann.stores('von bob')
    for (const command of ['recv', 'tail']) {
      const { code, stdout, stderr } = await cli([command])
      expect([command, code, stderr]).toEqual([command, 0, ''])
      expect(stdout).toMatch(/von bob .*👋.*zweite\n/)
      for (const control of ['\u001b', '\u202e']) expect(stdout).not.toContain(control)
    }
    const received = (await cli(['recv', '--json'])).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as string)
    expect(received.at(-1)).toBe(text)
    const tail = await cli(['tail', '--json', '-n', '1000'])
    for (const control of ['\u001b', '\u202e']) expect(tail.stdout).not.toContain(control)
    const messages = tail.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    expect(messages).toEqual(await ann.history())
  })

  test('-n and --since say from where', async () => {
    const first = await ann.client.call('chat.send', { text: 'page 1' })
    for (const text of ['page 2', 'page 3']) await ann.client.call('chat.send', { text })
    const textsOf = ({ stdout }: Ending): string[] =>
      stdout.split('\n').flatMap((line) => /<ann#[a-z2-7]{10}> (.*)/.exec(line)?.[1] ?? [])
    expect(textsOf(await cli(['tail', '-n', '2']))).toEqual(['page 2', 'page 3'])
    expect(textsOf(await cli(['tail', '--since', String(first.seq)]))).toEqual(['page 2', 'page 3'])
    expect(await cli(['tail', '-n', '0'])).toEqual(ok(''))
    expect((await cli(['tail', '-n', '1'])).stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d <ann#[a-z2-7]{10}> page 3\n$/)
    expect(await cli(['tail', '-n', '1001'])).toMatchObject({ code: 2 })
    expect(await cli(['tail', '-n', '1', '--since', '1'])).toMatchObject({ code: 2 })
  })
})

test('peers', async () => {
  const { channels } = await ann.client.call('net.status', [])
  expect(channels).toHaveLength(1)
  const [{ id, session, url }] = channels as [(typeof channels)[0]]
  const { stdout: row } = await cli(['peers'])
  expect(row.trim().split(/ {2,}/)).toEqual([String(id), session, expect.stringMatching(/^\d+ (s|min)/), 'posts', '0.4.1', url])
  const { code, stdout } = await cli(['peers', '--json'])
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ id, session, url, posts: true })])
})

test('status', async () => {
  expect(await cli(['status'])).toEqual(
    ok(expect.stringMatching(/^state +run$[^]*^nick +ann#[a-z2-7]{10}$[^]*^peers +1 inbound$/m)),
  )
  expect(JSON.parse((await cli(['status', '--json'])).stdout)).toMatchObject({
    name: 'dchatd',
    state: 'run',
    peers: { inbound: 1 },
  })
  await using alone = await DaemonNode.running({ listens: false })
  expect((await alone.cli(['status'])).stdout).toMatch(
    /^No peer is connected\. The node knows nobody: it has neither seeds nor peers\.\n\nPut "seeds" or "peers" into/m,
  )
})

test('export writes what the history holds, page by page', async () => {
  const lines = (await cli(['export'])).stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { seq: number; text: string })
  expect(lines).toEqual(await ann.history())
  const path = join(ann.home.path, 'history.md')
  expect(await cli(['export', '--format', 'md', '--since', String(lines[1]!.seq), '-o', path])).toEqual(ok(''))
  const written = readFileSync(path, 'utf8')
  expect(written).toContain(sanitizeText(lines[2]!.text).slice(0, 10))
  expect(written).not.toContain(lines[0]!.text)
})

describe('rpc', () => {
  test('calls any method', async () => {
    for (const text of ['one', 'two']) await ann.client.call('chat.send', { text })
    expect(await cli(['rpc', 'ping'])).toEqual(ok('"pong"\n'))
    const { code, stdout } = await cli(['rpc', 'chat.history', '{"limit": 1}'])
    expect([code, JSON.parse(stdout)]).toEqual([0, { messages: [expect.any(Object)], more: true, last_seq: expect.any(Number) }])
    expect((await cli(['rpc', '--json', 'chat.history', '{"limit": 1}'])).stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(await cli(['rpc', 'send', '["by position"]'])).toEqual(ok('true\n'))
    await bob.stores('by position')
  })

  test('ends with 1 for an error of the daemon, 2 for one of ours', async () => {
    expect(await cli(['rpc', 'nope'])).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr: expect.stringMatching(/^dchat-cli: the daemon answered: method not found \(-32601\)/),
    })
    expect(await cli(['rpc', 'p2p.connect', '["tcp://127.0.0.1:1"]'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/-32005.*ECONNREFUSED/),
    })
    for (const args of [['rpc'], ['rpc', 'ping', '{'], ['rpc', 'ping', '7'], ['rpc', 'send', 'a', 'b']]) {
      expect(await cli(args)).toMatchObject({ code: 2, stdout: '' })
    }
  })
})

describe('wait-ready', () => {
  test('ends when there are enough peers', async () => {
    expect(await cli(['wait-ready', '--peers', '1'])).toEqual(ok('ready, peers: 1\n'))
    expect(JSON.parse((await cli(['wait-ready', '--json'])).stdout)).toMatchObject({ state: 'run' })
  })

  test('waits for a daemon that is started later', async () => {
    await using later = new DaemonNode()
    await using waiting = new Program('dchat-cli', ['wait-ready', '--home', later.home.path])
    await later.start()
    expect(await waiting.ended()).toEqual(ok('ready, peers: 0\n'))
  })

  test('ends with 1 when it is not ready in time, with 3 when it is not there', async () => {
    expect(await cli(['wait-ready', '--peers', '5', '--timeout', '0'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('it has 1 of 5 peers'),
    })
    using nowhere = new TempHome()
    expect(await Program.run('dchat-cli', ['wait-ready', '--timeout', '0', '--home', nowhere.path])).toMatchObject({ code: 3 })
    expect(await cli(['wait-ready', '--timeout', 'soon'])).toMatchObject({ code: 2 })
  })
})

describe('where the daemon is', () => {
  test('DCHAT_HOME, DCHAT_RPC and --rpc say', async () => {
    expect(await Program.run('dchat-cli', ['ping'], { env: { DCHAT_HOME: ann.home.path } })).toEqual(ok('pong\n'))
    expect(await Program.run('dchat-cli', ['ping'], { env: { DCHAT_RPC: `unix://${ann.home.paths.socketPath}` } })).toEqual(
      ok('pong\n'),
    )
    expect(await cli(['ping', '--rpc', `tcp://127.0.0.1:${await ann.rpcPort()}`])).toEqual(ok('pong\n'))
  })

  test('TCP needs the cookie: of the home, or of a file', async () => {
    const rpc = `tcp://127.0.0.1:${await ann.rpcPort()}`
    expect(await Program.run('dchat-cli', ['ping', '--rpc', rpc, '--cookie-file', ann.home.paths.cookiePath])).toEqual(
      ok('pong\n'),
    )
    using stranger = new TempHome()
    const wrong = stranger.write('cookie', '0'.repeat(64))
    expect(await Program.run('dchat-cli', ['ping', '--rpc', rpc, '--cookie-file', wrong])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('cookie'),
    })
    expect(await Program.run('dchat-cli', ['ping', '--rpc', rpc, '--cookie-file', '/nonexistent'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('/nonexistent'),
    })
    expect(await Program.run('dchat-cli', ['ping', '--rpc', rpc, '--home', stranger.path])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('-32001'),
    })
  })

  test('every command ends with 3 when there is none, and says what to do', async () => {
    using nowhere = new TempHome()
    const taken = await SilentServer.listen('127.0.0.1')
    const { address } = taken
    await taken[Symbol.asyncDispose]()
    for (const command of [
      ['ping'],
      ['send', 'a'],
      ['recv'],
      ['tail'],
      ['tail', '-f'],
      ['export'],
      ['peers'],
      ['status'],
      ['rpc', 'ping'],
    ]) {
      const ending = await Program.run('dchat-cli', [...command, '--home', nowhere.path])
      expect([command, ending]).toEqual([
        command,
        {
          code: 3,
          signal: null,
          stdout: '',
          stderr: expect.stringMatching(/^dchat-cli: no daemon is running: .*dchatd\n?.*\n$/),
        },
      ])
    }
    expect(await Program.run('dchat-cli', ['ping', '--rpc', `tcp://${address}`])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(address),
    })
    expect(await Program.run('dchat-cli', ['ping', '--rpc', 'nonsense'])).toMatchObject({ code: 2 })
  })
})

test('usage: help, version, and 2 for what there is not', async () => {
  expect(await cli(['--help'])).toEqual(ok(expect.stringContaining('wait-ready')))
  expect(await cli(['--version'])).toEqual(ok(expect.stringMatching(/^dchat-cli \d+\.\d+\.\d+\n$/)))
  for (const command of ['send', 'recv', 'tail', 'export', 'ping', 'peers', 'status', 'rpc', 'wait-ready']) {
    expect(await cli([command, '--help'])).toEqual(ok(expect.stringContaining(`Usage: dchat-cli ${command}`)))
  }
  for (const args of [[], ['nope'], ['ping', '--nope'], ['ping', 'extra'], ['tail', '--lines']]) {
    expect([args, await cli(args)]).toEqual([
      args,
      { code: 2, signal: null, stdout: '', stderr: expect.stringMatching(/^dchat-cli: .*\n$/) },
    ])
  }
})
