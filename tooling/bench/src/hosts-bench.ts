/**
 * Prints what the host lists cost when they are flooded.
 * Run: node --conditions=@dchat/source tooling/bench/src/hosts-bench.ts
 */
import { Hosts, HostColor, makeSettings } from '@dchat/net'
import { SeededRandom, silentLogger, SystemClock } from '@dchat/system'

const INSERTS = 1_000_000
const FILTERED = 200_000
const PICKS = 2_000

const clock = new SystemClock()
const random = new SeededRandom(1)
const settings = makeSettings({ outboundConnections: 8 })
const nowSec = Math.floor(clock.nowMs() / 1000)
/** A public address, another for each index below 2^24. */
const urlOf = (index: number): string => `tcp://20.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}:26661/`

function report(name: string, operations: number, run: () => void): void {
  const startMs = performance.now()
  run()
  const ms = performance.now() - startMs
  const perSecond = Math.round((operations * 1000) / ms).toLocaleString('en')
  console.log(`${name.padEnd(52)}${((ms * 1e6) / operations).toFixed(0).padStart(10)} ns/op${perSecond.padStart(14)} op/s`)
}

const makeHosts = (): Hosts<string> => new Hosts(settings, { clock, random, logger: silentLogger, isDialable: () => true })
const times = Array.from({ length: INSERTS }, () => nowSec - random.int(86_400))

const hosts = makeHosts()
report(`insert ${INSERTS.toLocaleString('en')} into the white list of 5,000`, INSERTS, () => {
  for (let index = 0; index < INSERTS; index += 1) hosts.container.store(HostColor.White, urlOf(index), times[index]!)
})

const newest = makeHosts()
report('the same, each seen later than all before', INSERTS, () => {
  for (let index = 0; index < INSERTS; index += 1) newest.container.store(HostColor.White, urlOf(index), nowSec - INSERTS + index)
})

const addrs = Array.from({ length: FILTERED }, (_, index) => ({ url: urlOf(index), lastSeenSec: times[index]! }))
/** What a peer tells in one message. */
const MESSAGE = 2_000
const tell = (told: Hosts<unknown>, peerOf: (message: number) => string): void => {
  for (let first = 0; first < FILTERED; first += MESSAGE) {
    told.insertFromPeer(addrs.slice(first, first + MESSAGE), peerOf(first / MESSAGE))
  }
}
const oneTells = makeHosts()
report('filter addresses from one peer into grey', FILTERED, () => tell(oneTells, () => 'tcp://9.9.9.9:1/'))
const manyTell = makeHosts()
report('the same from peers of 100 network groups', FILTERED, () => tell(manyTell, (peer) => `tcp://9.${peer}.9.9:1/`))

report('pick an outbound host by group out of 5,000', PICKS, () => {
  for (let pick = 0; pick < PICKS; pick += 1) hosts.pickOutbound(8)
})

report('answer getaddr (max 8) out of 5,000', PICKS, () => {
  for (let answer = 0; answer < PICKS; answer += 1) hosts.answerGetaddr({ max: 8, transports: ['tcp'] })
})
