/**
 * A child process for tests: appends numbered own lines and posts by turns, names each on stdout once it is acknowledged, until
 * killed. Posts are of a minute each, so that no quota drops one.
 */
import { writeSync } from 'node:fs'
import { SystemClock, silentLogger } from '@dchat/system'
import { openStore } from '../open-store.ts'
import { RECEIVED_MS, newPost, ownLine } from './builders.ts'

const [path = '', from = '0'] = process.argv.slice(2)
const store = openStore({ path, clock: new SystemClock(), logger: silentLogger })
const IN_FLIGHT = 8

async function append(number: number): Promise<string> {
  if (number % 2 === 0) return (await store.append(ownLine(`line ${number}`))).text
  return (await store.posts.append(newPost(`post ${number}`, { time: RECEIVED_MS + 60_000 * number }))).post.body
}

for (let next = Number(from); ; next += IN_FLIGHT) {
  const batch = Array.from({ length: IN_FLIGHT }, (_, index) => append(next + index))
  for (const waiting of batch) writeSync(1, `${await waiting}\n`)
}
