import { expect, test } from 'vitest'
import { readChapter } from './chapter.ts'

const FENCE = '```'
const block = (label: string, lang: string, text = 'x'): string =>
  `# A chapter\n\n${label}\n\n${FENCE}${lang}\n${text}\n${FENCE}\n`

test('a block is of the file, or of the terminal, that the bold line above it names', () => {
  const text = [
    block('**`a.ts`**, new:', 'ts', 'one\ntwo'),
    block('**`a.ts`**, changed:', 'diff'),
    block("**Ann's terminal**", 'console', '$ ls\na.ts'),
    block('What it looks like:', 'text'),
  ]
  expect(readChapter('01.md', text.join('\n'))).toEqual({
    name: '01.md',
    steps: [
      { kind: 'file', file: 'a.ts', change: 'new', text: 'one\ntwo', at: '01.md:5' },
      { kind: 'file', file: 'a.ts', change: 'changed', text: 'x', at: '01.md:14' },
      { kind: 'session', terminal: "Ann's terminal", rows: ['$ ls', 'a.ts'], at: '01.md:22' },
    ],
  })
})

test.each([
  ['is told of nothing', block('Then write this:', 'ts'), 'has no bold line above it'],
  ['stands alone', `${FENCE}ts\nx\n${FENCE}`, 'has no bold line above it'],
  ['is of no language', block('**`a.ts`**', ''), 'is not told of which file it is'],
  ['is told of no change', block('**`a.ts`**', 'ts'), 'is not told of which file it is'],
  ['is told of another change', block('**`a.ts`**, better:', 'ts'), 'is not told of which file it is'],
  ['is of no file', block('**a.ts**, new:', 'ts'), 'is not told of which file it is'],
  ['changes without a diff', block('**`a.ts`**, changed:', 'ts'), 'is a diff if, and only if'],
  ['makes by a diff', block('**`a.ts`**, new:', 'diff'), 'is a diff if, and only if'],
  ['stands in a list', `- one\n\n  **\`a.ts\`**, new:\n\n  ${FENCE}ts\n  x\n  ${FENCE}\n`, 'stands within something else'],
  ['is indented', 'Like this:\n\n    x\n', 'has no bold line above it'],
])('a block that %s is an error', (_, text, message) => {
  expect(() => readChapter('01.md', text)).toThrow(message)
})
