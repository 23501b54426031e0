import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../commands/command-table.ts'
import { helpSections } from '../commands/help-text.ts'
import { DEFAULT_KEY_MAP } from '../input/key-map.ts'
import { helpRows } from './help-rows.ts'
import { glyphsFor } from './theme.ts'
import { textWidth } from './width.ts'

const sections = helpSections(glyphsFor({}), DEFAULT_KEY_MAP)
const textsAt = (columns: number): string[] =>
  helpRows(sections, columns).map(({ spans }) => spans.map((span) => span.text).join(''))

describe('the help', () => {
  it('has every command under a heading, and what it does beside or under it', () => {
    for (const columns of [80, 150]) {
      const text = textsAt(columns).join('\n')
      for (const { name } of COMMANDS) expect(text).toMatch(new RegExp(`^.*/${name}(?![\\w-])`, 'mu'))
      expect(text).toMatch(/^Commands: talk/mu)
      expect(text).toMatch(/Keys: rooms/u)
      expect(text).toMatch(/ {2}\/nick \[NAME\] {2,}take the name NAME/u)
    }
  })

  it('stands in two columns where there is room, about as long as each other', () => {
    expect(textsAt(150).length).toBeLessThan(textsAt(73).length * 0.65)
    expect(textsAt(150)[0]).toMatch(/^Commands: talk {2,}\S/u)
  })

  it('is never wider than the screen', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 240 }), (columns) => {
        expect(Math.max(...textsAt(columns).map((text) => textWidth(text)))).toBeLessThanOrEqual(columns)
      }),
    )
  })
})
