import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RpcError } from '@dchat/rpc'
import { METHODS } from '@dchat/rpc/schemas'
import { ManualClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { formatTime } from '../format.ts'
import { message, startFakeDaemon } from '../testing/fake-daemon.ts'
import type { FakeDaemon, Handler } from '../testing/fake-daemon.ts'
import { chunks, jsonLines, run, start } from '../testing/run.ts'

/** A daemon that answers every method with the result of its example. */
function exampleDaemon(others: Record<string, Handler> = {}): Promise<FakeDaemon> {
  const answers = [...METHODS].map(([name, { example }]): [string, Handler] => [name, () => example.result])
  return startFakeDaemon({ ...Object.fromEntries(answers), ...others })
}

describe('parameters', () => {
  test.each([
    { argv: ['chat.history'], params: {} },
    { argv: ['chat.history', 'since=0', 'limit=5', 'room=dchat'], params: { since: 0, limit: 5, room: 'dchat' } },
    { argv: ['chat.history', '7', 'limit=5'], params: { since: 7, limit: 5 } },
    { argv: ['chat.history', 'limit=5', '7'], params: { since: 7, limit: 5 } },
    { argv: ['chat.history', 'since:=null', 'limit:=1e1'], params: { limit: 10 } },
    { argv: ['p2p.connect', 'tcp://127.0.0.1:1234'], params: { url: 'tcp://127.0.0.1:1234' } },
    { argv: ['p2p.connect', 'tcp://[::1]:1/?a=b'], params: { url: 'tcp://[::1]:1/?a=b' } },
    { argv: ['dnet.switch', 'true'], params: { on: true } },
    { argv: ['dnet.switch', 'on=false'], params: { on: false } },
    { argv: ['chat.send', 'text=a=b'], params: { text: 'a=b' } },
    { argv: ['chat.send', 'kind=action', '--', 'a=b'], params: { text: 'a=b', kind: 'action' } },
    { argv: ['chat.send', '--', '-n', 'cats'], params: { text: '-n', room: 'cats' } },
    { argv: ['chat.send', 'text:="\\u0041\\n"'], params: { text: 'A\n' } },
    { argv: ['chat.send', '@home'], params: { text: '@home' } },
    { argv: ['chat.send', '-'], params: { text: '-' } },
    { argv: ['chat.send', '17'], params: { text: '17' } },
    { argv: ['chat.send', 'text=-'], stdin: ['two\nlines é\n'], params: { text: 'two\nlines é' } },
  ])('$argv', async ({ argv, stdin = [], params }) => {
    await using daemon = await exampleDaemon()
    expect(await run(argv, { home: daemon.home, stdin: chunks(...stdin) })).toMatchObject({ code: 0, stderr: '' })
    expect(daemon.calls).toEqual([{ method: argv[0], params }])
  })

  test('NAME=@FILE is the text of a file', async () => {
    await using daemon = await exampleDaemon()
    const file = join(daemon.home, 'text')
    writeFileSync(file, 'from a file\n')
    await run(['chat.send', `text=@${file}`], daemon)
    expect(daemon.calls[0]!.params).toEqual({ text: 'from a file' })
    expect(await run(['chat.send', `text=@${file}-none`], daemon)).toMatchObject({
      code: 2,
      stderr: `dchat-cli: ${file}-none cannot be read (ENOENT)\n`,
    })
  })

  test.each([
    [
      ['chat.history', 'sinc=3'],
      'unknown parameter sinc; chat.history takes since, before, limit, room, wait_ms, after; did you mean since?',
    ],
    [
      ['chat.send', 'a=b'],
      'unknown parameter a; chat.send takes text, room, kind, to, hold, in_clear; a text that has = in it goes behind --',
    ],
    [['ping', 'x=1'], 'ping takes no parameters'],
    [['ping', 'x'], 'unexpected argument: x; ping takes no parameters'],
    [['dnet.switch', 'true', 'false'], 'unexpected argument: false; dnet.switch takes at most 1: on'],
    [['dnet.switch', 'true', 'on=true'], 'on is given twice'],
    [['dnet.switch'], 'on is missing'],
    [['dnet.switch', 'maybe'], 'on must be true or false'],
    [['chat.history', 'limit=many'], 'limit must be a whole number from 1 to 1,000'],
    [['chat.history', 'limit=1001'], 'limit must be a whole number from 1 to 1,000'],
    [['chat.history', 'limit=0x10'], 'limit must be a whole number'],
    [['chat.history', 'limit='], 'limit must be a whole number'],
    [['chat.history', 'limit:=x'], 'limit:= takes JSON'],
    [['chat.send', 'hi', 'kind=shout'], 'kind must be "text" or "action"'],
    [['chat.send', 'text=-'], 'stdin, for text, is not UTF-8 text'],
    [['rpc.auth', 'cookie=s3cret'], 'cookie is a secret'],
    [['rpc.auth', 's3cret'], 'cookie is a secret'],
    [['identity.export', 'passphrase=s3cret'], 'passphrase is a secret'],
    [['chat.histry'], 'unknown command: chat.histry; did you mean chat.history?'],
    [['bans'], 'unknown command: bans; the methods of bans are bans.list, bans.add and bans.remove'],
    [['bans', '--json', 'list'], 'unknown command: bans; did you mean bans.list?'],
    [['bans', '--help'], 'unknown command: bans; the methods of bans are bans.list, bans.add and bans.remove'],
    [['help', 'bans'], 'unknown command: bans; the methods of bans are bans.list, bans.add and bans.remove'],
    [['constructor'], 'unknown command: constructor'],
  ])('%j ends with 2: %s', async (argv, said) => {
    await using daemon = await exampleDaemon()
    const done = await run(argv, { home: daemon.home, stdin: chunks(Buffer.from([0xff])) })
    expect(done).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(said) })
    expect(done.stderr).toMatch(/^dchat-cli: [^\n]+\n$/)
    expect(daemon.calls).toEqual([])
  })

  test('a secret comes from stdin or a file', async () => {
    await using daemon = await exampleDaemon()
    expect(await run(['rpc.auth', 'cookie=-'], { home: daemon.home, stdin: chunks('s3cret\n') })).toMatchObject({ code: 0 })
    expect(daemon.calls[0]!.params).toEqual({ cookie: 's3cret' })
  })
})

describe('results', () => {
  const isFriendly = new Set(['send', 'recv', 'help'])
  const plain = [...METHODS.values()].filter(({ name }) => !isFriendly.has(name) && !name.includes('.subscribe'))

  test.each(plain.map((spec) => [spec.name, spec] as const))('%s: --json prints exactly what came', async (name, spec) => {
    await using daemon = await exampleDaemon()
    const words = Object.entries(spec.example.params).map(([key, value]) =>
      ['cookie', 'passphrase', 'invitation'].includes(key) ? `${key}=-` : `${key}:=${JSON.stringify(value)}`,
    )
    const argv = [name, ...words]
    const secret = 'correct horse battery staple'
    const json = await run([...argv, '--json'], { home: daemon.home, stdin: chunks(secret) })
    expect(jsonLines(json.stdout)).toEqual([spec.example.result])
    expect(await run(argv, { home: daemon.home, stdin: chunks(secret) })).toMatchObject({ code: 0, stderr: '' })
  })

  test('times are local ones with how far off they are, but for --json', async () => {
    const bans = [{ target: '203.0.113.7', until: 3_120, count: 1, reason: 'NET_UNKNOWN_COMMAND', detail: 'command=what' }]
    await using daemon = await exampleDaemon({ 'bans.list': () => bans })
    const clock = new ManualClock(0)
    const [head, row] = (await run(['bans.list'], { home: daemon.home, clock })).stdout.split('\n')
    expect(head).toMatch(/^target +until +count +reason +detail$/)
    expect(row).toBe(`203.0.113.7  ${formatTime(3_120_000)} (in 52 min)  1      NET_UNKNOWN_COMMAND  command=what`)
    expect(jsonLines((await run(['bans.list', '--json'], { home: daemon.home, clock })).stdout)).toEqual([bans])
  })

  test('an error answer ends with 1, also that of a token with too few rights', async () => {
    const data = { kind: 'forbidden', hint: 'the token "watch" may not call node.stop', retryable: false }
    await using daemon = await exampleDaemon({
      'node.stop': () => {
        throw new RpcError(-32008, 'forbidden', data)
      },
    })
    expect(await run(['node.stop'], daemon)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'dchat-cli: the daemon answered: forbidden (-32008): the token "watch" may not call node.stop\n',
    })
  })
})

describe('subscriptions', () => {
  const notify = (params: object): string => `${JSON.stringify({ jsonrpc: '2.0', method: 'chat.message', params })}\n`

  test('are printed until interrupted, safe for a terminal', async () => {
    await using daemon = await exampleDaemon({
      'chat.subscribe': (_params, connection) => {
        connection.write(notify({ subscription: 'chat-1', message: message(1, '\u009b2J') }))
        return 'chat-1'
      },
    })
    for (const flags of [[], ['--json']]) {
      const interrupted = new AbortController()
      const running = start(['chat.subscribe', ...flags], { home: daemon.home, signal: interrupted.signal })
      await running.printed('"seq":1')
      interrupted.abort()
      const { code, stdout, stderr } = await running.finished
      expect([code, stderr]).toEqual([130, ''])
      expect(stdout).toContain('\\u009b2J')
      expect(stdout.split('\n')).toHaveLength(3)
    }
  })

  test('end with 3 when the daemon goes, after all that came is printed', async () => {
    await using daemon = await exampleDaemon({
      'dnet.subscribe_events': (_params, connection) => {
        setImmediate(() => connection.end(notify({ event: 'last words' })))
        return 'dnet-1'
      },
    })
    const done = await run(['dnet.subscribe_events'], daemon)
    expect(done).toMatchObject({ code: 3, stderr: expect.stringContaining('the daemon ended the connection') as string })
    expect(done.stdout).toBe('dnet-1\nchat.message {"event":"last words"}\n')
  })
})

describe('help and lists', () => {
  test('methods lists every one, in groups', async () => {
    const { stdout } = await run(['methods'])
    for (const name of METHODS.keys()) expect(stdout).toMatch(new RegExp(`^  (rpc )?${name.replaceAll('.', '\\.')}( |$)`, 'm'))
    expect(stdout).toMatch(/^Chat:$/m)
    expect(jsonLines((await run(['methods', '--json'])).stdout)).toEqual([...METHODS.keys()])
  })

  test('help METHOD and METHOD --help say the same: parameters, what they may be, what stands for them', async () => {
    const { stdout } = await run(['help', 'chat.history'])
    expect(stdout).toMatch(
      /^Usage: dchat-cli chat\.history \[since=NUMBER\] [^]*^ {2}limit +[^]*from 1 to 1,000\. Default: 50\./m,
    )
    expect((await run(['chat.history', '--help'])).stdout).toBe(stdout)
    expect((await run(['--help', 'chat.history'])).stdout).toBe(stdout)
  })

  test('help METHOD has the fields of what it gives, and says which are times', async () => {
    const { stdout } = await run(['help', 'bans.list'])
    expect(stdout).toMatch(/^Result: a list of \{target, until, count, reason, detail\}\. One for each target\.$/m)
    const words = stdout.replaceAll(/\n {6,}/g, ' ')
    expect(words).toMatch(/^Fields of the result:\n {2}target +What is banned:/m)
    expect(words).toMatch(
      /^ {2}until +Unix seconds at which it ends\. Shown as local time, and how far off it is; with --json as it is\.$/m,
    )
    expect(words).toMatch(/^ {2}detail +What the peer did: the fields of that error/m)
    expect((await run(['help', 'ping'])).stdout).not.toContain('Fields of the result')
  })
})
