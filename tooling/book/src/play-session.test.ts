import { expect, test } from 'vitest'
import { playSession } from './play-session.ts'
import type { Screen } from './play-session.ts'

/** A screen that shows what it is told to once the keys before it were typed. */
class ToldScreen implements Screen {
  readonly rows: string[]
  readonly typed: string[] = []
  readonly #answers: string[][]

  constructor(rows: string[], answers: readonly (readonly string[])[] = []) {
    this.rows = rows
    this.#answers = answers.map((answer) => [...answer])
  }

  type(text: string): void {
    this.typed.push(text)
    const prompt = this.rows.pop()
    this.rows.push(text === '\x03' ? `${prompt}^C` : `${prompt} ${text.trimEnd()}`, ...(this.#answers.shift() ?? []))
  }
}

const play = (rows: readonly string[], screen: Screen, from = 0): Promise<number> =>
  playSession({ kind: 'session', terminal: 'A terminal', rows, at: '01.md:5' }, screen, { from, timeoutMs: 50 })

test('what is typed waits for its prompt, what is seen for the rows of the block', async () => {
  const screen = new ToldScreen(
    ['earlier', '$'],
    [
      ['ready on 7', '>'],
      ['told 1', '>'],
      ['bye', '$'],
    ],
  )
  expect(await play(['$ run', 'ready on …'], screen, 1)).toBe(3)
  expect(await play(['> hello', 'told 1'], screen, 3)).toBe(5)
  expect(await play(['^C', 'bye'], screen, 5)).toBe(7)
  expect(screen.typed).toEqual(['run\r', 'hello\r', '\x03'])
})

test('a row of its own stands for any rows, also for none', async () => {
  const many = new ToldScreen(['$'], [['one', 'two', 'ready', '$']])
  expect(await play(['$ run', '…', 'ready'], many)).toBe(4)
  expect(await play(['$ run', '…', 'ready'], new ToldScreen(['$'], [['ready', '$']]))).toBe(2)
})

test.each([
  ['shows something else', ['$ run', 'ready'], [['nearly', '$']]],
  ['shows less', ['$ run', 'one', 'two'], [['one', '$']]],
  ['shows more', ['$ run', 'one'], [['one', 'two', '$']]],
  ['shows more before', ['$ run', 'one'], [['zero', 'one', '$']]],
  ['shows a row that only begins so', ['$ run', 'one'], [['one two', '$']]],
  ['takes a dot for any letter', ['$ run', 'a.b'], [['acb', '$']]],
  ['runs on where it ought to end', ['$ run'], [['>']]],
  ['ends where it ought to run on', ['$ run', '> hello'], [['$']]],
])('a program that %s fails', async (_, rows, answers) => {
  await expect(play(rows, new ToldScreen(['$'], answers))).rejects.toThrow(
    '01.md:5 in A terminal: this is not what is to be seen',
  )
})
