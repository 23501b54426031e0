/** `pnpm print-api`: prints what the built libraries promise, entry by entry. Says which reports have changed. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { apiReport, reportAsItIs } from './src/api-report.ts'
import { LIBRARIES, ROOT } from './src/libraries.ts'

for (const entry of LIBRARIES.flatMap(({ entries }) => entries)) {
  const { text } = apiReport(entry)
  if (text === reportAsItIs(entry)) continue
  const path = join(entry.folder, entry.report)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  console.log(`printed ${relative(ROOT, path)}`)
}
