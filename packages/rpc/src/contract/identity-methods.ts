/** Who one is, who the others are, whom one does not want to read, and what one does not want to miss. */
import { Array as List, Boolean, String } from 'typebox/type'
import {
  MAX_HIGHLIGHTS,
  MAX_HIGHLIGHT_CHARACTERS,
  MAX_IDENTITY_CHARACTERS,
  MAX_PASSPHRASE_CHARACTERS,
  MIN_HIGHLIGHT_CHARACTERS,
  MIN_PASSPHRASE_CHARACTERS,
} from '../limits.ts'
import { defineMethod } from './define.ts'
import { EXAMPLE_AUTHOR, EXAMPLE_KEY } from './example-message.ts'
import { hex32, person, strings, yes } from './parts.ts'
import { identity, verification } from './room-shapes.ts'
import { author, nick } from './shapes.ts'

const CHAT = ['dchatd'] as const
const SINCE = '1.2.0'

const passphrase = (description: string, minLength: number) =>
  String({ minLength, maxLength: MAX_PASSPHRASE_CHARACTERS, description })

const EXAMPLE_EXPORT = '-----BEGIN DCHAT IDENTITY-----\n…\n-----END DCHAT IDENTITY-----\n'

export const IDENTITY_METHODS = {
  'chat.set_nick': defineMethod({
    summary: 'Sets the own nick, kept over restarts, and tells everybody.',
    details: 'A nick is a claim: others see it with the tag of the key until it is held.',
    access: 'write',
    programs: CHAT,
    params: { nick: String({ maxLength: 256, description: 'The nick: 1 to 32 visible characters on one line.' }) },
    result: nick,
    errors: ['store_failed', 'would_leak'],
    example: { params: { nick: 'ann' }, result: { nick: 'ann', tag: EXAMPLE_AUTHOR.tag } },
  }),
  'chat.ignore': defineMethod({
    summary: 'Shows the lines of a key no longer, or again.',
    details: 'They are kept and handed on all the same; history, search and unread counts leave them out. At most 4,096 keys.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: { key: hex32('The key of the author.'), on: Boolean({ description: 'Whether it is ignored.' }) },
    result: yes,
    errors: ['store_failed'],
    example: { params: { key: EXAMPLE_KEY, on: true }, result: true },
  }),
  'chat.ignored': defineMethod({
    summary: 'Whose lines are not shown, in the order in which they were ignored.',
    access: 'read',
    programs: CHAT,
    since: SINCE,
    params: {},
    result: List(author, { description: 'One for each key.' }),
    errors: ['store_failed'],
    example: { params: {}, result: [EXAMPLE_AUTHOR] },
  }),
  'chat.highlights': defineMethod({
    summary: 'The words that make a line of another a mention, beside the own nick.',
    access: 'read',
    programs: CHAT,
    since: '1.4.0',
    params: {},
    result: strings('The words, in the order in which they were given.'),
    errors: ['store_failed'],
    example: { params: {}, result: ['release', 'cat food'] },
  }),
  'chat.set_highlights': defineMethod({
    summary: 'Sets the words that make a line of another a mention, kept over restarts; gives them as they are kept.',
    details:
      'All at once: those that are not among them go. White space at their ends goes, too, and what is there in another case. They are ' +
      'found as words of their own, in any case, in lines that are stored from then on; earlier lines stay as they are.',
    access: 'write',
    programs: CHAT,
    since: '1.4.0',
    params: {
      words: List(String({ minLength: MIN_HIGHLIGHT_CHARACTERS, maxLength: MAX_HIGHLIGHT_CHARACTERS }), {
        maxItems: MAX_HIGHLIGHTS,
        description: 'The words; none for the nick alone.',
      }),
    },
    result: strings('The words as they are kept.'),
    errors: ['store_failed'],
    example: { params: { words: ['release', ' cat food', 'Release'] }, result: ['release', 'cat food'] },
  }),
  'identity.get': defineMethod({
    summary: 'Who this node is to others.',
    access: 'read',
    programs: CHAT,
    since: SINCE,
    params: {},
    result: identity,
    errors: ['store_failed'],
    example: {
      params: {},
      result: { key: EXAMPLE_KEY, nick: 'ann', tag: EXAMPLE_AUTHOR.tag, held: false, next_key: null },
    },
  }),
  'identity.export': defineMethod({
    summary: 'The own key with its box keys and private rooms, locked with a passphrase: who has both is this node.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: { passphrase: passphrase('What locks it. One that is easy to guess is guessed.', MIN_PASSPHRASE_CHARACTERS) },
    result: String({ description: 'Some lines of text, to be kept.' }),
    example: { params: { passphrase: 'correct horse battery staple' }, result: EXAMPLE_EXPORT },
  }),
  'identity.import': defineMethod({
    summary: 'Takes the key of an export in place of the own one, from the next start of the daemon on.',
    details:
      'Box keys and private rooms join those that are here. The key that was used is kept in a file beside the new one. Until the next start `identity.get` tells both.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: {
      data: String({ minLength: 1, maxLength: MAX_IDENTITY_CHARACTERS, description: 'What `identity.export` gave.' }),
      passphrase: passphrase('What it was locked with.', 1),
    },
    result: yes,
    example: { params: { data: EXAMPLE_EXPORT, passphrase: 'correct horse battery staple' }, result: true },
  }),
  'identity.verify': defineMethod({
    summary: 'What to compare with somebody to know that a key is his, and who holds his nick here.',
    access: 'read',
    programs: CHAT,
    since: SINCE,
    params: { key: person('The other.') },
    result: verification,
    errors: ['not_found', 'store_failed', 'ambiguous'],
    example: {
      params: { key: EXAMPLE_KEY },
      result: {
        key: EXAMPLE_KEY,
        digits: '10293 84756 10293 84756 10293 84756',
        nick: 'ann',
        tag: EXAMPLE_AUTHOR.tag,
        held: false,
        pinned: false,
        holder: null,
      },
    },
  }),
  'identity.pin': defineMethod({
    summary: 'Notes that a key was verified, or no longer: a pinned key holds its nick here.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: { key: hex32('The key.'), on: Boolean({ description: 'Whether it was verified.' }) },
    result: yes,
    errors: ['store_failed'],
    example: { params: { key: EXAMPLE_KEY, on: true }, result: true },
  }),
}
