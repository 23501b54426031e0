/** Why there is no peer, in words for people: a sentence, and what to do about it. */
import type { ConnectionProblem, Failure, FailureCause } from '@dchat/net'
import type { NetProblem } from '@dchat/rpc'

/** Failures that a sentence names where they differ. */
const MAX_NAMED = 3

type Failing = Extract<ConnectionProblem, { readonly failures: readonly Failure[] }>

export function problemInWords(problem: ConnectionProblem): NetProblem {
  const [text, hint] = 'failures' in problem ? failingInWords(problem) : plainInWords(problem)
  return { kind: problem.kind, text, hint }
}

type Words = readonly [text: string, hint: string]

const STARTING: Readonly<Record<'seeds' | 'hosts' | 'peers', string>> = {
  seeds: 'The node is asking its seeds for others.',
  hosts: 'The node knows others and is connecting to the first of them.',
  peers: 'The node is connecting to its peers.',
}

function plainInWords(problem: Exclude<ConnectionProblem, Failing>): Words {
  switch (problem.kind) {
    case 'starting':
      return [STARTING[problem.waitsFor], 'This takes some seconds.']
    case 'no_seeds_no_peers':
      return [
        'The node knows nobody: it has neither seeds nor peers.',
        'Put `seeds` or `peers` into [net] of dchatd.toml, or connect to the address of somebody you know.',
      ]
    case 'no_hosts':
      return [
        'The seeds answered, but they know no other node yet.',
        'They are asked again from time to time. To be found by others the node has to listen (`inbound`) and say where (`external_addrs`).',
      ]
    case 'all_banned':
      return [
        'Every host that the node hears of is banned or blacklisted here.',
        '`bans.list` has the bans and `bans.remove` ends one; the `blacklist` stands in dchatd.toml.',
      ]
    case 'not_dialable':
      return [
        'The hosts that the node knows are reached in ways that it does not use, such as over tor.',
        'Put how they are reached into `active_profiles` or `mixed_profiles` of [net] in dchatd.toml.',
      ]
    case 'listen_only':
      return [
        'The node only waits for others, and nobody has come.',
        'Give others the address that it listens on, or set `outbound_connections` above 0 in [net] of dchatd.toml.',
      ]
    case 'no_way':
      return [
        'The node neither connects to anybody nor listens.',
        'Set `outbound_connections` above 0, `peers` or `inbound` in [net] of dchatd.toml.',
      ]
  }
}

function failingInWords(problem: Failing): Words {
  const { kind, cause, failures } = problem
  const why = reasonsOf(failures)
  const all = (noun: string): string => allOf(failures.length, noun)
  switch (kind) {
    case 'offline':
      return [
        `This computer seems to have no network: ${why}.`,
        'Check the connection of this computer. The node goes on trying by itself.',
      ]
    case 'proxy_fails':
      return [
        `Nobody can be reached through the proxy: ${why}.`,
        'Start the proxy, such as tor, or correct its address in dchatd.toml.',
      ]
    case 'wrong_network':
      return [`Whoever answers is of another network or version: ${why}.`, OTHER_NETWORK[cause] ?? OTHER_NETWORK.mixed!]
    case 'seeds_failed':
      return [`${all('seed')} failed: ${why}.`, SEED_HINTS[cause] ?? SEED_HINTS.mixed!]
    case 'peers_fail':
      return [
        `${all('peer')} to be kept cannot be reached: ${why}.`,
        'Check the address, and whether dchatd runs there and its port is open. The node goes on trying by itself.',
      ]
    case 'dials_fail':
      return [
        `${all('host')} tried last cannot be reached: ${why}.`,
        HOST_HINTS[cause] ?? 'They may have gone, or a firewall is in between. The node goes on with others by itself.',
      ]
  }
}

type Hints = Readonly<Partial<Record<FailureCause | 'mixed', string>>>

const OTHER_NETWORK: Hints = {
  other_network: 'Check `magic_bytes` and `seeds` in [net] of dchatd.toml: both have to be those of one network.',
  other_version: 'Use the version of dchatd that the others use, and check `app_name` and `seeds` in [net] of dchatd.toml.',
  mixed: 'Check `magic_bytes`, `app_name` and `seeds` in [net] of dchatd.toml, and the version of dchatd.',
}

const SEED_HINTS: Hints = {
  not_resolvable: 'Check how `seeds` are spelt in [net] of dchatd.toml, and that this computer can look up names.',
  mixed:
    'They may be down: they are asked again. Meanwhile connect to the address of somebody you know, or name another of `seeds` in [net] of dchatd.toml.',
}

const HOST_HINTS: Hints = {
  closed: 'They may be full, or have banned this node. The node goes on with others by itself.',
  other_version: 'Use the version of dchatd that the others use.',
}

function allOf(count: number, noun: string): string {
  if (count === 1) return `The ${noun}`
  return count === 2 ? `Both ${noun}s` : `All ${count} ${noun}s`
}

/** One reason where it is the same for all, else the first few with who gave them. */
function reasonsOf(failures: readonly Failure[]): string {
  const texts = new Set(failures.map(({ reason }) => reason.text))
  const [first] = texts
  if (texts.size === 1) return failures.length === 1 ? `${first} (${failures[0]!.url})` : first!
  const named = failures.slice(0, MAX_NAMED).map(({ url, reason }) => `${url}: ${reason.text}`)
  const more = failures.length - named.length
  return more > 0 ? `${named.join('; ')}; and ${more} more` : named.join('; ')
}
