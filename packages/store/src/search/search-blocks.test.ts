import { expect, test } from 'vitest'
import { SEARCH_FAST_MS, SEARCH_SLOW_MS } from '../limits.ts'
import { SearchBlocks } from './search-blocks.ts'

const blocksOf = (newest: readonly number[], windowBlocks: number): SearchBlocks =>
  new SearchBlocks(
    newest.map((time, number) => [number, time] as const),
    { blockLines: 10, windowBlocks },
  )

/** First and last block of each window, none taken as fast or slow, until one has no line as new as `oldest`. */
function windows(blocks: SearchBlocks, oldest = -Infinity): [number, number][] {
  const all: [number, number][] = []
  for (let window = blocks.take(oldest); window !== undefined; window = blocks.take(oldest)) {
    all.push([window.from / 10, (window.to + 1) / 10 - 1])
  }
  return all
}

test('the block with the newest line comes first, wherever it is', () => {
  expect(windows(blocksOf([5, 1, 9, 3], 1))).toEqual([
    [2, 2],
    [0, 0],
    [3, 3],
    [1, 1],
  ])
})

test('neighbours come along, the newer of both sides first, and nothing comes twice', () => {
  expect(windows(blocksOf([5, 1, 9, 3, 4, 8], 3))).toEqual([
    [2, 4],
    [5, 5],
    [0, 1],
  ])
})

test('blocks that have no line as new are not asked for; one as new is', () => {
  expect(windows(blocksOf([5, 1, 9, 3], 1), 5)).toEqual([
    [2, 2],
    [0, 0],
  ])
})

test('windows grow while they are fast and shrink when they are slow', () => {
  const blocks = blocksOf(
    Array.from({ length: 16 }, (_, number) => number),
    2,
  )
  const sizes: number[] = []
  for (const ms of [SEARCH_FAST_MS - 1, SEARCH_FAST_MS, SEARCH_SLOW_MS + 1, SEARCH_SLOW_MS + 1, SEARCH_SLOW_MS + 1]) {
    const { from, to } = blocks.take(-Infinity)!
    sizes.push((to + 1 - from) / 10)
    blocks.took(ms)
  }
  expect(sizes).toEqual([2, 4, 4, 2, 1])
})
