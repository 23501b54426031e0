/** Eclipse by address flooding: of the lists on their own, and of a daemon among hosts of a network of spaces. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@dchat/e2e'
import type { DaemonNode } from '@dchat/e2e'
import { networkGroup } from '@dchat/net'
import { count, promise } from '../../experiment.ts'
import type { Experiment, Finding, Trial } from '../../experiment.ts'
import { PEER_PORT, daemonIn, urlIn } from '../../spaces/space-daemon.ts'
import { SpaceNetwork } from '../../spaces/space-network.ts'
import { Child } from '../child.ts'
import type { CrowdOrder, CrowdReport, CrowdTask } from './crowd.ts'
import { HONEST_MIN, SLOTS, floodLists, restartLists } from './host-lists.ts'

/** One honest host in each of so many network groups; hostile ones are nine times as many, in four. */
const HONEST = 100
const HOSTILE_GROUPS = [1, 2, 3, 4]
const PATIENCE_MS = 60_000
const GREY_OF_GROUP_MAX = 100
/** A quarter of grey. */
const GREY_OF_TELLER_MAX = 500

type Crowd = Child<CrowdOrder, CrowdReport>

const honest = Array.from({ length: HONEST }, (_, index) => `tcp://45.${index + 1}.0.1:${PEER_PORT}/`)
const hostile = HOSTILE_GROUPS.flatMap((group) =>
  Array.from({ length: (9 * HONEST) / HOSTILE_GROUPS.length }, (_, index) => `tcp://50.${group}.0.${index + 1}:${PEER_PORT}/`),
)
const isHonest = (url: string): boolean => url.startsWith('tcp://45.')

/** Half of the honest hosts had answered when the node last ran; of the others, and of all hostile ones, it had only heard. */
function knownHosts(): string {
  const nowSec = Math.floor(Date.now() / 1000)
  const line = (color: string, url: string): string => `${color}\t${url}\t${nowSec - 60}\n`
  const listed = honest.map((url, index) => line(index < HONEST / 2 ? 'white' : 'grey', url))
  return [...listed, ...hostile.map((url) => line('grey', url))].join('')
}

/**
 * Outbound channels that carry messages, once all slots have one or enough of them are honest: a slot that dials an invented
 * address takes its time to find out.
 */
async function outboundPeers(node: DaemonNode): Promise<string[]> {
  return until(
    'the outbound slots have channels',
    async () => {
      const { channels } = await node.client.call('p2p.get_info', [])
      const urls = channels.filter(({ session }) => session === 'outbound').map(({ url }) => url)
      return urls.length >= SLOTS || urls.filter(isHonest).length >= HONEST_MIN ? urls : undefined
    },
    { timeoutMs: PATIENCE_MS },
  )
}

async function listed(node: DaemonNode, ...colors: ('grey' | 'white' | 'gold')[]): Promise<string[]> {
  const lists = await Promise.all(colors.map((color) => node.client.call('hosts.list', { color })))
  return lists.flat().map(({ url }) => url)
}

/** What a flood leaves of a daemon's lists. */
async function floodDaemon(node: DaemonNode, { crowd, url }: { crowd: Crowd; url: string }): Promise<Finding[]> {
  const [before, greyBefore] = [await listed(node, 'white', 'gold'), new Set(await listed(node, 'grey'))]
  const from = HOSTILE_GROUPS.flatMap((group) => [`50.${group}.1.1`, `50.${group}.1.2`])
  const { told } = await crowd.ask({ flood: from, url })
  const after = new Set(await listed(node, 'white', 'gold'))
  const lost = before.filter((each) => !after.has(each)).length
  // What the file of the last run held had its share when it was told.
  const grey = (await listed(node, 'grey')).filter((each) => !greyBefore.has(each))
  const most = (keyOf: (each: string) => string): number =>
    Math.max(0, ...[...Map.groupBy(grey, keyOf).values()].map(({ length }) => length))
  const ofGroup = most(networkGroup)
  // By its port an invented address tells which group told it.
  const ofTeller = Math.max(
    0,
    ...HOSTILE_GROUPS.map((group) => grey.filter((each) => new URL(each).port === String(1_000 + group)).length),
  )
  return [
    promise(`a daemon that is told ${count(told)} addresses by ${from.length} hostile peers`, {
      outcome: `${lost} of ${before.length} white and gold entries lost`,
      aim: 'none',
      isMet: lost === 0 && told > 0,
    }),
    promise(`what is new in its grey list then, ${count(grey.length)} addresses`, {
      outcome: `${ofTeller} told by one group at most, ${ofGroup} of one group`,
      aim: `≤ ${GREY_OF_TELLER_MAX} and ≤ ${GREY_OF_GROUP_MAX}`,
      isMet: ofTeller > 0 && ofTeller <= GREY_OF_TELLER_MAX && ofGroup <= GREY_OF_GROUP_MAX,
    }),
  ]
}

async function liveRun(trial: Trial): Promise<Finding[]> {
  await using stack = new AsyncDisposableStack()
  const network = stack.use(await SpaceNetwork.create())
  const [victim, good, bad] = [await network.add(), await network.add(), await network.add()]
  await good.own('45.0.0.0/8')
  await bad.own('50.0.0.0/8')
  const script = new URL('crowd-process.ts', import.meta.url)
  const startCrowd = (within: readonly string[], task: CrowdTask): Crowd => stack.use(new Child(script, { within, task }))
  const crowds = [startCrowd(good.within, { urls: honest }), startCrowd(bad.within, { urls: hostile })] as const
  const url = urlIn(victim)
  await Promise.all(crowds.map((crowd) => crowd.ask({ flood: [], url })))
  const folder = stack.adopt(mkdtempSync(join(tmpdir(), 'eclipse-')), (path) => rmSync(path, { recursive: true }))
  const hostlist = join(folder, 'hostlist.tsv')
  writeFileSync(hostlist, knownHosts())
  const node = stack.use(
    daemonIn(victim, {
      net: [`hostlist = "${hostlist}"`, `outbound_connections = ${SLOTS}`],
      profile: ['outbound_connect_timeout = 3'],
    }),
  )
  await node.start()
  const picks = [(await outboundPeers(node)).filter(isHonest).length]
  const findings = await floodDaemon(node, { crowd: crowds[1], url })
  for (let restart = 0; restart < trial.of(1, 5); restart += 1) {
    trial.say(`restart ${restart + 1}`)
    await node.kill('SIGTERM')
    await node.start()
    picks.push((await outboundPeers(node)).filter(isHonest).length)
    await crowds[1].ask({ flood: HOSTILE_GROUPS.map((group) => `50.${group}.2.${restart + 1}`), url })
  }
  return [
    ...findings,
    promise(
      `honest ones among the outbound channels of the daemon, once it has ${HONEST_MIN} of them or all ${SLOTS} slots have one; it knows ${HONEST} honest hosts and ${hostile.length} hostile ones: at first, and after restarts`,
      {
        outcome: `${picks.join(', ')} of ${SLOTS} honest`,
        aim: `≥ ${HONEST_MIN} each time`,
        isMet: picks.every((honestPicks) => honestPicks >= HONEST_MIN),
      },
    ),
  ]
}

export const eclipse: Experiment = {
  part: 'peers',
  name: 'eclipse',
  claim: 'who floods a node with addresses of few networks does not come to hold its outbound slots',
  needs: ['nft'],
  run: async (trial) => [...floodLists(trial), restartLists(trial), ...(await liveRun(trial))],
}
