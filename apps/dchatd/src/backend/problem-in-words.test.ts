import type { ConnectionProblem, Failure } from '@dchat/net'
import { expect, test } from 'vitest'
import { problemInWords } from './problem-in-words.ts'

const refused = (url: string): Failure => ({ url, reason: { cause: 'refused', text: 'connection refused' } })
const late = (url: string): Failure => ({ url, reason: { cause: 'timeout', text: 'no answer in time' } })
const other: Failure = {
  url: 'tcp://a:1/',
  reason: { cause: 'other_version', text: 'it speaks dchatd 0.5, this node dchatd 0.4' },
}

test.each<[string, ConnectionProblem, string]>([
  [
    'one',
    { kind: 'seeds_failed', cause: 'refused', failures: [refused('tcp://a:1/')] },
    'The seed failed: connection refused (tcp://a:1/).',
  ],
  [
    'some that fail alike',
    { kind: 'seeds_failed', cause: 'refused', failures: [refused('tcp://a:1/'), refused('tcp://b:1/')] },
    'Both seeds failed: connection refused.',
  ],
  [
    'each for a reason of its own',
    { kind: 'dials_fail', cause: 'mixed', failures: [refused('tcp://a:1/'), late('tcp://b:1/')] },
    'Both hosts tried last cannot be reached: tcp://a:1/: connection refused; tcp://b:1/: no answer in time.',
  ],
  [
    'more than are named',
    {
      kind: 'peers_fail',
      cause: 'mixed',
      failures: ['a', 'b', 'c', 'd', 'e'].map((name) => (name === 'a' ? late(name) : refused(name))),
    },
    'All 5 peers to be kept cannot be reached: a: no answer in time; b: connection refused; c: connection refused; and 2 more.',
  ],
  [
    'another version',
    { kind: 'wrong_network', cause: 'other_version', failures: [other] },
    'Whoever answers is of another network or version: it speaks dchatd 0.5, this node dchatd 0.4 (tcp://a:1/).',
  ],
])('failures: %s', (_, problem, text) => {
  expect(problemInWords(problem).text).toBe(text)
})

test('every problem has a sentence and a hint of its own', () => {
  const failing = { cause: 'mixed', failures: [refused('tcp://a:1/'), late('tcp://b:1/')] } as const
  const problems: ConnectionProblem[] = [
    ...(['seeds', 'hosts', 'peers'] as const).map((waitsFor) => ({ kind: 'starting', waitsFor }) as const),
    ...(['no_way', 'listen_only', 'no_seeds_no_peers', 'no_hosts', 'not_dialable'] as const).map((kind) => ({ kind })),
    { kind: 'all_banned', bans: 1 },
    ...(['seeds_failed', 'dials_fail', 'peers_fail', 'offline', 'proxy_fails', 'wrong_network'] as const).map((kind) => ({
      kind,
      ...failing,
    })),
  ]
  const told = problems.map((problem) => problemInWords(problem))
  expect(new Set(told.map(({ text }) => text)).size).toBe(problems.length)
  for (const { text, hint } of told) {
    expect(text).toMatch(/^[A-Z].*\.$/)
    expect(hint).toMatch(/\.$/)
    expect(`${text}${hint}`).not.toContain('undefined')
  }
})
