/** A small table of keys with one of each kind. */
import type { ConfigSection, KeyTable } from './config-key.ts'
import {
  booleanKind,
  choiceKind,
  integerKind,
  listKind,
  optionalPathKind,
  pathKind,
  secondsKind,
  textKind,
  tomlKind,
} from './kinds.ts'

export interface TestValues {
  readonly on: boolean
  readonly count: number
  readonly wait: number
  readonly names: readonly string[]
  readonly colour: 'red' | 'blue'
  readonly file: string | undefined
  readonly socket: string | undefined
  readonly secret: string | undefined
  readonly pairs: readonly unknown[]
}

const keep = (value: string): { value: string } => ({ value })

export const TEST_KEYS: KeyTable<TestValues> = {
  on: {
    kind: booleanKind,
    default: false,
    text: 'Whether it is on',
    isLive: true,
    flag: { name: 'on', kind: 'boolean', help: 'Turn it on' },
  },
  count: {
    kind: integerKind({ unit: 'things', min: 0, max: 9 }),
    default: 3,
    text: 'How many `things`',
    isLive: false,
    flag: { name: 'count', kind: 'integer', value: 'N', min: 0, max: 9, help: 'Count to N' },
  },
  wait: { kind: secondsKind({ min: 0.1, max: 60 }), default: 1.5, text: 'How long', isLive: true },
  names: {
    kind: listKind('list of names', keep),
    default: [],
    text: 'Who',
    examples: ['names = ["ann", "bob"]'],
    isLive: true,
    flag: { name: 'names', kind: 'list', value: 'NAME', help: 'Name them' },
  },
  colour: { kind: choiceKind('red', 'blue'), default: 'red', text: 'Which', isLive: true, isShown: true, startsGroup: true },
  file: {
    kind: pathKind,
    defaultDoc: 'none',
    sample: 'file = "~/x"',
    text: 'Where',
    isLive: false,
    flag: { name: 'file', kind: 'string', value: 'FILE', help: 'Where' },
  },
  socket: { kind: optionalPathKind, text: 'A socket', isLive: false },
  secret: { kind: textKind('text', keep), text: 'A secret', isLive: true, isSecret: true },
  pairs: { kind: tomlKind('list of pairs', (table, key) => table.list(key)!), default: [], text: 'Pairs', isLive: true },
}

export const TEST_SECTIONS: readonly ConfigSection[] = [
  { path: ['own'], title: '[own]', text: 'Of our own', keys: TEST_KEYS },
  {
    path: ['own', 'item'],
    title: '[[own.item]]',
    isList: true,
    text: 'Items',
    examples: ['[[own.item]]', 'secret = "x"'],
    keys: { secret: TEST_KEYS.secret },
  },
  {
    path: ['net', 'profiles', '*'],
    title: '[net.profiles."NAME"]',
    shownTitle: '[net.profiles."tcp"]',
    names: ['tcp', 'tcp+tls'],
    keys: { wait: { ...TEST_KEYS.wait, default: (name) => (name === 'tcp+tls' ? 9 : 1), defaultDoc: '`1`, or `9`' } },
  },
]
