/** A child process for tests: appends numbered lines while a small index follows, names each on stdout once it is acknowledged, until killed. */
import { writeSync } from 'node:fs'
import { SystemClock, silentLogger } from '@dchat/system'
import { openStore } from '../open-store.ts'
import { line } from './builders.ts'

const [path = '', from = '0'] = process.argv.slice(2)
const searchBounds = { batchLines: 3, minStaleLines: 20, purgeLines: 50 }
const store = openStore({ path, clock: new SystemClock(), logger: silentLogger, searchBounds, maxBytes: 40_000 })
for (let next = Number(from); ; next += 1) writeSync(1, `${(await store.append(line(`line ${next}`))).text}\n`)
