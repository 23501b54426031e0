/** No junk becomes a setting, and a change that is refused leaves no trace. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isNetError } from './errors.ts'
import { P2p } from './p2p.ts'
import { DEFAULT_PROFILE, DEFAULT_SETTINGS, makeSettings } from './settings.ts'
import type { Settings } from './settings.ts'
import { systemTransports } from './transports/transport-table.ts'

const KEYS = Object.keys(DEFAULT_SETTINGS) as (keyof Settings)[]
const transports = systemTransports()
const SHUNNED = 'tcp://9.9.9.9:9/'

/** Values that are right for some key and wrong for others, or nearly right. */
const nearMiss = fc.constantFrom<unknown>(
  ...[Number.NaN, -5, 0, 0.5, 10, 70, 65_536, Number.POSITIVE_INFINITY, 10n, null, undefined, true, '', 'x', 'strict', 'tcp'],
  ...['tcp://1.2.3.4:5', 'socks5://127.0.0.1:9/', new Uint8Array(4), [], ['tcp'], ['bogus'], ['tcp://1.2.3.4:5'], ['1.2.3.4/8']],
  ...[['tcp://1.2.3.4'], [['chat', 1]], [['chat', -1]], [undefined], {}, new Map(), new Map([['tcp', DEFAULT_PROFILE]])],
  new Map<unknown, unknown>([['tcp', { ...DEFAULT_PROFILE, channelHeartbeatIntervalMs: Number.NaN }]]),
  [{ host: '1.2.3.4', schemes: [], ports: [] }],
  [{ host: '1.2.3.4', schemes: 'tcp', ports: [0] }],
  { major: 1n, minor: 2n, patch: 3n, pre: '', build: '' },
  { major: 1, minor: 2, patch: 3 },
)
const junk = fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), fc.string()), fc.oneof(nearMiss, fc.anything()), { maxKeys: 3 })

const untouched = [false, [], true]

/** What `work` gives or throws. */
function attempt(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

test('a reload takes over settings that are valid as a whole, or throws a NetError and changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(junk, async (changes) => {
      const node = P2p.create({ neverBan: ['8.8.8.8'] }, { transports })
      const before = { ...node.settings }
      const shun = [{ host: '9.9.9.9', schemes: ['tcp'], ports: [] }]
      const change = { blacklist: shun, neverBan: [], externalAddrs: [SHUNNED], ...changes } as Partial<Settings>
      const outcome = await node.reload(change).catch((error: unknown) => error)
      const { hosts } = node
      const traces = [hosts.isBanned(SHUNNED, 'outbound'), hosts.externalAddrs, hosts.isVouchedFor('tcp://8.8.8.8:1/')]
      const isRefused = isNetError(outcome, 'NET_SETTINGS_INVALID') && outcome.data.key in change
      // What was refused has changed nothing, what was taken is valid as it stands.
      expect(isRefused || Array.isArray(outcome)).toBe(true)
      expect(node.settings).toEqual(isRefused ? before : makeSettings(node.settings))
      expect(isRefused ? traces : untouched).toEqual(untouched)
    }),
    { numRuns: 300 },
  )
})

test('a node is made of settings that are valid, or not at all', () => {
  fc.assert(
    fc.property(junk, (settings) => {
      const made = attempt(() => P2p.create(settings as Partial<Settings>, { transports }))
      const isRefused = isNetError(made, 'NET_SETTINGS_INVALID') && made.data.key in settings
      expect(isRefused || made instanceof P2p).toBe(true)
      const kept = made instanceof P2p ? made.settings : makeSettings({})
      expect(makeSettings(kept)).toEqual(kept)
    }),
    { numRuns: 300 },
  )
})
