/** The network: peers, known hosts, bans, and how it all does. */
import { Array as List, Integer, Optional, String } from 'typebox/type'
import { DEFAULT_BAN_HOURS } from '../defaults.ts'
import { MAX_ADDRESS_CHARACTERS, MAX_BAN_HOURS } from '../limits.ts'
import { defineMethod } from './define.ts'
import { EXAMPLE_NET_STATUS } from './example-net-status.ts'
import { netStatus } from './network-shapes.ts'
import { channelId, oneOf, record, unixTime, yes } from './parts.ts'
import { HOST_COLORS, ban, host } from './shapes.ts'

const CHAT = ['dchatd'] as const

const address = { minLength: 1, maxLength: MAX_ADDRESS_CHARACTERS }
const banTarget = (description: string) => String({ ...address, description, examples: ['203.0.113.7'] })

const EXAMPLE_BAN = {
  target: '203.0.113.7',
  until: 1_795_773_600,
  count: 1,
  reason: 'NET_UNKNOWN_COMMAND',
  detail: 'command=what',
}

export const NETWORK_METHODS = {
  'p2p.connect': defineMethod({
    summary: 'Connects to a peer; true once the handshake succeeded.',
    access: 'write',
    programs: CHAT,
    params: { url: String({ ...address, description: 'Address of the peer.', examples: ['tcp://host:port'] }) },
    result: yes,
    errors: ['connect_failed'],
    example: { params: { url: 'tcp://203.0.113.7:26662' }, result: true },
  }),
  'p2p.disconnect': defineMethod({
    summary: 'Closes a channel; true once it is closed. Its peer is not kept connected any more.',
    access: 'write',
    programs: CHAT,
    params: { channel: channelId('Its id, as `p2p.get_info` lists it.') },
    result: yes,
    errors: ['not_found'],
    example: { params: { channel: 7 }, result: true },
  }),
  'net.status': defineMethod({
    summary: 'What the node does to have peers: channels, slots, seeds, hosts, bans, traffic, and why there is no peer.',
    details:
      'Put together when it is asked for. `problem` answers "why am I not connected?" in a sentence for people; it is null while there is ' +
      'a peer. Addresses, versions and features are as peers told them: a client makes them safe to show.',
    access: 'read',
    programs: CHAT,
    since: '1.4.0',
    params: {},
    result: netStatus,
    example: { params: {}, result: EXAMPLE_NET_STATUS },
  }),
  'net.subscribe': defineMethod({
    summary: 'Follows what the network does. Gives a subscription id.',
    details:
      'Notifications: `net.event {subscription, time, event, info}`, with the events of `dnet.subscribe_events`, but without ' +
      '`dnet.switch`, which stays as it is for others. One a connection, until it ends or `chat.unsubscribe`; not over HTTP. A client that ' +
      'reads too slowly loses events: beyond 1 MiB that waits for it nothing more is queued until it has read.',
    access: 'read',
    programs: CHAT,
    since: '1.4.0',
    params: {},
    result: String({ description: 'Id of the subscription; asking again gives the same.' }),
    example: { params: {}, result: 'net-1' },
  }),
  'net.page': defineMethod({
    summary: 'Where a browser shows the network, with a ticket that opens the page once, within two minutes.',
    details:
      'The page reads what `net.status`, `net.subscribe`, `hosts.list` and `node.get_info` tell, and may call nothing else: docs/net-page.md. ' +
      'Tickets are given to the owner alone (the Unix socket, the cookie); who has a token enters it in the page.',
    access: 'write',
    programs: CHAT,
    since: '1.6.0',
    params: {},
    result: record({
      url: String({ description: 'Address of the page. Behind the `#` is the ticket: a secret until it is used.' }),
      expires: unixTime('ms', 'Unix ms. When the ticket ends.'),
    }),
    errors: ['not_found'],
    example: {
      params: {},
      result: { url: 'http://127.0.0.1:51054/net#5be1…', expires: 1_795_687_320_000 },
    },
  }),
  'hosts.list': defineMethod({
    summary: 'The hosts this node knows, those seen last first.',
    access: 'read',
    programs: CHAT,
    since: '1.1.0',
    params: { color: Optional(oneOf(HOST_COLORS, { description: 'Only this list. All five without it.' })) },
    result: List(host, { description: 'One for each address.' }),
    example: {
      params: { color: 'gold' },
      result: [{ url: 'tcp+tls://203.0.113.7:26662/', last_seen: 1_795_687_200, color: 'gold' }],
    },
  }),
  'bans.list': defineMethod({
    summary: 'The bans that run, the one that ends last first.',
    details: 'One that has ended is listed no more; a week long it still counts where the same target offends again.',
    access: 'read',
    programs: CHAT,
    since: '1.1.0',
    params: {},
    result: List(ban, { description: 'One for each target.' }),
    example: { params: {}, result: [EXAMPLE_BAN] },
  }),
  'bans.add': defineMethod({
    summary: 'Bans a host, and closes its channels.',
    details:
      'It replaces a ban there is. Peers of the configuration and hosts of `never_ban` cannot be banned. A host on all its ports and ' +
      'schemes by its IP (IPv6: its /64 network) or name; one port of it by `host:port` or a URL.',
    access: 'write',
    programs: CHAT,
    since: '1.1.0',
    params: {
      target: banTarget('What to ban.'),
      hours: Optional(Integer({ minimum: 1, maximum: MAX_BAN_HOURS, default: DEFAULT_BAN_HOURS, description: 'For how long.' })),
    },
    result: yes,
    example: { params: { target: '203.0.113.7', hours: 48 }, result: true },
  }),
  'bans.remove': defineMethod({
    summary: 'Ends a ban and forgets its count.',
    details: 'Also the count of one that has ended, for as long as it is remembered.',
    access: 'write',
    programs: CHAT,
    since: '1.1.0',
    params: { target: banTarget('What is banned, as `bans.list` or the one who banned it wrote it.') },
    result: yes,
    errors: ['not_found'],
    example: { params: { target: '203.0.113.7' }, result: true },
  }),
}
