/** The book, done by the letter: every block is written, typed or seen, chapter after chapter, until the program chats with a dchatd. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { readChapter } from '../src/chapter.ts'
import { OwnAddresses } from '../src/own-addresses.ts'
import { Workbench } from '../src/workbench.ts'

const BOOK = fileURLToPath(new URL('../../../docs/book/', import.meta.url))
const FORMAT = fileURLToPath(new URL('../book.oxfmtrc.json', import.meta.url))

const names = readdirSync(BOOK)
  .filter((name) => /^\d\d-.*\.md$/.test(name))
  .toSorted()
const texts = names.map((name) => readFileSync(join(BOOK, name), 'utf8'))
const chapters = names.map((name, index) => readChapter(name, texts[index]!))
const workbench = new Workbench(await OwnAddresses.for(texts))

afterAll(() => workbench[Symbol.asyncDispose]())

test.each(chapters)('$name', async (chapter) => {
  await expect(workbench.play(chapter)).resolves.toBeUndefined()
  await expect(workbench.run('oxfmt', ['--check', '--config', FORMAT, '*.ts'])).resolves.toBeUndefined()
})

test('the list of chapters has them all, in their order, and nothing is beside them', () => {
  const readme = readFileSync(join(BOOK, 'README.md'), 'utf8')
  const listed = Array.from(readme.matchAll(/^\d+\. \[.*?\]\((.*?)\)/gm), ([, name]) => name)
  expect(listed).toEqual(names)
  expect(readChapter('README.md', readme).steps).toEqual([])
  expect(readdirSync(BOOK).toSorted()).toEqual([...names, 'README.md'])
})
