/**
 * A child process for tests: takes numbered direct messages, tries and settles them in slices, and by turns holds a numbered own line
 * and gives it its post; names each on stdout once it is durable, until killed.
 */
import { writeSync } from 'node:fs'
import { SystemClock, silentLogger } from '@dchat/system'
import { openStore } from '../open-store.ts'
import { RECEIVED_MS, ownLine } from './builders.ts'
import { directPost, keyOf, talkWith, text, tried } from './sealed-builders.ts'

const [path = '', from = '0'] = process.argv.slice(2)
const store = openStore({ path, clock: new SystemClock(), logger: silentLogger })
const SLICE = 3

function say(what: string): void {
  writeSync(1, `${what}\n`)
}

async function hold(number: number): Promise<void> {
  const said = `own ${number}`
  const { seq } = await store.appendWaiting(ownLine(said, { room: talkWith(2), authorKey: keyOf(1) }), keyOf(2))
  say(said)
  const post = directPost('closed', { author: 1, own: true, time: RECEIVED_MS + 60_000 * number })
  await store.posts.append({ ...post, line: { room: talkWith(2), kind: 'text', text: said, seq } })
}

for (let next = Number(from); ; next += 4) {
  for (let number = next; number < next + 4; number += 1) {
    store.posts.add(directPost(text(`theirs ${number}`), { author: 2, time: RECEIVED_MS + 60_000 * number }))
  }
  await hold(next)
  for (let slice = store.posts.untried(SLICE); slice.length > 0; slice = store.posts.untried(SLICE)) {
    const opened = slice.map(tried)
    store.posts.settle(opened)
    for (const { revealed } of opened) if (revealed?.as === 'line') say(revealed.text)
  }
}
