/** Two people in several public rooms, over two real daemons. */
import { expect, test } from 'vitest'
import { Pair } from './people.ts'

test('two rooms in one screen: unread counts, switching by key and command, a draft for each room, small screens', async () => {
  await using pair = await Pair.connected()
  const { bob } = pair
  const [left, right] = pair.screens

  left.type('/join cats\r')
  await left.showsText('2:cats')
  right.type('/join cats\r')
  await right.showsText('2:cats')
  right.type('\u001b1')
  await right.showsText('1:dchat')
  left.type('meow\r')
  await left.showsText('meow ✓1')
  await right.showsText('Act 2 ')
  left.type('bob, are you there?\r')
  await right.showsText('Act 2@')
  expect(right.terminal.text).not.toContain('meow')

  right.type('for dchat')
  await right.showsText('> for dchat')
  right.type('\u001ba')
  await right.shows(({ text, rows }) => /── 2 new ──\n.*│ meow/u.test(text) && text.includes('2:cats') && rows[23] === '>')
  expect(right.terminal.text).not.toContain('Act ')
  right.type('here\r')
  await left.showsText('│ here')
  right.type('\u0010')
  await right.shows(({ text, rows }) => text.includes('1:dchat') && rows[23] === '> for dchat')
  expect(right.terminal.text).not.toContain('meow')

  right.resize(40, 8)
  left.type('one more\r')
  await right.shows(({ rows }) => rows.length === 8 && rows[6]!.includes('Act 2'))
  right.type('\u0015/buffer cats\r')
  await right.shows(({ text }) => /── 1 new ──\n.*one more/u.test(text) && !text.includes('Act'))

  right.type('/leave\r')
  await right.shows(({ rows }) => rows.length === 8 && !rows.join('').includes('one more'))
  left.type('nobody hears\r')
  await left.showsText('nobody hears')
  await bob.daemon.stop()
  await right.showsText('The daemon is away')
  await bob.daemon.start()
  await right.showsText('ok')
  right.resize(100, 24)
  right.type('/join cats\r')
  await right.shows(({ text }) => text.includes('2:cats') && text.includes('│ nobody hears'))
})
