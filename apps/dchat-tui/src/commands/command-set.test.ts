import { expect, it } from 'vitest'
import { COMMANDS } from './command-table.ts'
import { findCommand } from './parse-line.ts'

/** What users of other clients type, by what it has to mean here. */
const WANTED: Readonly<Record<string, readonly string[]>> = {
  nick: ['n'],
  me: [],
  join: ['j'],
  leave: ['part', 'l'],
  rooms: ['list', 'channels'],
  topic: [],
  buffer: [],
  msg: [],
  query: [],
  whois: [],
  whoami: [],
  names: [],
  peers: [],
  search: ['lastlog'],
  copy: [],
  export: [],
  pending: [],
  cancel: [],
  retry: [],
  retract: [],
  forget: [],
  notify: [],
  mute: [],
  unmute: [],
  hilight: [],
  dehilight: [],
  ignore: [],
  unignore: [],
  ignores: [],
  net: [],
  status: [],
  stats: [],
  reconnect: [],
  rpc: [],
  debug: [],
  theme: [],
  edit: [],
  ts: [],
  set: [],
  keys: [],
  help: ['?'],
  clear: [],
  quit: ['exit'],
}

it.each(Object.entries(WANTED))('/%s is there, under its other names too', (name, aliases) => {
  for (const word of [name, ...aliases]) expect(findCommand(word)?.name).toBe(name)
})

it('no word means two commands, and all are said in lower case', () => {
  const words = COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases])
  expect(new Set(words).size).toBe(words.length)
  for (const word of words) expect(word).toBe(word.toLowerCase())
})
