/** docs/errors.md and docs/limits.md say what the code says. */
import type { Limit } from '@dchat/net'
import { codeRows, docsPage } from '@dchat/system/testing'
import { expect, test } from 'vitest'
import { CHAT_ERROR_CODES } from './errors.ts'
import { HISTORY_LIMITS } from './history/history-limits.ts'
import { KEY_LIMITS } from './keys/key-limits.ts'
import { CHAT_LIMITS } from './limits.ts'
import { POST_LIMITS } from './post/post-limits.ts'
import { DIRECT_LIMITS } from './private/direct-limits.ts'
import { ROOM_LIMITS } from './private/room-limits.ts'
import { RECONCILE_LIMITS } from './reconcile/reconcile-limits.ts'

const ALL_LIMITS: Readonly<Record<string, Limit>> = {
  ...CHAT_LIMITS,
  ...RECONCILE_LIMITS,
  ...HISTORY_LIMITS,
  ...POST_LIMITS,
  ...KEY_LIMITS,
  ...DIRECT_LIMITS,
  ...ROOM_LIMITS,
}

test('docs/errors.md has each code, with what it means and who acts, and no other', () => {
  const rows = codeRows(docsPage('errors.md')).filter(([code]) => code!.startsWith('`CHAT_'))
  expect(rows.map(([code]) => code)).toEqual(CHAT_ERROR_CODES.map((code) => `\`${code}\``))
  for (const cells of rows) expect(cells.map((cell) => cell.length > 3)).toEqual([true, true, true])
})

test('docs/security.md cites limits as they are, and no code that there is not', () => {
  const limits = new Map(Object.entries(ALL_LIMITS))
  const page = docsPage('security.md')
  const cited = codeRows(page)
  expect(cited.length).toBeGreaterThan(0)
  for (const [name, value] of cited) {
    const limit = limits.get(name!.slice(1, -1))
    expect([name, value]).toEqual([name, limit && `${limit.value.toLocaleString('en-US')} ${limit.unit}`])
  }
  const codes = [...page.matchAll(/`(CHAT_[A-Z_]+)`/g)].map(([, code]) => code)
  expect(codes.length).toBeGreaterThan(0)
  for (const code of codes) expect(CHAT_ERROR_CODES).toContain(code)
})

test('docs/limits.md has a row for each limit, as the code has it', () => {
  const rows = codeRows(docsPage('limits.md'))
  for (const [name, { value, unit, why, then }] of Object.entries(ALL_LIMITS)) {
    expect(rows).toContainEqual([`\`${name}\``, `${value.toLocaleString('en-US')} ${unit}`, why, then])
  }
})
