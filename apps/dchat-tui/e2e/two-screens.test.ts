/** Two people in two terminals, over two real daemons and a real connection between them. */
import { expect, test } from 'vitest'
import { Pair } from './people.ts'
import type { TuiProcess } from './tui-process.ts'

/** Each text stands in exactly one row of the screen. */
function showsOnce({ terminal }: TuiProcess, texts: readonly string[]): boolean {
  return texts.every((text) => terminal.rows.filter((row) => row.includes(text)).length === 1)
}

test('two screens chat; one is resized, one loses its daemon: nothing is lost, nothing shown twice', async () => {
  await using pair = await Pair.connected()
  const { bob } = pair
  const [left, right] = pair.screens
  left.type('hello bob 日本 👋\r')
  await right.showsText('│ hello bob 日本 👋')
  right.type('hello alice\r')
  await left.showsText('│ hello alice')
  await Promise.all([left.showsText('hello bob 日本 👋 ✓1'), right.showsText('hello alice ✓1')])

  left.resize(20, 5)
  await left.shows(({ rows }) => rows.length === 5 && rows[4] === '>')
  right.type('said while small\r')
  await left.shows(({ rows }) => rows.some((row) => row.includes('while small')))
  left.resize(100, 24)
  await left.shows(({ rows }) => rows.length === 24 && showsOnce(left, ['hello bob', 'hello alice', 'said while small']))

  right.type('a draft')
  await bob.daemon.stop()
  await right.showsText('The daemon is away')
  await bob.daemon.start()
  await right.shows(({ text }) => text.includes('daemon ok') && text.includes('1 peer (1 in)'))
  right.type(' is kept\r')
  await left.showsText('│ a draft is kept')
  left.type('welcome back\r')
  await right.showsText('│ welcome back')
  const lines = ['hello bob', 'hello alice', 'said while small', 'a draft is kept', 'welcome back']
  await left.shows(() => showsOnce(left, lines))
  expect([showsOnce(left, lines), showsOnce(right, lines)]).toEqual([true, true])
})
