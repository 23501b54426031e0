/** The commands, in one table: what they are called, take and do. Help, completion and the parser read it. */

export type CommandName =
  | 'me'
  | 'msg'
  | 'query'
  | 'hold'
  | 'nick'
  | 'search'
  | 'copy'
  | 'export'
  | 'pending'
  | 'cancel'
  | 'retry'
  | 'retract'
  | 'clear'
  | 'edit'
  | 'rooms'
  | 'buffer'
  | 'join'
  | 'leave'
  | 'topic'
  | 'notify'
  | 'mute'
  | 'unmute'
  | 'forget'
  | 'whois'
  | 'ignore'
  | 'unignore'
  | 'ignores'
  | 'hilight'
  | 'dehilight'
  | 'verify'
  | 'create'
  | 'invite'
  | 'accept'
  | 'members'
  | 'rekey'
  | 'names'
  | 'whoami'
  | 'net'
  | 'peers'
  | 'status'
  | 'connect'
  | 'disconnect'
  | 'reconnect'
  | 'stats'
  | 'rpc'
  | 'debug'
  | 'set'
  | 'theme'
  | 'ts'
  | 'keys'
  | 'help'
  | 'yes'
  | 'quit'

/** What help lists together, in this order. */
export const COMMAND_GROUPS = ['talk', 'lines', 'rooms', 'people', 'private rooms', 'network', 'program'] as const

export type CommandGroup = (typeof COMMAND_GROUPS)[number]

/**
 * What Tab completes after a command: rooms that are listed, people (with their tag unless the nick is held), names of settings or
 * themes, or nothing.
 */
export type Completes = 'rooms' | 'people' | 'settings' | 'themes' | 'nothing'

export interface CommandEntry {
  readonly name: CommandName
  /** Other words for it, without the slash. */
  readonly aliases: readonly string[]
  readonly group: CommandGroup
  /** What follows the name, as help shows it; empty for nothing. */
  readonly argument: string
  readonly isArgumentNeeded: boolean
  readonly completes: Completes
  readonly doc: string
}

export const COMMANDS: readonly CommandEntry[] = [
  ...grouped('talk', [
    entry('me', ['TEXT', 'say what you do: * nick TEXT']),
    entry('msg', ['[-hold] WHO TEXT', 'say TEXT to one person, encrypted; with -hold it waits for a key'], {
      aliases: ['m'],
      completes: 'people',
    }),
    entry('query', ['WHO [TEXT]', 'open the conversation with one person'], { aliases: ['dm'], completes: 'people' }),
    entry('hold', ['[TEXT]', 'say TEXT, or the line that failed, once there is a key to encrypt it to']),
    entry('nick', ['[NAME]', 'take the name NAME, or show the one you have'], { aliases: ['n'] }),
  ]),
  ...grouped('lines', [
    entry(
      'search',
      ['[-all] WORDS', 'list the lines of this room, or of all, that hold all WORDS; Enter shows one where it was said'],
      {
        aliases: ['lastlog'],
      },
    ),
    entry('copy', [
      '[NUMBER]',
      'copy the newest line here to the clipboard, or the NUMBERth from below; clipboard = true allows it',
    ]),
    entry('export', [
      '[-all] [jsonl|txt|md] [SINCE] [FILE]',
      'write this room, or all, to FILE or a new file in the folder FILE, here without one; SINCE: 2026-03-02, 7d, 12h',
    ]),
    entry('pending', ['', 'list your lines that no peer has yet, numbered']),
    entry('cancel', ['[NUMBER|all]', 'give up a line of /pending, without NUMBER the newest']),
    entry('retry', ['[NUMBER|all]', 'send a line of /pending again, without NUMBER the newest']),
    entry('retract', ['[NUMBER]', 'take back your newest line here, or the NUMBERth from below; asks first']),
    entry('clear', ['', 'empty the view; Page Up brings the lines back']),
    entry('edit', ['[TEXT]', 'write a line, beginning with TEXT, in $VISUAL or $EDITOR']),
  ]),
  ...grouped('rooms', [
    entry('rooms', ['', 'list the rooms, with their numbers and what is unread'], { aliases: ['list', 'channels'] }),
    entry('buffer', ['NUMBER|ROOM', 'show a room of the list'], { aliases: ['b', 'window', 'win'], completes: 'rooms' }),
    entry('join', ['ROOM', 'show the room ROOM from now on, with what is kept of it'], { aliases: ['j'], completes: 'rooms' }),
    entry('leave', ['[ROOM]', 'show this room, or ROOM, no longer; its lines stay'], {
      aliases: ['l', 'part', 'close'],
      completes: 'rooms',
    }),
    entry('topic', ['[TEXT|-delete]', 'show what this room is about, or say it']),
    entry('notify', ['[all|mentions|none] [ROOM]', 'show or set what you are told of this room, or ROOM'], {
      completes: 'rooms',
    }),
    entry('mute', ['[ROOM]', 'be told nothing of this room, or ROOM'], { completes: 'rooms' }),
    entry('unmute', ['[ROOM]', 'be told everything of this room, or ROOM'], { completes: 'rooms' }),
    entry('forget', ['[ROOM]', 'destroy all lines that are kept of this room, or ROOM, for good; asks first'], {
      completes: 'rooms',
    }),
  ]),
  ...grouped('people', [
    entry('whois', ['[WHO]', 'list everybody who goes by a nick, with tags and keys'], { completes: 'people' }),
    entry('ignore', ['[WHO|/PATTERN/] [-time 2h]', 'show no lines of somebody, or none that match; -time takes s, m, h or d'], {
      completes: 'people',
    }),
    entry('unignore', ['NUMBER|WHO|/PATTERN/', 'show again what is ignored'], { completes: 'people' }),
    entry('ignores', ['[show|hide]', 'list what is ignored; show draws the hidden lines, hide hides them']),
    entry('hilight', ['[WORD]', 'list the words that are mentions beside your name, or add one'], { aliases: ['highlight'] }),
    entry('dehilight', ['WORD', 'take such a word away'], { aliases: ['dehighlight'] }),
    entry('names', ['', 'list everybody who is known in this room, and the peers that are online']),
    entry('whoami', ['', 'show your key, the node, where it listens, and versions']),
    entry('verify', ['[WHO] [yes|no]', 'show the digits to compare with somebody; yes notes that they were the same'], {
      completes: 'people',
    }),
  ]),
  ...grouped('private rooms', [
    entry('create', ['NAME', 'make a private room']),
    entry('invite', ['[-hold] WHO', 'send somebody the invitation to this private room'], { completes: 'people' }),
    entry('accept', ['[NUMBER|INVITATION]', 'join a private room: the newest one offered here, or the one you say']),
    entry('members', ['', 'list who is in this private room']),
    entry('rekey', ['[WHO…]', 'go on in a new private room, without WHO; asks first'], { completes: 'people' }),
  ]),
  ...grouped('network', [
    entry('net', ['', 'show the network: who is connected and why not more, hosts, bans, traffic'], { aliases: ['network'] }),
    entry('status', ['', 'show daemon, peers, seeds and next tries, history, store'], { aliases: ['info'] }),
    entry('peers', ['', 'list the peers: channel, session, mark, address, how long, whether they know signed posts']),
    entry('connect', ['ADDRESS', 'connect a peer: tcp://host:port or host:port']),
    entry('disconnect', ['CHANNEL', 'end a channel that /peers lists']),
    entry('reconnect', ['', 'make a new link to the daemon now']),
  ]),
  ...grouped('program', [
    entry('help', ['[WORD]', 'show commands and keys, or those that WORD is about'], { aliases: ['?'] }),
    entry('set', ['[NAME] [VALUE|default]', 'show the settings, or one, or set it for now and later'], { completes: 'settings' }),
    entry('theme', ['[default|light|mono]', 'show or set how the screen is drawn'], { completes: 'themes' }),
    entry('ts', ['[FORMAT]', 'show lines with their time or without, or with it as FORMAT']),
    entry('keys', ['[WORD]', 'show what keys do, or those that WORD is about']),
    entry('stats', ['', 'show what this client did: lines, memory, frame times']),
    entry('debug', ['', 'show what went wrong lately: link, calls, drawing']),
    entry('rpc', ['METHOD [JSON]', 'call a method of the daemon, and show its answer']),
    entry('yes', ['', 'say yes to what was asked']),
    entry('quit', ['', 'leave; the daemon keeps running'], { aliases: ['exit', 'q'] }),
  ]),
]

function grouped(group: CommandGroup, entries: readonly Omit<CommandEntry, 'group'>[]): CommandEntry[] {
  return entries.map((command) => ({ ...command, group }))
}

/** An argument in brackets may be left out; any other is needed. */
function entry(
  name: CommandName,
  [argument, doc]: readonly [argument: string, doc: string],
  more: { aliases?: readonly string[]; completes?: Completes } = {},
): Omit<CommandEntry, 'group'> {
  const isArgumentNeeded = argument.replaceAll(/\[[^\]]*\]/gu, '').trim() !== ''
  return { name, argument, doc, isArgumentNeeded, aliases: more.aliases ?? [], completes: more.completes ?? 'nothing' }
}
