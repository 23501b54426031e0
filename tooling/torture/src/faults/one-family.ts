/** Hosts that have one kind of address: each finds, over those that have both, whoever has the other. */
import { until } from '@dchat/e2e'
import type { DaemonNode } from '@dchat/e2e'
import { promise } from '../experiment.ts'
import type { Experiment, Finding } from '../experiment.ts'
import { NameServer } from '../spaces/name-server.ts'
import { PEER_PORT, daemonIn, urlIn } from '../spaces/space-daemon.ts'
import { SpaceNetwork } from '../spaces/space-network.ts'
import { Talk } from './talk.ts'

const PATIENCE_MS = 40_000
const DEAD_IPV4 = '44.250.0.1'
const DEAD_IPV6 = '2600:250::1'
/** Each way: a connection takes longer than Node gives to one of several addresses of a name by default (250 ms). */
const ONE_WAY_MS = 600

export const oneFamily: Experiment = {
  part: 'faults',
  name: 'one-family',
  claim: 'a host without IPv6, or without IPv4, takes part as any other, also by names that have addresses of both kinds',
  needs: ['nft'],
  run: async () => {
    await using stack = new AsyncDisposableStack()
    const network = stack.use(await SpaceNetwork.create())
    const both = await network.add({ isSlow: true })
    const [four, six] = [await network.add({ ipv6: false }), await network.add({ ipv4: false })]
    const [whole, wholeToo] = [await network.add(), await network.add()]
    both.setDelay(ONE_WAY_MS)
    const dnsSpace = await network.add()
    const names = {
      'both.example': [both.ipv6, both.ipv4],
      // The other address is nobody's: packets to it are answered by none.
      'six.example': [both.ipv6, DEAD_IPV4],
      'four.example': [DEAD_IPV6, both.ipv4],
    }
    const dns = [
      stack.use(await NameServer.start(dnsSpace, names, dnsSpace.ipv4)),
      stack.use(await NameServer.start(dnsSpace, names, dnsSpace.ipv6)),
    ]
    const middle = stack.use(daemonIn(both, { net: [], also: [`tcp://[${both.ipv6}]:${PEER_PORT}`] }))
    await middle.start()
    // A client that says nothing for seconds is closed.
    await middle.reaches('run')
    const peer = `peers = ["tcp://both.example:${PEER_PORT}"]`
    // Each is told of an address it cannot dial, too.
    const fourNode = stack.use(daemonIn(four, { within: dns[0]!.within, net: [peer, `seeds = ["${urlIn(both, 'ipv6')}"]`] }))
    const sixNode = stack.use(
      daemonIn(six, { within: dns[1]!.within, family: 'ipv6', net: [peer, `seeds = ["${urlIn(both)}"]`] }),
    )
    const halves = [
      [whole, 'six'],
      [wholeToo, 'four'],
    ] as const
    const [sixHalf, fourHalf] = halves.map(([space, name]) =>
      stack.use(daemonIn(space, { within: dns[0]!.within, net: [`peers = ["tcp://${name}.example:${PEER_PORT}"]`] })),
    )
    await Promise.all([fourNode, sixNode, sixHalf!, fourHalf!].map((node) => node.start()))
    const findings = await Promise.all([
      dials(fourNode, 'without IPv6 dials a name with addresses of both kinds'),
      dials(sixNode, 'without IPv4 dials a name with addresses of both kinds'),
      dials(sixHalf!, 'with both dials a name whose IPv4 address is dead'),
      dials(fourHalf!, 'with both dials a name whose IPv6 address is dead'),
    ])
    const talk = await Talk.among([fourNode, middle, sixNode])
    for (const node of [fourNode, middle, sixNode]) await talk.say(node)
    const everywhereMs = await talk.isEverywhere(PATIENCE_MS)
    const { missing, doubled } = await talk.losses()
    findings.push(
      promise('one without IPv6, one without IPv4 and one with both talk', {
        outcome: `${missing} lines missing, ${doubled} doubled`,
        aim: 'none',
        isMet: everywhereMs !== undefined && missing === 0 && doubled === 0,
      }),
    )
    return findings
  },
}

async function dials(node: DaemonNode, words: string): Promise<Finding> {
  const isDialled = async (): Promise<boolean> => (await node.info()).peers.manual > 0
  const isConnected = await until('it has dialled', isDialled, { timeoutMs: PATIENCE_MS }).catch(() => false)
  return promise(`a host ${words}, ${2 * ONE_WAY_MS} ms away`, {
    outcome: isConnected ? 'connected' : 'never connected',
    aim: 'connected',
    isMet: isConnected,
  })
}
