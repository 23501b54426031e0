import { expect, test } from 'vitest'
import { runCatchUp } from './catch-up-run.ts'
import { runPartition } from './partition-run.ts'
import { catchUpLines, partitionLines, postsLines, sizeLines } from './posts-report.ts'
import { runPosts } from './posts-run.ts'

/** Some ten seconds of one core; a busy machine has less. */
const TIMEOUT_MS = 300_000

test(
  'posts reach every node online, short ones whole, long ones to some and as ids to the rest',
  { timeout: TIMEOUT_MS },
  async () => {
    const report = await runPosts({ nodes: 60, seed: 2, posts: 5 })
    for (const size of report.sizes) {
      expect(size.reached + size.late).toBe(size.online)
      expect(size.reached).toBeGreaterThan(0.98 * size.online)
      expect(size.copies.mean).toBeLessThanOrEqual(size.bytes === 300 ? 16 : 6)
    }
    expect(report.bans).toBe(0)
    expect(report.equalMs).toBeLessThanOrEqual(30 * 60_000)
    expect([...report.sizes.flatMap(sizeLines), ...postsLines(report)].join('\n')).not.toContain('MISSED')
  },
)

test('two halves of a network become one within a quarter of an hour', { timeout: TIMEOUT_MS }, async () => {
  const report = await runPartition({ nodes: 14, seed: 2, posts: 60 })
  expect(report.held[0]).toBeGreaterThan(50)
  expect(report.posts).toBe(report.held[0] + report.held[1])
  expect(partitionLines(report).join('\n')).not.toContain('MISSED')
})

test('a node that was away catches up over one link', { timeout: TIMEOUT_MS }, async () => {
  const report = await runCatchUp({ seed: 1, posts: 500 })
  expect(report.tookMs).toBeLessThanOrEqual(5_000)
  expect(catchUpLines(report).join('\n')).not.toContain('MISSED')
})
