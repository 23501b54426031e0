/** What the host lists cost when they are flooded, beside a list that is sorted at each insert. */
import { HostColor, makeSettings } from '@dchat/net'
import { Hosts } from '@dchat/net/internal'
import { SeededRandom, silentLogger, SystemClock } from '@dchat/system'

const LIST = 5_000
const INSERTS = 1_000_000
/** As many that the slow list is done in a second or two. */
const SORTED_INSERTS = 2_000
const FILTERED = 200_000
/** What a peer tells in one message. */
const MESSAGE = 2_000
const PICKS = 2_000

export interface HostsRow {
  readonly label: string
  readonly operations: number
  readonly nsPerOp: number
  /** Nanoseconds; undefined for what is only there to compare with. */
  readonly aimNs: number | undefined
}

/** A public address, another for each index below 2^24. */
const urlOf = (index: number): string => `tcp://20.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}:26661/`

function measure(label: string, options: { operations: number; aimNs?: number }, run: () => void): HostsRow {
  const startMs = performance.now()
  run()
  const nsPerOp = ((performance.now() - startMs) * 1e6) / options.operations
  return { label, operations: options.operations, nsPerOp, aimNs: options.aimNs }
}

export function hostsBench(): HostsRow[] {
  const clock = new SystemClock()
  const random = new SeededRandom(1)
  const settings = makeSettings({ outboundConnections: 8 })
  const nowSec = Math.floor(clock.nowMs() / 1000)
  const makeHosts = (): Hosts<string> => new Hosts(settings, { clock, random, logger: silentLogger, isDialable: () => true })
  const times = Array.from({ length: INSERTS }, () => nowSec - random.int(86_400))
  const addrs = Array.from({ length: FILTERED }, (_, index) => ({ url: urlOf(index), lastSeenSec: times[index]! }))
  const tell = (told: Hosts<unknown>, peerOf: (message: number) => string): void => {
    for (let first = 0; first < FILTERED; first += MESSAGE) {
      told.insertFromPeer(addrs.slice(first, first + MESSAGE), peerOf(first / MESSAGE))
    }
  }
  const [hosts, newest, oneTells, manyTell] = [makeHosts(), makeHosts(), makeHosts(), makeHosts()] as const
  return [
    measure('insert into a full white list, any time', { operations: INSERTS, aimNs: 2_000 }, () => {
      for (let index = 0; index < INSERTS; index += 1) hosts.container.store(HostColor.White, urlOf(index), times[index]!)
    }),
    measure('  each seen later than all before', { operations: INSERTS, aimNs: 10_000 }, () => {
      const firstSec = nowSec - INSERTS
      for (let index = 0; index < INSERTS; index += 1) newest.container.store(HostColor.White, urlOf(index), firstSec + index)
    }),
    sortedInserts(nowSec),
    measure('take an address from a peer, filtered, all from one', { operations: FILTERED, aimNs: 20_000 }, () => {
      tell(oneTells, () => 'tcp://9.9.9.9:1/')
    }),
    measure('  from peers of 100 network groups', { operations: FILTERED, aimNs: 20_000 }, () => {
      tell(manyTell, (peer) => `tcp://9.${peer}.9.9:1/`)
    }),
    measure('pick an outbound host by group', { operations: PICKS, aimNs: 100_000 }, () => {
      for (let pick = 0; pick < PICKS; pick += 1) hosts.pickOutbound(8)
    }),
    measure('answer getaddr (8 addresses)', { operations: PICKS, aimNs: 100_000 }, () => {
      for (let answer = 0; answer < PICKS; answer += 1) hosts.answerGetaddr({ max: 8, transports: ['tcp'] })
    }),
  ]
}

/** The plain way: look the address up, add it, sort the whole list, drop the last. */
function sortedInserts(nowSec: number): HostsRow {
  const list = Array.from({ length: LIST }, (_, index) => ({ url: urlOf(index), lastSeenSec: nowSec - LIST + index }))
  return measure('  the same with a list sorted at each insert', { operations: SORTED_INSERTS }, () => {
    for (let index = 0; index < SORTED_INSERTS; index += 1) {
      const url = urlOf(LIST + index)
      if (list.some((host) => host.url === url)) continue
      list.push({ url, lastSeenSec: nowSec + index })
      list.sort((a, b) => b.lastSeenSec - a.lastSeenSec)
      list.length = LIST
    }
  })
}
