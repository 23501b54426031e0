import { execFileSync, spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { programPage, sectionsPage } from './man-page.ts'
import { SAMPLE } from './testing/sample-program.ts'

const HEAD = {
  name: 'my-chat',
  section: 1,
  date: '2026-11-26',
  source: 'dchat 0.1.0',
  seeAlso: ['dchatd(1)', 'dchatd.toml(5)'],
} as const

/** What mandoc has against a page, one a line. */
function lint(page: string): string {
  const { stdout, error } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning'], { input: page, encoding: 'utf8' })
  if (error !== undefined) throw error
  return stdout
}

/** The page as a terminal shows it, without bold and underlined letters. */
function rendered(page: string): string {
  const text = execFileSync('mandoc', ['-T', 'utf8', '-O', 'width=200'], { input: page, encoding: 'utf8' })
  return text.replaceAll(/.[\b]/gu, '')
}

test('a page is valid, and shows every part', () => {
  const page = programPage(SAMPLE, HEAD)
  expect(lint(page)).toBe('')
  const shown = rendered(page)
  for (const part of [
    /^MY-CHAT\(1\) +General Commands Manual +MY-CHAT\(1\)$/m,
    /^ +my-chat - chat for tests$/m,
    /^ +my-chat COMMAND \[OPTIONS\]$/m,
    /^ +First paragraph, with bold words\.\n\n +Second\.\n\n +\.kept\n +line by line \\o\/$/m,
    /^ +--home DIR\n? +the folder: all is there$/m,
    /^COMMANDS\n +send TEXT…\n +Send one; "quoted"\.\n\n {14}More\.\n\n {18}kept too$/m,
    /^ +-o, --output FILE\n +where to$/m,
    /^METHODS\n +chat\.history \[since=N\]\n +A page\.\n\n +since +from where$/m,
    /^EXIT STATUS\n +0 +done$/m,
    /^ +'quoted' at the begin of a line, and \.dotted$/m,
    /^EXAMPLES\n +Say hi\.\n\n? +my-chat send 'hi'$/m,
    /^SEE ALSO\n +dchatd\(1\), dchatd\.toml\(5\)$/m,
    /^dchat 0\.1\.0 +2026-11-26 +MY-CHAT\(1\)$/m,
  ]) {
    expect(shown).toMatch(part)
  }
})

test('no text is read as a command of roff', () => {
  const text = fc.string({
    unit: fc.constantFrom('.', "'", '\\', '-', '"', '`', 'a', '%', '^', '~', '|', '…', 'é', '&', '('),
    minLength: 1,
    maxLength: 12,
  })
  fc.assert(
    fc.property(text, text, (one, two) => {
      const sections = [
        { title: 'Notes', text: `x${one}`, entries: [[two, `y${one}`]] as const },
        { title: 'Kept', text: `  ${two}` },
      ]
      const page = sectionsPage({ summary: 'texts', sections }, { ...HEAD, section: 5 })
      expect(lint(page)).toBe('')
      const shown = rendered(page)
      // A pair of backquotes makes bold.
      for (const part of [`x${one}`, `y${one}`]) {
        expect(shown).toContain((part.split('`').length % 2 === 1 ? part.replaceAll('`', '') : part).trimEnd())
      }
      expect(shown.split('\n').some((line) => line.trim() === two)).toBe(true)
    }),
    { numRuns: 30 },
  )
})
