/** The line mode as scripts use it: real pipes, exit codes. */
import { findHarm, hostileTexts } from '@dchat/system/testing'
import { describe, expect, it } from 'vitest'
import { FakeDaemon } from '../src/testing/fake-daemon.ts'
import { SECRET } from './people.ts'
import { RealDaemon } from './real-daemon.ts'
import { runPlain, startPlain } from './run-plain.ts'
import { TestHome, TuiProcess } from './tui-process.ts'

describe('dchat-tui in a pipe', () => {
  it('prints the tail, sends each line, exits 0', async () => {
    using home = new TestHome()
    await using daemon = new FakeDaemon(home.socketPath)
    daemon.receive({ text: 'earlier' })
    await daemon.start()
    const { code, stdout, stderr } = await runPlain(home.path, 'one\ntwo\n')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/earlier\n.*one \[sent to 3 peers\]\n.*two \[sent to 3 peers\]\n$/u)
    expect(stdout).not.toContain('\u001b')
  })

  it('prints what harms terminals and readers as harmless lines, none of which passes for another, and no sequence of its own', async () => {
    using home = new TestHome()
    await using daemon = new FakeDaemon(home.socketPath)
    daemon.receive({ text: 'the first' })
    const texts = hostileTexts().map(({ text }) => text)
    daemon.channels = texts.map((url, id) => ({ url, session: url, id }))
    for (const [index, name] of texts.slice(0, 100).entries()) daemon.setRoom(`r${index}`, { joined: true, name, topic: name })
    await daemon.start()
    const run = startPlain(home.path, { args: ['--plain'] })
    await run.prints('the first')
    for (const [index, text] of texts.entries()) {
      const kind = (['text', 'action', 'topic', 'system'] as const)[index % 4]!
      const invitation = index % 10 === 9 ? { room: 'p.ab', name: text, replaces: null, joined: false } : null
      const room = index % 3 === 0 ? `r${index % 100}` : 'dchat'
      daemon.receive({ text, nick: text, from: text, key: index % 2 === 0 ? 'ab'.repeat(32) : null, kind, invitation, room })
    }
    daemon.receive({ text: 'the last' })
    await run.prints('the last')
    run.endInput('/peers\n/rooms\n/whois x\n/buffer r1\n/net\nstill here\n')
    const { stdout, stderr } = await run.ended
    expect(findHarm(stdout + stderr)).toBeUndefined()
    const lines = stdout.trimEnd().split('\n')
    expect(lines.filter((line) => !/^(?:\[[^[\]]*\] )?(?:\d\d:\d\d |-- | {6}\| )/u.test(line))).toEqual([])
    expect(lines.filter((line) => /^(?:\[[^[\]]*\] )?\d\d:\d\d /u.test(line))).toHaveLength(texts.length + 3)
    expect(stdout).toMatch(/still here \[sent to 3 peers\]\n$/u)
  })

  it('has an exit code for each way to fail', async () => {
    using home = new TestHome()
    expect(await runPlain(home.path, 'lost\n')).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('the daemon is away'),
    })
    expect(await runPlain(home.path, '', { args: ['--nonsense'] })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--nonsense'),
    })
    await using daemon = new FakeDaemon(home.socketPath)
    await daemon.start()
    daemon.nextSend = 'refuse'
    expect(await runPlain(home.path, 'x\n')).toMatchObject({ code: 1, stderr: expect.stringContaining('the disk is full') })
    expect(await runPlain(home.path, '/nope\n')).toMatchObject({ code: 2 })
    expect(await runPlain(home.path, '')).toMatchObject({ code: 0 })
  })

  it('takes a dumb terminal for lines too', async () => {
    using home = new TestHome()
    await using daemon = new FakeDaemon(home.socketPath)
    daemon.receive({ text: 'earlier' })
    await daemon.start()
    await using tui = new TuiProcess({ home: home.path, env: { TERM: 'dumb' } })
    await tui.showsText('earlier')
    tui.type('typed\r')
    await tui.showsText('typed [sent to 3 peers]')
    tui.type('/quit\r')
    expect(await tui.exited).toMatchObject({ exitCode: 0 })
    await tui.showsText('dchatd keeps running')
    expect(tui.output).not.toContain('\u001b[')
  })

  it('makes a private room, lets nobody in by mistake, and joins one by what is piped in', async () => {
    await using alice = new RealDaemon('alice')
    await using bob = new RealDaemon('bob')
    await Promise.all([alice.start(), bob.start()])
    expect(await runPlain(alice.home.path, '/create cats\nfirst\n')).toMatchObject({ code: 0 })
    await using client = await alice.client()
    const room = (await client.call('chat.rooms', {})).find(({ kind }) => kind === 'private')!
    expect(await client.call('chat.history', { room: room.room })).toMatchObject({
      messages: [{ text: 'first', encrypted: 'room' }],
    })
    const invitation = await client.call('room.invitation', { room: room.room })

    const leaking = await runPlain(alice.home.path, `${invitation}\n`)
    expect(leaking).toMatchObject({ code: 1, stderr: expect.stringContaining('Everybody reads dchat') })
    expect((await client.call('chat.history', { room: 'dchat' })).messages).toEqual([])

    const joined = await runPlain(bob.home.path, `/accept ${invitation}\n/members\nhello from a pipe\n/buffer dchat\nfor all\n`)
    expect(joined).toMatchObject({ code: 0, stderr: expect.stringContaining('you are in +cats') })
    expect(joined.stderr).toContain('in dchat: everybody reads this')
    await using other = await bob.client()
    expect((await other.call('chat.history', {})).messages).toMatchObject([
      { text: 'hello from a pipe', room: room.room },
      { text: 'for all', room: 'dchat' },
    ])
    expect([leaking, joined].map(({ stdout, stderr }) => stdout + stderr).join('')).not.toMatch(SECRET)
  })
})
