/** Every number that bounds something in the host lists, in the shape of limits.ts. */
import type { Limit } from '../limits.ts'

export type HostLimitName =
  | 'GREY_MAX'
  | 'WHITE_MAX'
  | 'BLACK_MAX'
  | 'DARK_MAX'
  | 'GOLD_BEYOND_SLOTS'
  | 'DARK_MAX_AGE_SEC'
  | 'SOURCE_SHARE_PERCENT'
  | 'GROUP_SHARE_PERCENT'
  | 'OUTBOUND_PER_GROUP'
  | 'ANCHORS_MAX'
  | 'SHORT_LIVED_MS'
  | 'REST_FIRST_MS'
  | 'REST_LONGEST_MS'
  | 'RESTS_MAX'
  | 'REGISTRY_IDLE_MAX'
  | 'REGISTRY_IDLE_KEPT'
  | 'REGISTRY_IDLE_MAX_AGE_MS'
  | 'ADDRESS_MAX_CHARS'
  | 'KNOWN_PEER_PERCENT_MAX'
  | 'HOSTLIST_FILE_MAX_BYTES'
  | 'BANS_MAX'
  | 'BAN_FIRST_MS'
  | 'BAN_LONGEST_MS'
  | 'BAN_REMEMBERED_MS'
  | 'BAN_BY_OPERATOR_MAX_MS'
  | 'BAN_REASON_MAX_CHARS'
  | 'BAN_DETAIL_MAX_BYTES'
  | 'IPV6_UNREACHABLE_MS'
  | 'OWN_IPV6_SEEN'

export const HOST_LIMITS: Readonly<Record<HostLimitName, Limit>> = {
  GREY_MAX: { value: 2_000, unit: 'hosts', why: 'docs/node.md, Hosts', then: 'the one seen longest ago is dropped' },
  WHITE_MAX: { value: 5_000, unit: 'hosts', why: 'docs/node.md, Hosts', then: 'the one seen longest ago is dropped' },
  BLACK_MAX: { value: 10_000, unit: 'hosts', why: 'docs/node.md, Hosts', then: 'the one seen longest ago is dropped' },
  DARK_MAX: { value: 1_000, unit: 'hosts', why: 'docs/node.md, Hosts', then: 'the one seen longest ago is dropped' },
  GOLD_BEYOND_SLOTS: {
    value: 64,
    unit: 'hosts',
    why: 'gold is bounded by the outbound slots; this leaves room for direct channels',
    then: 'the one seen longest ago is dropped',
  },
  DARK_MAX_AGE_SEC: { value: 86_400, unit: 's', why: 'docs/node.md, Hosts: dropped after a day', then: 'the entry is dropped' },
  SOURCE_SHARE_PERCENT: {
    value: 25,
    unit: '% of grey, and of dark',
    why: 'what peers of one network group told: a flood by one operator leaves room for others',
    then: 'the oldest of that source makes room',
  },
  GROUP_SHARE_PERCENT: {
    value: 5,
    unit: '% of grey, and of dark',
    why: 'what peers told of one network group: many tellers of one operator cannot fill a list',
    then: 'the oldest of the source that told most of it makes room',
  },
  OUTBOUND_PER_GROUP: {
    value: 2,
    unit: 'outbound peers',
    why: 'of one network group: one operator cannot have all our slots; not on localnet',
    then: 'the group is not picked',
  },
  ANCHORS_MAX: {
    value: 2,
    unit: 'addresses',
    why: 'as in Bitcoin: enough to meet an old peer after a restart, too few to pin a node to its past',
    then: 'the rest is left out',
  },
  SHORT_LIVED_MS: {
    value: 10_000,
    unit: 'ms',
    why: 'from the version exchange on; whoever ends outbound channels sooner would be dialled again without end',
    then: 'the host rests before a slot picks it again',
  },
  REST_FIRST_MS: {
    value: 2_000,
    unit: 'ms',
    why: 'a peer that restarts is back in seconds',
    then: 'each further short life in a row doubles it',
  },
  REST_LONGEST_MS: {
    value: 300_000,
    unit: 'ms',
    why: 'twelve dials an hour cost nobody anything',
    then: 'later rests are as long',
  },
  RESTS_MAX: {
    value: 1_024,
    unit: 'hosts',
    why: 'more than slots can meet in the longest rest',
    then: 'the one noted longest ago is forgotten',
  },
  REGISTRY_IDLE_MAX: {
    value: 20_000,
    unit: 'hosts',
    why: 'docs/node.md, Hosts: free entries of the registry',
    then: 'the oldest go until REGISTRY_IDLE_KEPT are left',
  },
  REGISTRY_IDLE_KEPT: { value: 18_000, unit: 'hosts', why: 'docs/node.md, Hosts', then: 'see REGISTRY_IDLE_MAX' },
  REGISTRY_IDLE_MAX_AGE_MS: {
    value: 86_400_000,
    unit: 'ms',
    why: 'docs/node.md, Hosts: pruned after a day',
    then: 'the entry is dropped',
  },
  ADDRESS_MAX_CHARS: {
    value: 512,
    unit: 'characters',
    why: 'a host name has at most 255; lists hold thousands of addresses',
    then: 'the address is dropped',
  },
  KNOWN_PEER_PERCENT_MAX: {
    value: 80,
    unit: '%',
    why: 'docs/node.md, Sessions: a part of the slots always tries new hosts',
    then: 'taken as 80',
  },
  HOSTLIST_FILE_MAX_BYTES: {
    value: 16 * 1024 * 1024,
    unit: 'bytes',
    why: 'full lists take about 2 MB',
    then: 'what follows is left out and a warning is logged',
  },
  BANS_MAX: { value: 10_000, unit: 'bans', why: 'docs/wire.md, Frame', then: 'the one that ends first is dropped' },
  BAN_FIRST_MS: { value: 3_600_000, unit: 'ms', why: 'docs/wire.md, Frame: an hour', then: 'the ban ends' },
  BAN_LONGEST_MS: {
    value: 86_400_000,
    unit: 'ms',
    why: 'docs/wire.md, Frame: doubling to a day',
    then: 'later bans are as long',
  },
  BAN_REMEMBERED_MS: {
    value: 7 * 86_400_000,
    unit: 'ms',
    why: 'a week without offence starts the doubling anew; above the longest ban, so repeats are seen',
    then: 'the count is forgotten',
  },
  BAN_BY_OPERATOR_MAX_MS: {
    value: 10 * 365 * 86_400_000,
    unit: 'ms',
    why: 'ten years: for ever, in a number that a file can hold',
    then: 'NET_ADDRESS_INVALID',
  },
  BAN_REASON_MAX_CHARS: { value: 200, unit: 'characters', why: 'one line of a table', then: 'cut' },
  BAN_DETAIL_MAX_BYTES: {
    value: 200,
    unit: 'bytes',
    why: 'of ASCII: the fields of any error but for the longest commands; 2 MB for all bans',
    then: 'cut, which ends in three dots',
  },
  IPV6_UNREACHABLE_MS: {
    value: 3_600_000,
    unit: 'ms',
    why: 'networks change; after an hour IPv6 is tried again',
    then: 'direct IPv6 addresses count as dialable again',
  },
  OWN_IPV6_SEEN: {
    value: 20,
    unit: 'addresses',
    why: 'docs/wire.md, Core messages: a ring of 20',
    then: 'the oldest is forgotten',
  },
}
