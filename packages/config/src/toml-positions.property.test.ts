import fc from 'fast-check'
import { parse, stringify } from 'smol-toml'
import { expect, test } from 'vitest'
import { scanPositions } from './toml-positions.ts'

const key = fc.oneof(
  fc.stringMatching(/^[a-z_-]{1,6}$/),
  fc.string({ minLength: 1, maxLength: 6 }).filter((text) => text.isWellFormed()),
)
const leaf = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.double({ noNaN: true }),
  fc.string({ maxLength: 12 }).filter((text) => text.isWellFormed()),
  fc.constantFrom('[x]', '"""', "'''", '# no comment', 'a = 1\nb = 2', '\\"', '}', ']', ','),
)
const { table } = fc.letrec<{ table: Record<string, unknown>; value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'toml' },
    leaf,
    fc.array(leaf, { maxLength: 3 }),
    fc.array(tie('table'), { minLength: 1, maxLength: 2 }),
    tie('table'),
  ),
  table: fc.dictionary(key, tie('value'), { maxKeys: 4, depthIdentifier: 'toml' }),
}))

/** Every key and list item of a parsed document. */
function* paths(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (typeof value !== 'object' || value === null || value instanceof Date) return
  for (const [name, inner] of Object.entries(value)) {
    yield [...path, name]
    yield* paths(inner, [...path, name])
  }
}

test('every key of a document has a line that holds it', () => {
  fc.assert(
    fc.property(table, (data) => {
      const text = stringify(data)
      const lines = text.split('\n')
      const positions = scanPositions(text)
      for (const path of paths(parse(text))) {
        const line = positions.lineOf(path) ?? 0
        const name = path.at(-1)!
        const shown = /^[a-z_-]+$/.test(name) ? name : ''
        expect(lines[line - 1], `${JSON.stringify(path)} in\n${text}`).toContain(shown)
      }
    }),
    { numRuns: 300 },
  )
})

test('any text is scanned without failing', () => {
  const text = fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', "'", '=', '.', ',', '#', '\n', '\\', ' ', 'a', '1') })
  fc.assert(
    fc.property(text, (any) => {
      expect(scanPositions(any).lineOf(['none'])).toBeNull()
    }),
    { numRuns: 500 },
  )
})
