/** What stands around the talk, with two real daemons: the first run, nobody connected, lists, the quick switcher, notifications. */
import { readFileSync, rmSync } from 'node:fs'
import { expect, onTestFailed, test } from 'vitest'
import { Person } from './people.ts'
import { RealDaemon } from './real-daemon.ts'
import { TuiProcess } from './tui-process.ts'

test('a first run alone, then rooms, people and peers beside the talk, and who calls is heard', async () => {
  await using bob = await Person.called('bob')
  await using daemon = new RealDaemon('alice')
  rmSync(daemon.home.ownFilePath)
  await daemon.start()
  await using tui = new TuiProcess({ home: daemon.home.path, columns: 120 })
  onTestFailed(() => console.error(`${tui.terminal.title}\n${tui.terminal.text}`))
  await tui.shows(({ text }) => text.includes('Welcome to dchat') && text.includes(`You listen at ${daemon.url}`))
  await tui.showsText('Nobody is connected: lines wait here')
  tui.type('\u001b')
  await tui.shows(({ text }) => !text.includes('Welcome'))
  expect(JSON.parse(readFileSync(daemon.home.ownFilePath, 'utf8'))).toMatchObject({ isFirstRunSeen: true })

  tui.type('is anybody there?\r')
  await tui.showsText('Nobody is connected: [Enter] hold it until somebody is [Esc] keep it in the input')
  tui.type('\u001b')
  await tui.shows(({ rows }) => rows.at(-1) === '> is anybody there?' && rows.at(-3)!.startsWith('Nobody is connected: lines'))
  tui.type('\r')
  await tui.showsText('[Enter] hold it')
  tui.type('\r')
  await tui.showsText('is anybody there? ⌛')
  bob.enters(`/connect ${daemon.url}`)
  await tui.showsText('is anybody there? ✓1')
  await bob.sees('│ is anybody there?')

  tui.type('/join cats\r')
  await tui.shows(({ rows }) => rows[1]!.startsWith('▸ 2 cats'))
  tui.type('\u001b1/set notify osc9\r')
  await tui.showsText('notify')
  tui.type('\u001b[O')
  bob.enters('/join cats')
  await bob.sees('2:cats')
  bob.enters('alice: meow')
  await tui.shows(({ rows, title }) => rows[1]!.startsWith('  2 cats @1') && title === 'dchat: dchat (1)')
  await tui.showsText('Act 2@')
  // oxlint-disable-next-line no-control-regex -- what is looked for is a sequence of them
  expect(tui.output).toMatch(/\u001b\]9;dchat: a line of bob\S* in cats\u0007\u0007/u)

  tui.type('\u001b[I\u001bk')
  await tui.showsText('go to:')
  tui.type('cts\r')
  await tui.shows(({ text, title }) => text.includes('│ alice: meow') && title === 'dchat: cats')
  tui.type('\u001bN')
  await tui.shows(({ rows }) => rows[0]!.includes('│ Spoke lately (1)') && rows.some((row) => / inbound 1$/u.test(row)))
  expect(tui.terminal.rows[1]).toMatch(/│ bob#\w+$/u)
  tui.type('\u001bS')
  await tui.showsText('connected: inbound peer')
  tui.resize(20, 5)
  await tui.shows(({ rows }) => rows.length === 5 && rows[4] === '>')
  expect(tui.terminal.text).not.toContain('│')
  tui.resize(100, 24)
  await tui.showsText('daemon ok')
  tui.type('/quit\r')
  expect(await tui.exited).toMatchObject({ exitCode: 0 })
  await tui.showsText('dchatd keeps running')
  expect(tui.output).toContain('\u001b[23;2t')
})
