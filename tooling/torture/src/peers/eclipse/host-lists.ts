/** The lists of a node on their own: a million addresses from hostile tellers, and restarts where nearly all addresses are hostile. */
import { HostColor, networkGroup } from '@dchat/net'
import { addressList, fillSlots, honestUrl, hostWorld, spreadUrl } from '@dchat/net/internal'
import { count, promise } from '../../experiment.ts'
import type { Finding, Trial } from '../../experiment.ts'

const { Grey, White, Gold } = HostColor
const HONEST_TELLER = 'tcp://9.9.9.9:9/'
/** Groups of hostile tellers and of hostile addresses. */
const GROUPS = 4
/** Source: docs/limits.md, *Hosts and bans*: grey holds 2,000, a quarter from one teller group, a twentieth of one told group. */
const OF_TELLER_MAX = 500
const OF_GROUP_MAX = 100
export const SLOTS = 8
/** What of them has to be honest. */
export const HONEST_MIN = 6

const BATCH = 1_000
/** By its port an address tells which group of tellers told it. */
const PORT = 2_000

export function floodLists(trial: Trial): Finding[] {
  const { hosts, nowSec } = hostWorld({}, trial.seed)
  for (let index = 0; index < 308; index += 1) hosts.container.store(index < 300 ? White : Gold, honestUrl(index), 1)
  const known = (): string => JSON.stringify([White, Gold].map((color) => hosts.container.entries(color)))
  const before = known()
  const inserts = trial.of(100_000, 1_000_000)
  let ofTeller = 0
  let ofGroup = 0
  for (let from = 0; from < inserts; from += BATCH) {
    const teller = (from / BATCH) % GROUPS
    // Every fifth message is of one network group, whoever tells it.
    const isOneGroup = (from / BATCH) % 5 === 4
    const urlOf = (index: number): string =>
      isOneGroup ? `tcp://77.7.${index >> 8}.${index & 255}:${PORT + teller}/` : spreadUrl(from + index, PORT + teller)
    hosts.insertFromPeer(addressList(BATCH, urlOf, nowSec), `tcp://66.${teller}.${trial.random.int(256)}.1:${PORT}/`)
    if (from % (50 * BATCH) !== 0 && from + BATCH < inserts) continue
    const grey = hosts.container.entries(Grey).map(({ url }) => url)
    ofTeller = Math.max(
      ofTeller,
      most(grey, (url) => new URL(url).port),
    )
    ofGroup = Math.max(ofGroup, most(grey, networkGroup))
  }
  return [
    promise(`${count(inserts)} addresses from hostile peers of ${GROUPS} network groups`, {
      outcome: known() === before ? 'no white or gold entry moved' : 'white or gold entries moved',
      aim: 'none moved',
      isMet: known() === before,
    }),
    promise('the same, and the grey list of 2,000', {
      outcome: `at most ${ofTeller} told by one group, ${ofGroup} of one group`,
      aim: `≤ ${OF_TELLER_MAX} (25 %) and ≤ ${OF_GROUP_MAX} (5 %)`,
      isMet: ofTeller > 0 && ofTeller <= OF_TELLER_MAX && ofGroup <= OF_GROUP_MAX,
    }),
  ]
}

function most(urls: readonly string[], keyOf: (url: string) => string): number {
  return Math.max(0, ...[...Map.groupBy(urls, keyOf).values()].map(({ length }) => length))
}

/** Lists of 200 honest and 1,800 hostile addresses; in every other restart all that hostile groups got in have answered us. */
export function restartLists(trial: Trial): Finding {
  const restarts = trial.of(10, 50)
  const honest = Array.from({ length: restarts }, (_, restart) => honestPicks(trial.seed * 1_000 + restart, restart % 2 === 0))
  const fewest = Math.min(...honest)
  return promise(`${restarts} restarts of the lists with 90 % hostile addresses of ${GROUPS} groups, ${SLOTS} picks each`, {
    outcome: `${honest.filter((picks) => picks >= HONEST_MIN).length} with at least ${HONEST_MIN} honest; fewest ${fewest}`,
    aim: `at least ${HONEST_MIN} of ${SLOTS} in each`,
    isMet: fewest >= HONEST_MIN,
  })
}

function honestPicks(seed: number, haveAnswered: boolean): number {
  const { hosts, nowSec } = hostWorld({}, seed)
  hosts.insertFromPeer(addressList(200, honestUrl, nowSec - 3_600), HONEST_TELLER)
  for (let group = 0; group < GROUPS; group += 1) {
    const entries = addressList(450, (index) => `tcp://66.${group}.${index >> 8}.${index & 255}:1/`, nowSec)
    hosts.insertFromPeer(entries, `tcp://66.${group}.9.9:1/`)
    if (haveAnswered) for (const { url } of entries) hosts.promoteToWhite(url)
  }
  for (let index = 0; index < 50; index += 1) hosts.promoteToWhite(honestUrl(index))
  return fillSlots(hosts, SLOTS).filter((url) => !url.startsWith('tcp://66.')).length
}
