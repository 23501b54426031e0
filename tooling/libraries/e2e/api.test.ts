/** What the libraries promise is what their API reports say, and every word of it is documented. */
import { expect, test } from 'vitest'
import { apiReport, reportAsItIs } from '../src/api-report.ts'
import { LIBRARIES } from '../src/libraries.ts'

const ENTRIES = LIBRARIES.flatMap(({ entries }) =>
  entries.map((entry) => [entry.name, { entry, main: entries[0]!, found: apiReport(entry) }] as const),
)

/** The names that an entry exports. */
function exportsIn(report: string): Set<string> {
  return new Set(
    [...report.matchAll(/^export (?:abstract )?(?:class|const|function|interface|type) (\w+)/gm)].map(([, name]) => name!),
  )
}

test.each(ENTRIES)('%s is as reported: run "pnpm print-api" after a change, and write a changeset', (_name, { entry, found }) => {
  expect(reportAsItIs(entry)).toBe(found.text)
})

test.each(ENTRIES)(
  '%s documents each name and member by TSDoc, and exports what they are made of',
  (_name, { entry, main, found }) => {
    // What the testing entry uses of the library itself comes from there.
    const ofMain = entry === main ? new Set<string>() : exportsIn(reportAsItIs(main))
    const problems = found.problems.filter(({ id, text }) => {
      const [, symbol] = /The symbol "(\w+)"/.exec(text) ?? []
      return !(id === 'ae-forgotten-export' && symbol !== undefined && ofMain.has(symbol))
    })
    expect(problems.map(({ text }) => text)).toEqual([])
  },
)
