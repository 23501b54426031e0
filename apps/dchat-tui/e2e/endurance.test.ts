/** What a screen has to bear: any size, wide characters, long pastes, floods, and a terminal that goes away. */
import { describe, expect, it, onTestFailed, vi } from 'vitest'
import { FakeDaemon } from '../src/testing/fake-daemon.ts'
import { TestHome, TuiProcess } from './tui-process.ts'
import type { TuiOptions } from './tui-process.ts'

const WAIT = { timeout: 60_000, interval: 20 }
/** The renderer draws no more a second than that. */
const MOST_FRAMES_A_SECOND = 62

async function withScreen(
  options: Omit<TuiOptions, 'home'> & { lines?: readonly string[] },
  use: (daemon: FakeDaemon, tui: TuiProcess) => Promise<void>,
): Promise<void> {
  using home = new TestHome()
  await using daemon = new FakeDaemon(home.socketPath)
  for (const text of options.lines ?? []) daemon.receive({ text })
  await daemon.start()
  await using tui = new TuiProcess({ home: home.path, ...options })
  onTestFailed(() => console.error(`The screen was:\n${tui.terminal.text}`))
  await tui.showsText('daemon ok')
  await use(daemon, tui)
}

/** The talk: the rows above the status bar. */
const talkOf = ({ terminal }: TuiProcess): string[] => terminal.rows.slice(0, -2)

describe('a screen', () => {
  it('has any size from 1x1 to 300x100, is whole after it, and leaves no copy of itself behind', async () => {
    const lines = Array.from({ length: 80 }, (_, index) => `number ${index + 1} of them`)
    await withScreen({ lines, args: ['--no-alt-screen'] }, async (daemon, tui) => {
      await tui.showsText('number 80 of them')
      const whole = talkOf(tui)
      const sizes = [[20, 5], [1, 1], [300, 100], [2, 3], [7, 2], [40, 1], [1, 40], [60, 10]] as const // prettier-ignore
      for (const [columns, rows] of sizes) {
        tui.resize(columns, rows)
        tui.type('x')
        await tui.shows(({ rows: shown }) => shown.length === rows && shown.some((row) => row.trim() !== ''))
      }
      tui.resize(100, 24)
      await tui.shows(({ rows }) => rows[23] === `> ${'x'.repeat(sizes.length)}`)
      await vi.waitUntil(() => talkOf(tui).join('\n') === whole.join('\n'), WAIT)
      for (let size = 20; size < 40; size += 1) tui.resize(size * 4, size)
      tui.resize(100, 24)
      daemon.receive({ text: 'the last' })
      await tui.shows(({ rows }) => rows.length === 24 && rows[21]!.includes('the last') && rows[23]!.startsWith('> x'))
      for (const text of ['number 79 of them', 'the last', 'daemon ok']) {
        expect(tui.terminal.allRows.filter((row) => row.includes(text))).toHaveLength(1)
      }
    })
  })

  it('keeps its columns with wide, joined and combining characters, and draws over them without a rest', async () => {
    const wide = [
      '漢字かな交じり文',
      '한글 완성형',
      'e\u0301a\u0300o\u0308 combined',
      'क्षि नमस्ते',
      'ｆｕｌｌ ｗｉｄｔｈ',
      '👩‍👩‍👧‍👦 👍🏽 ❤️ 🏳️‍🌈',
      '🇪🇺🇩🇪 flags',
      '1️⃣ #️⃣',
      '漢'.repeat(90),
    ]
    await withScreen({ lines: [...wide, ...wide.map((text) => `${text} ${text}`)] }, async (daemon, tui) => {
      await tui.showsText('daemon ok')
      const bars = (): Set<number> =>
        new Set(
          talkOf(tui)
            .filter((row) => row.includes('│'))
            .map((row) => row.indexOf('│')),
        )
      expect(bars().size).toBe(1)
      tui.type('漢字e\u0301')
      await tui.shows(({ rows }) => rows[23] === '> 漢字e\u0301')
      expect(tui.terminal.cursor).toEqual({ x: 7, y: 23 })
      tui.type('\u007f\u007f')
      await tui.shows(({ rows }) => rows[23] === '> 漢')
      expect(tui.terminal.cursor.x).toBe(4)
      for (const text of wide.toReversed()) daemon.receive({ text: `${text} again` })
      await tui.showsText('文 again')
      const drawn = tui.terminal.rows.map((row) => row.replaceAll('\u00a0', ' '))
      tui.type('\u000c')
      await tui.shows(({ rows }) => rows[23] === '> 漢')
      expect(tui.terminal.rows.map((row) => row.replaceAll('\u00a0', ' '))).toEqual(drawn)
    })
  })

  it('takes a paste of 10,000 lines, asks once, and sends it as one message', async () => {
    await withScreen({}, async (daemon, tui) => {
      const text = Array.from({ length: 10_000 }, (_, index) => `${index % 100}`).join('\n')
      tui.type(`\u001b[200~${text}\u001b[201~`)
      await tui.shows(({ text: shown }) => /Paste 10[,.]?000 lines/u.test(shown))
      expect(daemon.messages).toEqual([])
      tui.type('\u001b')
      await tui.shows(({ text: shown }) => !/Paste 10/u.test(shown))
      tui.type(`\u001b[200~${text}\u001b[201~`)
      await tui.shows(({ text: shown }) => /Paste 10[,.]?000 lines/u.test(shown))
      tui.type('\r')
      await vi.waitUntil(() => daemon.messages.length === 1, WAIT)
      expect(daemon.messages[0]!.text).toBe(text)
      tui.type('still here')
      await tui.shows(({ rows }) => rows[23] === '> still here')
    })
  })

  it('echoes what is typed while 10,000 messages come, shows them all in order, and draws no more frames than it may', async () => {
    await withScreen({}, async (daemon, tui) => {
      const [framesBefore, startMs] = [tui.frames, performance.now()]
      const typed = 'typed in a flood'
      for (let index = 0; index < typed.length; index += 1) {
        for (let count = 0; count < 625; count += 1) daemon.receive({ text: `flood ${daemon.messages.length + 1}` })
        tui.type(typed[index]!)
        await tui.shows(({ rows }) => rows[23]!.trimEnd() === `> ${typed.slice(0, index + 1)}`.trimEnd())
      }
      await tui.showsText('flood 10000')
      const seconds = (performance.now() - startMs) / 1_000
      expect(tui.frames - framesBefore).toBeLessThan(MOST_FRAMES_A_SECOND * seconds + 2)
      const numbers = (): number[] => talkOf(tui).flatMap((row) => Number(/flood (\d+)/u.exec(row)?.[1] ?? []))
      for (let page = 0; page < 10; page += 1) {
        const shown = numbers()
        expect(shown.length).toBeGreaterThan(15)
        expect(shown).toEqual(shown.map((_, index) => shown[0]! + index))
        tui.type('\u001b[5~')
        await tui.shows(() => numbers()[0]! < shown[0]!)
      }
    })
  })

  it('ends when its terminal goes away, and lets go of the daemon', async () => {
    await withScreen({}, async (daemon, tui) => {
      expect(daemon.subscriptionCount).toBe(1)
      tui.hangUp()
      await tui.exited
      expect(() => process.kill(tui.pid, 0)).toThrow('ESRCH')
      await vi.waitUntil(() => daemon.subscriptionCount === 0, WAIT)
    })
  })
})
