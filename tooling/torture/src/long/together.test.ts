import { expect, test } from 'vitest'
import { together } from './together.ts'
import type { Job } from './together.ts'

const untilAborted: Job = (signal) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

test('all jobs are told when the time is over, and waited for', async () => {
  let ended = 0
  const job: Job = async (signal) => {
    await untilAborted(signal)
    ended += 1
  }
  await together(10, [job, job])
  expect(ended).toBe(2)
})

test('one that fails ends the others, and is told', async () => {
  const fails: Job = () => Promise.reject(new Error('no'))
  await expect(together(60_000, [untilAborted, fails])).rejects.toThrow('no')
})
