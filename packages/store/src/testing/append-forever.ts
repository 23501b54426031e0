/** A child process for tests: appends numbered own lines, names each on stdout once it is acknowledged, until killed. */
import { writeSync } from 'node:fs'
import { SystemClock, silentLogger } from '@dchat/system'
import { openStore } from '../open-store.ts'
import { ownLine } from './builders.ts'

const [path = '', from = '0'] = process.argv.slice(2)
const store = openStore({ path, clock: new SystemClock(), logger: silentLogger })
const IN_FLIGHT = 8
for (let next = Number(from); ; next += IN_FLIGHT) {
  const batch = Array.from({ length: IN_FLIGHT }, (_, index) => store.append(ownLine(`line ${next + index}`)))
  for (const waiting of batch) writeSync(1, `${(await waiting).text}\n`)
}
