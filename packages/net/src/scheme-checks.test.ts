/** A node takes the schemes that its transports serve, and names them where it takes none. */
import { describe, expect, test } from 'vitest'
import { P2p } from './p2p.ts'
import { DEFAULT_PROFILE } from './settings.ts'
import type { Settings } from './settings.ts'
import { systemTransports } from './transports/transport-table.ts'
import type { Transport, TransportTable } from './transports/transport.ts'

const idle: Transport = {
  dial: () => Promise.reject(new Error('not asked')),
  listen: () => Promise.reject(new Error('not asked')),
}
const tableOf = (...schemes: string[]): TransportTable => new Map(schemes.map((scheme) => [scheme, idle]))
const OWN = new Map([...systemTransports(), ['ws', idle] as const])

const refused = (key: string, reason: unknown = expect.any(String)): unknown =>
  expect.objectContaining({ code: 'NET_SETTINGS_INVALID', data: { key, reason } })

describe('a node is made', () => {
  test.each<[string, Partial<Settings>, TransportTable | undefined]>([
    ['with what the library has', { activeProfiles: [...systemTransports().keys()] }, undefined],
    ['with an own scheme beside those', { activeProfiles: ['tcp', 'ws'], mixedProfiles: ['ws'] }, OWN],
    ['with an own scheme alone', { activeProfiles: ['ws'], peers: ['ws://a.example/chat'] }, tableOf('ws')],
    ['with what is only carried', { activeProfiles: ['tor', 'tcp'], mixedProfiles: ['tcp'] }, tableOf('tor')],
    ['with nothing to dial', { activeProfiles: [] }, tableOf()],
    ['with times and bans of what is not in use', { profiles: new Map([['quic', DEFAULT_PROFILE]]) }, undefined],
    ['with bans of an own scheme', { blacklist: [{ host: 'a', schemes: ['ws', 'tls'], ports: [] }] }, OWN],
    ['with peers that nothing dials yet', { peers: ['quic://a.example:1'], seeds: ['tls://a.example:1'] }, undefined],
  ])('%s', (_, settings, transports) => {
    expect(P2p.create(settings, transports === undefined ? {} : { transports }).settings).toMatchObject(settings)
  })
})

describe('a node is refused', () => {
  test.each<[keyof Settings, Partial<Settings>, TransportTable | undefined]>([
    ['activeProfiles', { activeProfiles: ['tcp', 'quic'] }, undefined],
    ['activeProfiles', { activeProfiles: ['tls'] }, undefined],
    ['activeProfiles', { activeProfiles: ['ws'] }, undefined],
    ['activeProfiles', { activeProfiles: ['tcp'] }, tableOf('tor')],
    ['activeProfiles', {}, tableOf('ws')],
    ['mixedProfiles', { mixedProfiles: ['quic'] }, undefined],
    ['mixedProfiles', { activeProfiles: ['ws'], mixedProfiles: ['tor'] }, tableOf('ws', 'tcp')],
    ['profiles', { profiles: new Map([['ws', DEFAULT_PROFILE]]) }, undefined],
    ['blacklist', { blacklist: [{ host: 'a', schemes: ['tcp', 'htp'], ports: [] }] }, undefined],
    ['inbound', { inbound: ['htp://127.0.0.1:1'] }, undefined],
    ['peers', { peers: ['tcp://a.example:1', 'htp://a.example:1'] }, undefined],
    ['seeds', { seeds: ['htp://a.example:1'] }, undefined],
  ])('for %s %j', (key, settings, transports) => {
    expect(() => P2p.create(settings, transports === undefined ? {} : { transports })).toThrow(refused(key) as Error)
  })

  test('with the names of those there are', () => {
    const create = (settings: Partial<Settings>) => (): P2p => P2p.create(settings, { transports: tableOf('tcp', 'ws') })
    const served = 'no transport serves "quic": there are tcp, ws'
    expect(create({ activeProfiles: ['quic'] })).toThrow(refused('activeProfiles', served) as Error)
    const known = expect.stringMatching(/^"tpc" is not a transport: tcp, tcp\+tls, tls, .*unix, ws$/)
    expect(create({ peers: ['tpc://a.example:1'] })).toThrow(refused('peers', known) as Error)
  })
})

test('a change of settings is held to the transports of the node', async () => {
  const node = P2p.create({}, { transports: OWN })
  expect(await node.reload({ profiles: new Map([['ws', DEFAULT_PROFILE]]) })).toEqual(['profiles'])
  await expect(node.reload({ nodeId: 'new', peers: ['htp://a.example:1'] })).rejects.toEqual(refused('peers'))
  expect([node.settings.nodeId, node.settings.peers]).toEqual(['', []])
})
