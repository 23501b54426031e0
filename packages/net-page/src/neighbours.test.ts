import { expect, test } from 'vitest'
import { channel, netStatus } from './example.test-util.ts'
import { hostsByColor } from './hosts-by-color.ts'
import { neighboursOf } from './neighbours.ts'

const SLOT = { state: 'connected', url: 'tcp://a:1/', channel: 1, since: 0, error: null } as const
const SEED = { url: 'tcp://s:1/', state: 'answered', at: 0, hosts: 2, reason: null } as const

test('channels by session, then what has none: slots, peers that are tried again, seeds; each once', () => {
  const status = netStatus({
    channels: [
      channel({ id: 1, session: 'inbound', url: 'tcp://in:1/' }),
      channel({ id: 2, session: 'outbound' }),
      channel({ id: 3, session: 'manual' }),
      channel({ id: 4, session: 'seed', url: 'tcp://asked:1/' }),
    ],
    slots: [SLOT, { ...SLOT, state: 'sleeping', url: null, channel: null, error: 'refused' }],
    manual: [
      { url: 'tcp://m:1/', state: 'connected', next: null, reason: null },
      { url: 'tcp://n:1/', state: 'waiting', next: 5, reason: 'no answer' },
    ],
    seeds: [SEED, { ...SEED, url: 'tcp://asked:1/' }],
  })
  const all = neighboursOf(status, new Map(), 0)
  expect(all.map(({ key }) => key)).toEqual([
    'channel 2',
    'slot 1',
    'channel 3',
    'peer tcp://n:1/',
    'channel 4',
    'seed tcp://s:1/',
    'channel 1',
  ])
  expect(all.filter(({ isInbound }) => isInbound).map(({ key }) => key)).toEqual(['channel 1'])
  expect(all.map(({ about }) => about)).toEqual(
    expect.arrayContaining([
      'slot 1 is sleeping, for 0 s; last: refused',
      'peer tcp://n:1/ is waiting; last: no answer',
      'seed tcp://s:1/: answered, 2 hosts told',
    ]),
  )
})

test('a channel tells what goes over it', () => {
  const status = netStatus({ channels: [channel({ received_messages: 1, received_bytes: 2_048, version: null, posts: false })] })
  const [one] = neighboursOf(status, new Map([[1, { received: 100, sent: 24 }]]), 61_000)
  expect(one).toMatchObject({
    rate: 124,
    label: 'tcp://203.0.113.7:26662/',
    about:
      'outbound channel 1 with tcp://203.0.113.7:26662/, for 1 min; no version told, no posts; 1 message in (2.0 KiB), ' +
      '0 messages out (0 B), now 100 B/s in and 24 B/s out',
  })
})

test('of hosts each list has its part: a thousand grey ones hide no gold one', () => {
  const host = (color: 'grey' | 'gold', index: number) => ({ url: `tcp://${color}${index}:1/`, last_seen: 0, color })
  const rows = hostsByColor([...Array.from({ length: 1_000 }, (_, index) => host('grey', index)), host('gold', 1)])
  expect([rows.length, rows[0]!.color, rows[1]!.url]).toEqual([49, 'gold', 'tcp://grey0:1/'])
})
