/** What several methods and notifications speak of. */
import { Array as List, Boolean, String } from 'typebox/type'
import { channelId, count, nullable, oneOf, record, seq, strings, unixTime } from './parts.ts'

export const author = record(
  {
    key: nullable(String(), "Hex of the author's public key, null for unsigned lines."),
    nick: nullable(String(), 'The name the author goes by; null for unsigned lines of others.'),
    tag: nullable(String(), 'Short form of the key that tells apart two authors of one nick; null without a key.'),
    held: Boolean({
      description:
        'Whether the nick is that of this key alone here: it was verified, or used it long before anybody else. Then it is shown bare, ' +
        'else as `nick#tag`.',
    }),
    from: nullable(String(), 'Address of the peer an unsigned line came from; null for signed and own lines.'),
    verified: nullable(
      Boolean(),
      'In a private room: whether an identity vouches for the key he writes with there, `key` being that identity then; null elsewhere.',
    ),
    room_key: nullable(
      String(),
      'In a private room: hex of the key he writes with there, which is of that room alone; null elsewhere.',
    ),
    known_as: nullable(
      String(),
      'Hex of another key that is known here under the same nick: one that holds it, was verified, or has written with you. A client ' +
        'says so loudly: this may be somebody who pretends. Null when there is none.',
    ),
  },
  'Who wrote a line, as he calls himself now. For unsigned lines of others only `from` is known.',
)

export const deliveryFields = {
  state: oneOf(['stored', 'sent', 'held', 'failed'], {
    description: '`stored`: here only; `sent`: written to a peer; `held`: a peer is known to hold it; `failed`: given up.',
  }),
  written: count('Channels it was written to.'),
  held: count('Peers known to hold it.'),
}

export const delivery = record(deliveryFields, 'How far an own line got.')

export const invitation = record(
  {
    room: String({ description: 'The private room that it opens.' }),
    name: String({ description: 'What the room is called.' }),
    replaces: nullable(
      String(),
      'The private room here in which the writer, a verified member, said that this one takes its place; null when nobody did.',
    ),
    joined: Boolean({ description: 'Whether the keys of the room are here already.' }),
  },
  'A private room that a line invites to: `room.accept` takes its text.',
)

export const message = record(
  {
    seq: seq('Grows with each line stored on this node, never reused; the cursor of every `since`.'),
    id: nullable(String(), 'Hex id of a signed post, null for an unsigned line.'),
    room: String({ description: 'The room it was said in.' }),
    kind: oneOf(['text', 'action', 'topic', 'system'], { description: 'What kind of line it is.' }),
    author,
    text: String({ description: 'The line, as it was written; empty once it is retracted.' }),
    time: nullable(unixTime('ms', 'When it was written.'), "Unix ms by the author's clock; null for unsigned lines."),
    received: unixTime('ms', 'Unix ms at which this node stored it.'),
    own: Boolean({ description: 'Whether it was sent from this node.' }),
    delivery: nullable(delivery, 'How far it got; own lines only, else null.'),
    retracted: Boolean({ description: 'Whether its author took it back.' }),
    mention: Boolean({
      description:
        'A line of another that had the own nick or a word of `chat.highlights` in it when it was stored here; false once it is retracted.',
    }),
    encrypted: nullable(
      oneOf(['direct', 'room'], { description: 'How.' }),
      'Who could read it on its way: `direct`, the other of the conversation alone; `room`, the members of the private room; null: everybody.',
    ),
    invitation: nullable(
      invitation,
      'The private room that a line of a conversation invites to; null for other lines, and for what only looks like one.',
    ),
  },
  'One stored line.',
)

export const sessionName = oneOf(['inbound', 'outbound', 'manual', 'seed', 'refine', 'direct'], {
  description: 'What the channel is for.',
})

export const p2pInfo = record({
  channels: List(
    record({
      url: String({ description: 'Address of the peer.' }),
      session: sessionName,
      id: channelId('Id of the channel, for `p2p.disconnect`.'),
    }),
    { description: 'The live channels.' },
  ),
  outbound_slots: List(channelId('Channel id, 0 for an empty slot.'), { description: 'What each outbound slot holds.' }),
})

export const spawn = record({
  name: String({ description: 'Name of the network.' }),
  urls: strings('Where it listens.'),
  whitelist: strings('Hosts that answered a handshake.'),
  greylist: strings('Hosts heard of.'),
  goldlist: strings('Hosts connected to.'),
})

export const historyPage = record({
  messages: List(message, { description: 'The lines, oldest first.' }),
  more: Boolean({ description: 'Whether more messages lie in the direction of the query.' }),
  last_seq: seq('`seq` of the newest line stored on this node, 0 when there is none.'),
})

export const exportPage = record({
  text: String({ description: 'The lines of this page in the format asked for; pages put together are one text.' }),
  more: Boolean({ description: 'Whether later lines are left.' }),
  last_seq: seq('`seq` of the newest line stored on this node, 0 when there is none.'),
  next: seq('What to give as `since` for the next page.'),
})

export const nick = record({
  nick: String({ description: 'The nick as it was taken: normalised, no space at its ends.' }),
  tag: nullable(String(), 'Short form of the own key.'),
})

export const HOST_COLORS = ['grey', 'white', 'gold', 'black', 'dark'] as const

export const host = record({
  url: String({ description: 'Address of the host.' }),
  last_seen: unixTime('s', 'Unix seconds at which a node was last seen there, 0 if never.'),
  color: oneOf(HOST_COLORS, {
    description:
      '`grey`: heard of; `white`: answered a handshake; `gold`: was connected to; `black`: shunned; `dark`: not dialable here.',
  }),
})

export const ban = record({
  target: String({ description: 'What is banned: `1.2.3.4`, `2001:db8::/64`, a name, `host:port` or a URL.' }),
  until: unixTime('s', 'Unix seconds at which it ends.'),
  count: count('Offences so far; each doubles the next ban. 1 where an operator banned first.'),
  reason: String({
    description: 'What for: a code of docs/errors.md, `operator` when a method did it.',
  }),
  detail: String({
    description:
      'What the peer did: the fields of that error, as `command=ping length=70 maxBytes=2`. The peer chose words of it, but it is printable ' +
      'ASCII of at most 200 bytes; empty where nothing is known, as of a ban that a method made. Since 1.7.0.',
  }),
})

export const syncProgress = record(
  {
    state: oneOf(['idle', 'paging', 'reconciling'], {
      description: '`paging`: takes the newest of a room first; `reconciling`: looks for what is missing; `idle`: neither.',
    }),
    room: nullable(String(), 'Of which room; empty: of the profiles; null for none or several.'),
    received: count('Posts that came since this work began.'),
    expected: nullable(count('How many.'), 'How many will have come at its end, as far as is known.'),
    peers: count('Peers it is done with.'),
  },
  'How history is being fetched from peers.',
)

const protocol = record(
  {
    app_name: String({ description: 'Name of the application on the wire.' }),
    version: String({ description: 'Version of it on the wire; peers of another major or minor version are refused.' }),
  },
  'What is told to peers.',
)

const peers = record(
  {
    inbound: count('They came to us.'),
    outbound: count('In our outbound slots.'),
    manual: count('Configured to be kept.'),
    seed: count('Asked for addresses.'),
    refine: count('Being probed.'),
    direct: count('For as long as somebody uses them.'),
  },
  'Live channels by session.',
)

export const hostCounts = record(
  {
    grey: count('Heard of.'),
    white: count('Answered a handshake.'),
    gold: count('Were connected to.'),
    black: count('Shunned.'),
    dark: count('Not dialable here.'),
  },
  'Known hosts by list.',
)

const warning = record({
  kind: oneOf(['clock_off', 'store_set_aside', 'key_lost'], {
    description:
      'Which; `clock_off`: the clock of this computer is more than 5 minutes off those of the peers that the node dialled; ' +
      '`store_set_aside`, `key_lost`: at this start the message store was damaged, or the own key was gone, and a new one was made.',
  }),
  text: String({ description: 'What is wrong: one sentence for people.' }),
  hint: String({ description: 'What to do about it.' }),
})

export const nodeInfo = record({
  name: String({ description: 'The program.' }),
  version: String({ description: 'Version of the program.' }),
  commit: nullable(String(), 'Git commit it was built from; null when it was built from something else.'),
  rpc_version: String({ description: 'Version of this RPC, by semantic versioning.' }),
  protocol,
  node_id: String({ description: 'What the node calls itself to its peers (`[net] node_id`), often empty.' }),
  features: strings('Extensions told to peers.'),
  state: String({ description: 'Where the node is in its life: `open`, `start`, `started`, `run` or `stopped`.' }),
  uptime_s: count('Seconds since the program started.'),
  listen: strings('Where peers are listened for.'),
  external_addrs: strings('The addresses told to peers.'),
  peers,
  hosts: hostCounts,
  bans: count('Bans that run.'),
  key: nullable(String(), 'Hex of the own public key.'),
  nick: nullable(String(), 'The own nick, null when none is set.'),
  tag: nullable(String(), 'Short form of the own key.'),
  sync: syncProgress,
  warnings: List(warning, {
    description: 'What the operator should look at, for as long as it is so; empty when all is well. Since 1.5.0.',
  }),
  store: record(
    {
      messages: count('Lines stored.'),
      bytes: count('Bytes they count for.'),
      last_seq: seq('`seq` of the newest line, 0 when there is none.'),
      file_bytes: count('Bytes of the database on disk, its log included.'),
    },
    'The history.',
  ),
})
