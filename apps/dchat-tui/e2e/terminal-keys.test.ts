/** What only a real terminal has: jobs, an editor that takes it over, the wheel, marked pastes. */
import { expect, it } from 'vitest'
import { FakeDaemon } from '../src/testing/fake-daemon.ts'
import { TestHome, TuiProcess } from './tui-process.ts'

it('is stopped and goes on, lends the terminal to an editor, tells the wheel from keys, and takes 10,000 lines', async () => {
  using home = new TestHome()
  await using daemon = new FakeDaemon(home.socketPath)
  for (let index = 0; index < 100; index += 1) daemon.receive()
  await daemon.start()
  const env = { PS1: 'shell: ', VISUAL: 'sed -i s/draft/edited/' }
  await using tui = new TuiProcess({ home: home.path, isInShell: true, env })
  await tui.showsText('daemon ok')
  tui.type('draft')
  await tui.showsText('> draft')

  tui.type('\u001a')
  await tui.shows(({ isAlternate, text }) => !isAlternate && text.trimEnd().endsWith('shell:'))
  for (const mode of ['\u001b[?1004l', '\u001b[?2004l', '\u001b[?7h']) expect(tui.output).toContain(mode)
  tui.type('echo cooked "$((6 * 7))"\r')
  await tui.showsText('cooked 42')
  tui.resize(90, 20)
  daemon.receive({ text: 'said meanwhile' })
  tui.type('fg\r')
  await tui.shows(({ isAlternate, rows }) => isAlternate && rows[19] === '> draft' && rows.join('').includes('said meanwhile'))

  tui.type('\u0007')
  await tui.shows(({ isAlternate, rows }) => isAlternate && rows[19] === '> edited')

  tui.type('\u001b[O\u001bm\u001b[<0;5;5M\u001b[<0;5;5m')
  await tui.showsText('the wheel scrolls now')
  tui.type('\u001b[<64;5;5M')
  await tui.showsText('newer')
  tui.type('\u001b[<65;5;5M\u001bm\u001b[I')
  await tui.shows(({ text }) => text.includes('the mouse selects text again') && !text.includes('newer'))
  expect(tui.output.lastIndexOf('\u001b[?1000l')).toBeGreaterThan(tui.output.lastIndexOf('\u001b[?1000h'))
  expect(tui.terminal.rows[19]).toBe('> edited')

  const lines = Array.from({ length: 10_000 }, (_, index) => `pasted line ${index}`)
  tui.type(`\u001b[200~${lines.join('\r')}\r\u001b[201~`)
  await tui.showsText('Paste 10,000 lines? That is more than the 65,536 bytes of one message')
  tui.type('\r\u0005')
  await tui.showsText('  pasted line 39')
  tui.type(' and typed')
  await tui.showsText('the input is full')
  expect(daemon.messages).toHaveLength(101)
  tui.type('\u0003\u0003')
  await tui.shows(({ isAlternate, text }) => !isAlternate && /dchatd keeps running[^]*shell:\s*$/u.test(text))
  tui.type('exit 5\r')
  expect(await tui.exited).toMatchObject({ exitCode: 5 })
})
