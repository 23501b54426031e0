import { ManualClock, SeededRandom } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { answerGetaddr } from './getaddr-answer.ts'
import type { GetaddrQuery } from './getaddr-answer.ts'
import { HostColor } from './host-color.ts'
import { HostContainer } from './host-container.ts'

const { White, Gold, Dark, Grey, Black } = HostColor

/** How many of which list and scheme are known, how many of each were told. */
function told(query: GetaddrQuery, known: readonly (readonly [HostColor, string, number])[]): Record<string, number> {
  const clock = new ManualClock()
  const container = new HostContainer({ goldMax: 1_000 }, { clock })
  const kinds = new Map<string, string>()
  for (const [color, scheme, count] of known) {
    for (let index = 0; index < count; index += 1) {
      const url = `${scheme}://host${color}x${index}:1/`
      kinds.set(url, `${color} ${scheme}`)
      container.store(color, url, clock.nowMs() / 1000)
    }
  }
  const answer = answerGetaddr(query, { container, random: new SeededRandom(7) })
  expect(new Set(answer.map(({ url }) => url)).size).toBe(answer.length)
  const counts: Record<string, number> = {}
  for (const { url } of answer) counts[kinds.get(url)!] = (counts[kinds.get(url)!] ?? 0) + 1
  return counts
}

describe('an answer', () => {
  test.each([
    [
      'max of gold and max of white',
      {
        query: { max: 3, transports: ['tcp'] },
        known: [
          [Gold, 'tcp', 9],
          [White, 'tcp', 9],
        ],
      },
      { '2 tcp': 3, '1 tcp': 3 },
    ],
    [
      'filled with gold',
      {
        query: { max: 3, transports: ['tcp'] },
        known: [
          [Gold, 'tcp', 9],
          [White, 'tcp', 1],
        ],
      },
      { '2 tcp': 5, '1 tcp': 1 },
    ],
    [
      'filled with gold of other schemes',
      {
        query: { max: 3, transports: ['tcp'] },
        known: [
          [Gold, 'tor', 9],
          [White, 'tcp', 1],
        ],
      },
      { '2 tor': 5, '1 tcp': 1 },
    ],
    [
      'then with white of other schemes',
      {
        query: { max: 3, transports: ['tcp'] },
        known: [
          [Gold, 'tcp', 1],
          [White, 'tcp', 2],
          [White, 'tor', 9],
        ],
      },
      { '2 tcp': 1, '1 tcp': 2, '1 tor': 3 },
    ],
    ['not with more white of the same', { query: { max: 3, transports: ['tcp'] }, known: [[White, 'tcp', 9]] }, { '1 tcp': 3 }],
    [
      'then with dark',
      {
        query: { max: 2, transports: ['tcp'] },
        known: [
          [White, 'tcp', 1],
          [Dark, 'tor', 9],
        ],
      },
      { '1 tcp': 1, '4 tor': 3 },
    ],
    [
      'never with grey or black',
      {
        query: { max: 2, transports: ['tcp'] },
        known: [
          [Grey, 'tcp', 9],
          [Black, 'tcp', 9],
        ],
      },
      {},
    ],
    [
      'never with schemes that are not shared',
      {
        query: { max: 2, transports: ['socks5', 'tcp'] },
        known: [
          [Gold, 'socks5', 9],
          [White, 'quic', 2],
          [Dark, 'unix', 2],
        ],
      },
      {},
    ],
    ['nothing for 0', { query: { max: 0, transports: ['tcp'] }, known: [[Gold, 'tcp', 9]] }, {}],
    [
      'no scheme asked',
      {
        query: { max: 2, transports: [] },
        known: [
          [Gold, 'tcp', 1],
          [White, 'tor', 9],
        ],
      },
      { '2 tcp': 1, '1 tor': 3 },
    ],
  ] as const)('holds %s', (_, { query, known }, expected) => {
    expect(told(query, known)).toEqual(expected)
  })

  test.each([255, 256, 4_294_967_295])('holds at most 255 of each where %i are wanted', (max) => {
    const known = [Gold, White].map((color) => [color, 'tcp', 400] as const)
    expect(told({ max, transports: ['tcp'] }, known)).toEqual({ '2 tcp': 255, '1 tcp': 255 })
  })

  test('fits one addr message, leaving out what does not', () => {
    const clock = new ManualClock()
    const container = new HostContainer({ goldMax: 1 }, { clock })
    for (let index = 0; index < 255; index += 1)
      container.store(White, `tcp://${'a'.repeat(250)}${index + 100}:1/`, clock.nowMs() / 1000)
    const answer = answerGetaddr({ max: 255, transports: ['tcp'] }, { container, random: new SeededRandom(1) })
    const bytes = 3 + answer.reduce((sum, { url }) => sum + 3 + url.length + 8, 0)
    expect(bytes).toBeLessThanOrEqual(65_281)
    expect(bytes).toBeGreaterThan(65_281 - 300)
  })
})
