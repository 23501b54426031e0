import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { RpcError } from '@dchat/rpc'
import { SystemClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { runCli } from './cli.ts'
import { COMMANDS } from './command-list.ts'
import { message, startFakeDaemon, temporaryHome } from './testing/fake-daemon.ts'
import { chunks, jsonLines, run, start } from './testing/run.ts'

const sent = message(7, 'hi', { own: true, delivery: { state: 'sent', written: 2, held: 0 } })

describe('commands', () => {
  test.each([
    { argv: ['send', 'hi', 'there'], params: { text: 'hi there' } },
    { argv: ['send', '--', '-n', 'x'], params: { text: '-n x' } },
    { argv: ['send', '-'], stdin: ['two\nli', 'nes é\n'], params: { text: 'two\nlines é' } },
    { argv: ['send', '-'], stdin: ['kept\n\r\n'], params: { text: 'kept\n' } },
    { argv: ['send', '-'], stdin: [Buffer.from([0xc3]), Buffer.from([0xa9])], params: { text: 'é' } },
    { argv: ['send', '-'], stdin: ['x'.repeat(8_192), '\r\n'], params: { text: 'x'.repeat(8_192) } },
  ])('$argv sends one message', async ({ argv, stdin = [], params }) => {
    await using daemon = await startFakeDaemon({ 'chat.send': () => sent })
    const done = await run(argv, { home: daemon.home, stdin: chunks(...stdin) })
    expect(done).toEqual({ code: 0, stdout: 'stored as 7, written to 2 peers\n', stderr: '' })
    expect(daemon.calls).toEqual([{ method: 'chat.send', params }])
  })

  test('send --json prints the message, send --raw the old answer', async () => {
    await using daemon = await startFakeDaemon({ 'chat.send': () => sent, send: () => true })
    expect(jsonLines((await run(['--json', 'send', 'hi'], daemon)).stdout)).toEqual([sent])
    expect(await run(['send', '--raw', 'hi'], daemon)).toEqual({ code: 0, stdout: 'sent\n', stderr: '' })
    expect((await run(['send', '--raw', '--json', 'hi'], daemon)).stdout).toBe('true\n')
    expect(daemon.calls.at(-1)).toEqual({ method: 'send', params: { text: 'hi' } })
  })

  test('send takes a room and an action', async () => {
    await using daemon = await startFakeDaemon({ 'chat.send': () => sent })
    await run(['send', '--room', 'cats', '--action', 'waves'], daemon)
    expect(daemon.calls).toEqual([{ method: 'chat.send', params: { text: 'waves', room: 'cats', kind: 'action' } }])
  })

  test('send takes somebody in place of a room, and may hold what cannot be encrypted yet', async () => {
    const waiting = { own: true, encrypted: 'direct', delivery: { state: 'stored', written: 0, held: 0 } } as const
    await using daemon = await startFakeDaemon({ 'chat.send': () => message(7, 'hi', waiting) })
    const done = await run(['send', '--to', 'ann#eh7ddx5bks', '--hold', 'hi'], daemon)
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('waiting for a box key') as string, stderr: '' })
    await run(['send', '-t', 'ann', 'hi'], daemon)
    expect(daemon.calls.map(({ params }) => params)).toEqual([
      { text: 'hi', to: 'ann#eh7ddx5bks', hold: true },
      { text: 'hi', to: 'ann' },
    ])
    for (const argv of [['--to', 'ann', '--room', 'cats'], ['--hold'], ['--raw', '--to', 'ann']])
      expect(await run(['send', ...argv, 'hi'], daemon)).toMatchObject({ code: 2, stdout: '' })
    expect(daemon.calls).toHaveLength(2)
  })

  test('send keeps an invitation from a room of everybody, unless it is meant', async () => {
    const text = `come dchat-room:cats:${'A'.repeat(43)}`
    await using daemon = await startFakeDaemon({ 'chat.send': () => sent })
    for (const argv of [
      ['send', text],
      ['send', '--room', 'cats', text],
      ['send', '--raw', text],
      ['send', '-'],
    ]) {
      const refused = await run(argv, { home: daemon.home, stdin: chunks(text) })
      expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--to WHO') as string })
      expect(refused.stderr).not.toContain('AAAA')
    }
    expect(daemon.calls).toEqual([])
    const meant = await run(['send', '--in-clear', text], daemon)
    expect(meant).toMatchObject({ code: 0, stderr: expect.stringContaining('whoever reads it can join') as string })
    for (const where of [
      ['--to', 'ann'],
      ['--room', `p.${'1f'.repeat(20)}`],
      ['--room', `@${'a'.repeat(64)}`],
    ])
      expect(await run(['send', ...where, text], daemon)).toMatchObject({ code: 0, stderr: '' })
    expect(daemon.calls).toHaveLength(4)
    expect(daemon.calls[0]!.params).toEqual({ text, in_clear: true })
  })

  test('send --lines sends each line of stdin, as it comes', async () => {
    await using daemon = await startFakeDaemon({ 'chat.send': ({ text }) => message(Number(text), 'x', { own: true }) })
    const stdin = new PassThrough()
    const running = start(['send', '--lines', '-'], { home: daemon.home, stdin })
    stdin.write('1\n\n2\r\n')
    await running.printed('stored as 2')
    stdin.write('3')
    stdin.end()
    const { code, stdout } = await running.finished
    expect([code, stdout.match(/stored as \d/g)]).toEqual([0, ['stored as 1', 'stored as 2', 'stored as 3']])
    expect(daemon.calls.map(({ params }) => params)).toEqual([{ text: '1' }, { text: '2' }, { text: '3' }])
  })

  test('send --lines ends at a line that cannot be sent, and names it', async () => {
    await using daemon = await startFakeDaemon({ 'chat.send': () => sent })
    for (const line of ['x'.repeat(65_537), Buffer.from([0xff, 0x0a])]) {
      const done = await run(['send', '--lines', '-'], { home: daemon.home, stdin: chunks('one\n', line) })
      expect(done).toMatchObject({ code: 2, stderr: expect.stringContaining('line 2 of stdin') as string })
    }
    expect(daemon.calls.map(({ params }) => params)).toEqual([{ text: 'one' }, { text: 'one' }])
  })

  test('recv prints texts for people, and exactly with --json', async () => {
    await using daemon = await startFakeDaemon({ recv: () => ['one', 'two\nlines', '\x1b[2Jthree'] })
    expect((await run(['recv'], daemon)).stdout).toBe('one\ntwo␊lines\n␛three\n')
    expect(jsonLines((await run(['recv', '--json'], daemon)).stdout)).toEqual(['one', 'two\nlines', '\x1b[2Jthree'])
  })

  test('peers', async () => {
    const channels = [
      { id: 3, session: 'inbound', url: 'tcp://10.0.0.1:1' },
      { id: 40, session: 'seed', url: 'tcp://seed\x1b[m:2' },
    ]
    await using daemon = await startFakeDaemon({ 'p2p.get_info': () => ({ channels, outbound_slots: [0] }) })
    expect((await run(['peers'], daemon)).stdout).toBe('3   inbound  tcp://10.0.0.1:1\n40  seed     tcp://seed␛:2\n')
    expect(jsonLines((await run(['peers', '--json'], daemon)).stdout)).toEqual(channels)
  })

  test('peers with all that a daemon of today tells of them', async () => {
    const traffic = { received_messages: 1, received_bytes: 2, sent_messages: 3, sent_bytes: 4 }
    const told = { since: Date.now() - 3_600_500, version: '0.4.1\x1b[2J', features: ['dchat.posts'], posts: true, ...traffic }
    const channel = { id: 3, session: 'inbound', url: 'tcp://10.0.0.1:1', ...told }
    await using daemon = await startFakeDaemon({
      'net.status': () => ({ channels: [channel, { ...channel, posts: false, version: null }] }),
    })
    const { stdout } = await run(['peers'], daemon)
    expect(stdout).toMatch(
      /^3 {2}inbound {2}1 h( 1 s)? +posts +0\.4\.1␛ +tcp:\/\/10\.0\.0\.1:1\n3 {2}inbound {2}1 h( 1 s)? +no posts +tcp/,
    )
    expect(jsonLines((await run(['peers', '--json'], daemon)).stdout)[0]).toEqual(channel)
  })

  test('no peers is said on stderr and no failure', async () => {
    await using daemon = await startFakeDaemon({ 'p2p.get_info': () => ({ channels: [], outbound_slots: [] }) })
    expect(await run(['peers'], daemon)).toEqual({ code: 0, stdout: '', stderr: 'no peers are connected\n' })
    expect(await run(['peers', '--json'], daemon)).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('a list of nothing is said on stderr', async () => {
    await using daemon = await startFakeDaemon({ 'bans.list': () => [] })
    expect(await run(['bans.list'], daemon)).toEqual({ code: 0, stdout: '', stderr: 'none\n' })
    expect(await run(['bans.list', '--json'], daemon)).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  })

  test('rpc passes parameters on and prints the result', async () => {
    await using daemon = await startFakeDaemon({ 'chat.set_nick': ({ nick }) => ({ nick, tag: null }), 'node.stop': () => true })
    const call = ['rpc', 'chat.set_nick', '{"nick":"ann"}']
    expect((await run(call, daemon)).stdout).toBe('{\n  "nick": "ann",\n  "tag": null\n}\n')
    expect((await run([...call, '--json'], daemon)).stdout).toBe('{"nick":"ann","tag":null}\n')
    expect((await run(['rpc', 'node.stop'], daemon)).stdout).toBe('true\n')
    expect(daemon.calls.at(-1)).toEqual({ method: 'node.stop', params: undefined })
  })
})

describe('finding the daemon', () => {
  test('--home wins over the environment', async () => {
    await using daemon = await startFakeDaemon({ ping: () => 'pong' })
    expect((await run(['--home', daemon.home, 'ping'], { home: '/nowhere' })).code).toBe(0)
    expect((await run(['ping', '--rpc', `unix://${join(daemon.home, 'run/dchatd.sock')}`], {})).code).toBe(0)
  })

  test('over TCP it reads the cookie itself', async () => {
    await using daemon = await startFakeDaemon({ ping: () => 'pong' }, { cookie: 's3cret' })
    const url = `tcp://127.0.0.1:${daemon.port}`
    expect((await run(['--rpc', url, 'ping'], daemon)).code).toBe(0)
    expect((await run(['ping'], { home: daemon.home, env: { DCHAT_RPC: url } })).code).toBe(0)
    const other = join(daemon.home, 'other-cookie')
    writeFileSync(other, 'wrong')
    const refused = await run(['--rpc', url, '--cookie-file', other, 'ping'], daemon)
    expect(refused).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('did not take the cookie') })
    expect((await run(['--rpc', url, '--cookie-file', `${other}-none`, 'ping'], daemon)).code).toBe(3)
  })
})

describe('exit codes', () => {
  const oneLine = /^dchat-cli: [^\n]+\n$/

  test("1 and the daemon's words for an error answer", async () => {
    const data = { kind: 'invalid_params', hint: 'text is \x1b[1mempty', retryable: false }
    await using daemon = await startFakeDaemon({
      'chat.send': () => {
        throw new RpcError(-32602, 'invalid params', data)
      },
    })
    const failed = await run(['send', 'x'], daemon)
    expect(failed.code).toBe(1)
    expect(failed.stderr).toBe('dchat-cli: the daemon answered: invalid params (-32602): text is ␛empty\n')
    expect((await run(['rpc', 'no.such'], daemon)).stderr).toBe('dchat-cli: the daemon answered: method not found (-32601)\n')
  })

  test.each([
    { argv: [] },
    { argv: ['sent', 'x'] },
    { argv: ['ping', '--verbose'] },
    { argv: ['--verbose'] },
    { argv: ['ping', 'x'] },
    { argv: ['recv', 'x'] },
    { argv: ['peers', 'x'] },
    { argv: ['status', 'x'] },
    { argv: ['methods', 'x'] },
    { argv: ['help', 'ping', 'x'] },
    { argv: ['help', 'pong'] },
    { argv: ['completion'] },
    { argv: ['completion', 'tcsh'] },
    { argv: ['completion', 'bash', 'x'] },
    { argv: ['export', 'x'] },
    { argv: ['export', '--format', 'pdf'] },
    { argv: ['export', '--json', '--format', 'md'] },
    { argv: ['send', '--lines', 'x'] },
    { argv: ['send', '--raw', '--action', 'x'] },
    { argv: ['send'] },
    { argv: ['send', ''] },
    { argv: ['send', '-n', 'x'] },
    { argv: ['send', 'x'.repeat(65_537)] },
    { argv: ['send', '-'], stdin: ['\n'] },
    { argv: ['send', '-'], stdin: ['x'.repeat(65_537)] },
    { argv: ['send', '-'], stdin: ['x'.repeat(65_538), 'x'] },
    { argv: ['send', '-'], stdin: [Buffer.from([0xff])] },
    { argv: ['rpc'] },
    { argv: ['rpc', 'ping', '{'] },
    { argv: ['rpc', 'ping', '3'] },
    { argv: ['rpc', 'ping', '[]', '[]'] },
    { argv: ['tail', '-n', '1001'] },
    { argv: ['tail', '-n', '-1'] },
    { argv: ['tail', '-n'] },
    { argv: ['tail', '--since', '1.5'] },
    { argv: ['tail', '--since', '1', '-n', '1'] },
    { argv: ['tail', 'x'] },
    { argv: ['--rpc', 'nonsense', 'ping'] },
    { argv: ['--home', '', 'ping'] },
    { argv: ['--rpc', '', 'ping'] },
    { argv: ['--cookie-file=', 'ping'] },
    { argv: ['wait-ready', '--timeout', 'soon'] },
    { argv: ['wait-ready', '--peers', '-1'] },
  ])('2 and the remedy for $argv', async ({ argv, stdin = [] }) => {
    await using daemon = await startFakeDaemon({ ping: () => 'pong' })
    const done = await run(argv, { home: daemon.home, stdin: chunks(...stdin) })
    expect(done).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(oneLine) })
    expect(daemon.calls).toEqual([])
  })

  const isLocal = ['methods', 'help', 'completion']
  const oneShots = COMMANDS.map(({ name }) => name).filter((name) => name !== 'wait-ready' && !isLocal.includes(name))

  test.each([...oneShots, 'ping', 'node.get_info'])('3 and how to start it for %s without a daemon', async (name) => {
    using empty = temporaryHome()
    const rest = name === 'send' ? ['x'] : name === 'rpc' ? ['ping'] : []
    const done = await run([name, ...rest], empty)
    expect(done).toEqual({ code: 3, stdout: '', stderr: expect.stringMatching(oneLine) })
    expect(done.stderr).toContain('start the daemon with `dchatd`')
  })

  test('3 when the daemon goes before it answers', async () => {
    await using daemon = await startFakeDaemon({ ping: (_params, connection) => void connection.destroy() })
    expect(await run(['ping'], daemon)).toMatchObject({ code: 3, stderr: expect.stringMatching(oneLine) })
  })

  test('130 when interrupted, with nothing said', async () => {
    const interrupted = new AbortController()
    await using daemon = await startFakeDaemon({
      ping: () => {
        interrupted.abort()
        return new Promise(() => {})
      },
    })
    expect(await run(['ping'], { home: daemon.home, signal: interrupted.signal })).toEqual({ code: 130, stdout: '', stderr: '' })
  })

  test('130 when interrupted while stdin is awaited', async () => {
    const interrupted = new AbortController()
    const stdin = new PassThrough()
    const finished = run(['send', '-'], { home: '/nowhere', stdin, signal: interrupted.signal })
    stdin.write('half a mess')
    interrupted.abort()
    expect(await finished).toEqual({ code: 130, stdout: '', stderr: '' })
  })

  test('a mistake is told in one sentence', async () => {
    expect((await run(['tail', '-n', '-1'])).stderr).toBe(
      'dchat-cli: Option \'-n\' argument is ambiguous; see "dchat-cli --help"\n',
    )
  })

  test('1 when the output cannot be written, as on a full disk', async () => {
    await using daemon = await startFakeDaemon({ ping: () => 'pong' })
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done(full) })
    const stderr = new PassThrough()
    const deps = { env: { DCHAT_HOME: daemon.home }, stdin: chunks(), stdout, stderr, clock: new SystemClock() }
    expect(await runCli(['ping'], { ...deps, signal: new AbortController().signal })).toBe(1)
    expect(String(stderr.read())).toBe('dchat-cli: the output cannot be written: ENOSPC: no space left on device, write\n')
  })

  test('0 when the reader is gone', async () => {
    await using daemon = await startFakeDaemon({ recv: () => Array.from({ length: 1000 }, (_, index) => `text ${index}`) })
    const broken = Object.assign(new Error('EPIPE'), { code: 'EPIPE' })
    const gone = new Writable({ write: (_chunk, _encoding, done) => done(broken) })
    const stderr = new PassThrough()
    const deps = { env: { DCHAT_HOME: daemon.home }, stdin: chunks(), stdout: gone, stderr, clock: new SystemClock() }
    expect(await runCli(['recv'], { ...deps, signal: new AbortController().signal })).toBe(0)
    expect(stderr.read()).toBeNull()
  })
})

describe('help', () => {
  test('names every command, and every command explains itself', async () => {
    const overview = await run(['--help'])
    expect(overview).toMatchObject({ code: 0, stderr: '' })
    for (const command of COMMANDS) {
      expect(overview.stdout).toContain(`  ${command.usage}`)
      const help = await run([command.name, '--help'])
      expect(help).toMatchObject({ code: 0, stderr: '' })
      expect(help.stdout).toMatch(new RegExp(`^Usage: dchat-cli ${command.name}`))
      for (const { name } of command.options) expect(help.stdout).toContain(`--${name}`)
      expect((await run(['help', command.name])).stdout).toBe(help.stdout)
      expect(help.stdout.split('\n').filter((line) => line.length > 100)).toEqual([])
    }
    expect((await run(['help'])).stdout).toBe(overview.stdout)
  })

  test('--version is that of package.json', async () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `dchat-cli ${manifest.version}\n`, stderr: '' })
    expect((await run(['ping', '-V'])).stdout).toBe(`dchat-cli ${manifest.version}\n`)
  })
})
