/** docs/limits.md, docs/errors.md and docs/wire.md say what the code says. */
import { SERIAL_ERROR_CODES } from '@dchat/serial'
import { codeRows, docsPage } from '@dchat/system/testing'
import { describe, expect, test } from 'vitest'
import { NET_ERROR_CODES } from './errors.ts'
import { HOST_LIMITS } from './hosts/host-limits.ts'
import { LIMITS } from './limits.ts'
import type { Limit } from './limits.ts'
import { addr } from './messages/core-messages.ts'
import { CORE_MESSAGES, CORE_METERING_SUM } from './testing/core-message-list.ts'

const limitRow = ([name, limit]: [string, Limit]): string[] => [
  `\`${name}\``,
  `${limit.value.toLocaleString('en-US')} ${limit.unit}`,
  limit.why,
  limit.then,
]

test.each([
  ['LIMITS', LIMITS],
  ['HOST_LIMITS', HOST_LIMITS],
])('docs/limits.md has a row for each of %s, as the code has it', (_, limits) => {
  const lines = new Set(docsPage('limits.md').split('\n'))
  const missing = Object.entries<Limit>(limits).map((limit) => `| ${limitRow(limit).join(' | ')} |`)
  expect(missing.filter((line) => !lines.has(line))).toEqual([]) // the lines to write, by hand
})

test('docs/limits.md has each name once in the table of its file', () => {
  const tables = docsPage('limits.md')
    .split('\n## ')
    .map((part) => codeRows(part).map(([name]) => name))
  for (const names of tables) expect(names).toEqual([...new Set(names)])
  expect(tables.flat()).toEqual(
    expect.arrayContaining([...Object.keys(LIMITS), ...Object.keys(HOST_LIMITS)].map((name) => `\`${name}\``)),
  )
})

describe('docs/wire.md', () => {
  const page = docsPage('wire.md')

  test('has each core message once in its table, with its limits', () => {
    const [, table = ''] = /\n## Core messages\n([^]*?)\n## /.exec(page) ?? []
    const rows = codeRows(table).flatMap(([commands, , ...limits]) =>
      Array.from(commands!.matchAll(/`(\w+)`/g), ([, command]) => `${command} | ${limits.join(' | ')}`),
    )
    const wanted = CORE_MESSAGES.map(({ name, maxBytes, meteringScore, metering }) => {
      const { threshold, sleepStepMs, expiryMs } = metering
      return `${name} | ${maxBytes} | ${meteringScore} | ${threshold}, ${sleepStepMs}, ${expiryMs / 1000}`
    })
    // DchatMsg is no message of this package.
    expect(rows.filter((row) => !row.startsWith('DchatMsg ')).toSorted()).toEqual(wanted.toSorted())
  })

  test('says what metering lets through in all, and two limits are above it', () => {
    const [said] = /with the core messages alone it is \d+\./.exec(page) ?? []
    expect(said).toBe(`with the core messages alone it is ${CORE_METERING_SUM}.`)
    const { SUBSCRIPTION_QUEUE_MESSAGES, CHANNEL_WAITING_BYTES } = LIMITS
    expect(SUBSCRIPTION_QUEUE_MESSAGES.value, 'SUBSCRIPTION_QUEUE_MESSAGES').toBeGreaterThan(CORE_METERING_SUM)
    expect(CHANNEL_WAITING_BYTES.value, 'CHANNEL_WAITING_BYTES').toBeGreaterThan(CORE_METERING_SUM * addr.maxBytes)
  })
})

describe.each([
  ['NET_', NET_ERROR_CODES],
  ['SERIAL_', SERIAL_ERROR_CODES],
] as const)('docs/errors.md', (prefix, codes) => {
  const rows = codeRows(docsPage('errors.md')).filter(([code]) => code!.startsWith(`\`${prefix}`))

  test(`lists every ${prefix} code once, and no other`, () => {
    const listed = rows.map(([code]) => code)
    expect(listed).toEqual([...new Set(listed)])
    expect(new Set(listed)).toEqual(new Set(codes.map((code) => `\`${code}\``)))
  })

  test(`says of every ${prefix} code what it means and who acts`, () => {
    for (const row of rows) {
      expect(row).toHaveLength(3)
      for (const cell of row) expect(cell.length).toBeGreaterThan(3)
    }
  })
})
