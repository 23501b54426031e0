/** The program as its user meets it: a real pty, the built bundle, a small daemon on a Unix socket. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { FakeDaemon } from '../src/testing/fake-daemon.ts'
import { TestHome, TuiProcess } from './tui-process.ts'

/** For what the screen alone does not tell. */
const WAIT = { timeout: 60_000, interval: 20 }

/** How many rows of the screen have `text` in them. */
const times = (rows: readonly string[], text: string): number => rows.filter((row) => row.includes(text)).length

/** The screen but for the time in its status bar, which may go on meanwhile. */
const timeless = (rows: readonly string[]): string => rows.join('\n').replace(/\d\d:\d\d(?= · \d+ peers)/u, '')

async function daemonWith(home: TestHome, count: number): Promise<FakeDaemon> {
  const daemon = new FakeDaemon(home.socketPath)
  for (let index = 0; index < count; index += 1) daemon.receive()
  await daemon.start()
  return daemon
}

describe('dchat-tui in a terminal', () => {
  it('starts, types, sends, scrolls, resizes to 20x5 and back, and leaves the terminal as it was', async () => {
    using home = new TestHome()
    await using daemon = await daemonWith(home, 300)
    await using tui = new TuiProcess({ home: home.path })
    await tui.showsText('daemon ok')
    expect(tui.terminal.isAlternate).toBe(true)
    expect(tui.terminal.text).toContain('line 300')

    tui.type('hello wörld 世界')
    await tui.showsText('> hello wörld 世界')
    expect(tui.terminal.cursor).toEqual({ x: 18, y: 23 })
    tui.type('\r')
    await tui.shows(({ rows }) => rows.some((row) => row.includes('hello wörld 世界 ✓3')) && rows[23] === '>')
    expect(daemon.messages.at(-1)).toMatchObject({ text: 'hello wörld 世界', own: true })

    tui.type('\u001b[5~')
    await tui.shows(({ rows }) => /^\d+ newer/u.test(rows[22]!) && rows[21]!.endsWith('line 280'))
    const scrolled = timeless(tui.terminal.rows)
    tui.resize(20, 5)
    await tui.shows(({ rows }) => rows.length === 5 && rows[4] === '>' && /^\d+ newer/u.test(rows[3]!))
    tui.resize(100, 24)
    await tui.shows(({ rows }) => timeless(rows) === scrolled)
    for (let top = tui.terminal.rows[0]!; !/ 300 new |line 1$/u.test(top); top = tui.terminal.rows[0]!) {
      tui.type('\u001b[5~')
      await tui.shows(({ rows }) => rows[0] !== top)
    }
    tui.type('\u001b[1;5F')
    await tui.shows(({ rows }) => rows[21]!.includes('hello wörld') && !rows.join('').includes('newer'))

    tui.type('\u0004')
    expect(await tui.exited).toMatchObject({ exitCode: 0 })
    await tui.showsText('dchatd keeps running. To stop it: dchat-cli --home')
    expect(tui.terminal.isAlternate).toBe(false)
    expect(tui.terminal.rows[0]).toMatch(/^dchatd keeps running/u)
    expect(tui.output).toContain('\u001b[?25h')
    expect(tui.output).toContain('\u001b[?2004l')
    expect(readFileSync(join(home.path, 'state', 'input-history'), 'utf8')).toBe('["dchat","hello wörld 世界"]\n')
  })

  it('is whole after a resize that is taken back at once', async () => {
    using home = new TestHome()
    await using daemon = await daemonWith(home, 60)
    await using tui = new TuiProcess({ home: home.path })
    await tui.showsText('daemon ok')
    const before = timeless(tui.terminal.rows)
    for (let round = 0; round < 5; round += 1) {
      tui.resize(30, 6)
      tui.resize(100, 24)
    }
    expect(daemon.messages).toHaveLength(60)
    await tui.shows(({ rows }) => timeless(rows) === before)
  })

  it('keeps the draft while the daemon is away, then shows nothing twice and misses nothing', async () => {
    using home = new TestHome()
    await using daemon = await daemonWith(home, 3)
    await using tui = new TuiProcess({ home: home.path })
    await tui.showsText('daemon ok')
    tui.type('before\r')
    await tui.showsText('before ✓3')
    tui.type('draft')
    await daemon.stop()
    await tui.shows(({ text }) => /The daemon is away:[^]*`dchatd`/u.test(text))
    tui.type('\r')
    await tui.showsText('the line stays here')
    daemon.receive({ text: 'missed 1' })
    daemon.receive({ text: 'missed 2' })
    await daemon.start()
    await tui.shows(({ text }) => text.includes('daemon ok') && text.includes('missed 2'))
    const { rows } = tui.terminal
    for (const text of ['line 1', 'line 3', 'before ✓3', 'missed 1', 'missed 2']) expect(times(rows, text)).toBe(1)
    expect(rows[23]).toBe('> draft')
    tui.type('\r')
    await tui.showsText('draft ✓3')
    expect(daemon.messages.map((message) => message.text)).toEqual([
      'line 1',
      'line 2',
      'line 3',
      'before',
      'missed 1',
      'missed 2',
      'draft',
    ])
  })

  it('shows a line once whose answer was lost', async () => {
    using home = new TestHome()
    await using daemon = await daemonWith(home, 1)
    await using tui = new TuiProcess({ home: home.path })
    await tui.showsText('daemon ok')
    daemon.nextSend = 'storeAndCut'
    tui.type('only once\r')
    // The daemon tells of the line before it cuts the link: only a second subscription says that the link is back.
    const isBack = (): boolean => {
      const [, again] = daemon.calls.flatMap(({ method }, index) => (method === 'chat.subscribe' ? [index] : []))
      return again !== undefined && daemon.calls.slice(again).some(({ method }) => method === 'node.get_info')
    }
    await vi.waitUntil(
      () => isBack() && tui.terminal.text.includes('daemon ok') && tui.terminal.text.includes('only once ✓3'),
      WAIT,
    )
    expect(times(tui.terminal.rows, 'only once')).toBe(1)
    daemon.nextSend = 'cut'
    tui.type('gone\r')
    await tui.showsText('? not confirmed')
    expect(times(tui.terminal.rows, 'gone')).toBe(1)
  })

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('restores the terminal on %s', async (signal, code) => {
    using home = new TestHome()
    await using daemon = await daemonWith(home, 1)
    await using tui = new TuiProcess({ home: home.path })
    await tui.showsText('daemon ok')
    expect(daemon.subscriptionCount).toBe(1)
    tui.signal(signal)
    expect(await tui.exited).toMatchObject({ exitCode: code })
    await tui.shows(({ isAlternate }) => !isAlternate)
    expect(tui.output.lastIndexOf('\u001b[?7h')).toBeGreaterThan(tui.output.lastIndexOf('\u001b[?7l'))
  })

  it.each([
    ['a bug', 'throw new Error("boom")', 1],
    ['an exit from anywhere', 'process.exit(7)', 7],
  ])('restores the terminal after %s', async (_name, harm, code) => {
    using home = new TestHome()
    await using daemon = await daemonWith(home, 1)
    const script = `process.on("SIGUSR2",()=>{${harm}})`
    await using tui = new TuiProcess({
      home: home.path,
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` },
    })
    await tui.showsText('daemon ok')
    expect(daemon.subscriptionCount).toBe(1)
    tui.signal('SIGUSR2')
    expect(await tui.exited).toMatchObject({ exitCode: code })
    await tui.shows(({ isAlternate }) => !isAlternate)
    for (const mode of ['\u001b[?7h', '\u001b[?2004l', '\u001b[?25h']) expect(tui.output).toContain(mode)
    expect(tui.output.includes('Error: boom')).toBe(code === 1)
  })

  it('draws on the normal screen when asked, each row once, and leaves the last view', async () => {
    using home = new TestHome()
    await using daemon = await daemonWith(home, 40)
    await using tui = new TuiProcess({ home: home.path, args: ['--no-alt-screen'], rows: 12 })
    await tui.showsText('daemon ok')
    expect(tui.terminal.isAlternate).toBe(false)
    for (let line = 0; line < 5; line += 1) daemon.receive({ text: `more ${line}` })
    await tui.showsText('more 4')
    tui.resize(60, 12)
    await tui.shows(({ rows }) => rows[10]!.trimEnd().length <= 60 && rows[9]!.includes('more 4') && rows[11] === '>')
    tui.resize(100, 12)
    await tui.shows(({ rows }) => rows[10]!.includes('1 in') && rows[9]!.includes('more 4'))
    for (let line = 0; line < 5; line += 1) expect(times(tui.terminal.allRows, `more ${line}`)).toBe(1)
    tui.type('\u0003\u0003')
    expect(await tui.exited).toMatchObject({ exitCode: 0 })
    await tui.showsText('dchatd keeps running')
    expect(tui.terminal.text).toContain('more 4')
  })

  it('has no colour with NO_COLOR', async () => {
    using home = new TestHome()
    await using daemon = await daemonWith(home, 2)
    await using tui = new TuiProcess({ home: home.path, env: { NO_COLOR: '1' } })
    await tui.showsText('daemon ok')
    expect(daemon.messages).toHaveLength(2)
    // oxlint-disable-next-line no-control-regex -- colours are escape sequences
    expect(tui.output).not.toMatch(/\u001b\[(?:3\d|4\d|9\d|38|48)[;m]/u)
  })
})
