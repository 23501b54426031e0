/** What `net.status` and `net.event` speak of. Times are Unix ms. */
import { Array as List, Boolean, String, Unknown } from 'typebox/type'
import { channelId, count, nullable, oneOf, record, strings, unixTime } from './parts.ts'
import { ban, hostCounts, sessionName } from './shapes.ts'

const time = (description: string) => unixTime('ms', `Unix ms. ${description}`)

/** As the reference counts, in whole frames. */
const traffic = {
  received_messages: count('Messages that came.'),
  received_bytes: count('Bytes that came.'),
  sent_messages: count('Messages that were sent.'),
  sent_bytes: count('Bytes that were sent.'),
}

const channel = record({
  id: channelId('Its id, for `p2p.disconnect`.'),
  url: String({ description: 'Address of the peer.' }),
  session: sessionName,
  since: time('When it was made.'),
  version: nullable(String(), 'Version of its application, as the peer told it; null when it told none.'),
  features: strings('Extensions that the peer told.'),
  posts: Boolean({ description: 'Whether both sides speak posts on it.' }),
  ...traffic,
})

const slot = record({
  state: oneOf(['sleeping', 'connecting', 'connected', 'stopped'], {
    description: '`sleeping`: there is no host to try; `connecting`: dials one, or exchanges versions with it.',
  }),
  url: nullable(String(), 'Address that it dials or holds.'),
  channel: nullable(channelId('Its id.'), 'The channel that it holds.'),
  since: time('When it came into this state.'),
  error: nullable(String(), 'Why its last try failed or its last channel ended; null while one works, and before the first.'),
})

const seed = record({
  url: String({ description: 'Its address, as configured.' }),
  state: oneOf(['unasked', 'asking', 'answered', 'failed'], { description: 'What came of asking it last.' }),
  at: nullable(time('When it came into this state.'), 'Null while it was not asked.'),
  hosts: nullable(count('How many.'), 'Addresses that it told when it answered last; null when it did not.'),
  reason: nullable(String(), 'Why it did not answer when it was asked last; null when it did, or was never asked.'),
})

const manual = record({
  url: String({ description: 'Its address.' }),
  state: oneOf(['connecting', 'connected', 'waiting'], { description: '`waiting`: it is tried again at `next`.' }),
  next: nullable(time('When it is tried again.'), 'Null unless it waits.'),
  reason: nullable(String(), 'Why the last try failed or the last channel ended; null while one works, and before the first.'),
})

export const netStatus = record({
  channels: List(channel, { description: 'The live channels.' }),
  slots: List(slot, { description: 'The outbound slots, in the order of `outbound_slots` of `p2p.get_info`.' }),
  discovery: record(
    {
      state: oneOf(['off', 'wait', 'getaddr', 'seed'], {
        description:
          '`off`: there are no slots; `wait`: nobody lacks hosts, or it pauses until `next`; else whom it asks just now.',
      }),
      attempt: count('Questions since hosts were last found.'),
      next: nullable(time('When it looks again at the latest.'), 'Null unless it pauses.'),
    },
    'How hosts are looked for while slots lack them.',
  ),
  seeds: List(seed, { description: 'The seeds of the configuration.' }),
  manual: List(manual, { description: 'Peers that are kept connected, of the configuration and of `p2p.connect`.' }),
  listeners: List(
    record({
      url: String({ description: 'Address that is listened on, with its real port.' }),
      reachable: nullable(
        Boolean(),
        'True once a peer has come in over it, or over another of these, since the start. Null: not known, nobody came.',
      ),
    }),
    { description: 'Where peers are listened for.' },
  ),
  hosts: hostCounts,
  bans: List(ban, { description: 'The bans that run, the one that ends last first; at most 100. `bans.list` has all.' }),
  traffic: List(
    record({ command: String({ description: 'The message; `other` for those that nobody takes here.' }), ...traffic }),
    {
      description: 'What came and went since the start, by message, most bytes first. Bytes of `other` are not counted.',
    },
  ),
  dial_failures: List(
    record({
      url: String({ description: 'Address that was dialled.' }),
      session: sessionName,
      at: time('When it failed.'),
      reason: String({ description: 'Why, for people.' }),
    }),
    { description: 'Who could not be connected, the newest first; at most 32.' },
  ),
  problem: nullable(
    record({
      kind: oneOf(
        [
          'starting',
          'offline',
          'no_seeds_no_peers',
          'seeds_failed',
          'no_hosts',
          'dials_fail',
          'peers_fail',
          'all_banned',
          'not_dialable',
          'proxy_fails',
          'wrong_network',
          'listen_only',
          'no_way',
        ],
        { description: 'Which; `starting`: nothing has failed yet.' },
      ),
      text: String({ description: 'What is wrong: one sentence for people.' }),
      hint: String({ description: 'What to do about it.' }),
    }),
    'Why there is no peer; null while there is one.',
  ),
})

export const netEvent = record(
  {
    subscription: String({ description: 'Id of the subscription, as `net.subscribe` gave it.' }),
    time: time('When it happened.'),
    event: String({ description: 'What: a name of docs/node.md, *dnet events*.' }),
    info: Unknown({ description: 'More about it, as the event has it.' }),
  },
  'Something happened on the network.',
)
