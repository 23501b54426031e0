/** What is done with single lines, over two real daemons. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Pair } from './people.ts'

const ALT_UP = '\u001b[1;3A'
const CTRL_S = '\u0013'
const ESC = '\u001b'

test('lines are found, looked at, copied, taken back, exported and destroyed', async () => {
  await using pair = await Pair.connected()
  const { alice } = pair
  const [left, right] = pair.screens
  left.type('a needle in the hay\r')
  await right.showsText('a needle in the hay')
  for (const number of [1, 2, 3]) {
    left.type(`hay ${number}\r`)
    await left.showsText(`hay ${number} ✓1`)
  }
  await right.showsText('│ hay 3')

  left.type(CTRL_S)
  await left.showsText('find in dchat')
  left.type('NEED')
  await left.showsText('❯ a needle')
  left.type('\r')
  await left.shows(({ text }) => !text.includes('❯') && !text.includes('find in'))

  left.type(ALT_UP)
  await left.showsText('❯ hay 3')
  left.type('\r')
  await left.shows(({ text }) => /received +\d{4}-\d\d-\d\dT/u.test(text) && /(?:written|held) \d\d:\d\d +tcp:/u.test(text))
  left.type(ESC)
  await left.showsText('❯ hay 3')
  left.type('c')
  await left.showsText('/set clipboard true')
  left.type('d')
  await left.showsText('Take back "hay 3"?')
  left.type('y')
  await left.showsText('alice took a line back')
  await right.showsText('took a line back')

  left.type('/set clipboard true\r')
  await left.showsText('clipboard')
  left.type('/copy\r')
  await left.showsText('copied: hay 2')
  expect(left.output).toContain(`\u001b]52;c;${Buffer.from('hay 2').toString('base64')}\u0007`)

  const file = join(alice.daemon.home.path, 'talk.md')
  left.type(`/export md 1h ${file}\r`)
  await left.showsText('lines of dchat')
  expect(existsSync(file)).toBe(true)
  expect(readFileSync(file, 'utf8')).toContain('a needle in the hay')

  right.type('/search needle\r')
  await right.showsText('1 line with "needle" in dchat')
  right.type(ESC)
  await right.shows(({ text }) => !text.includes('1 line with'))
  right.type('/forget\r')
  await right.showsText('Destroy every line that is kept here of dchat?')
  right.type('y')
  await right.shows(({ text }) => text.includes('of dchat destroyed') && !text.includes('needle'))
  right.type('/search needle\r')
  await right.showsText('no line with "needle" in dchat')
})
