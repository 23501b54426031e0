/** Private rooms: made, shared, followed and forgotten. Facts: docs/chat.md, *Private room*. */
import { Array as List, String, Union } from 'typebox/type'
import { MAX_INVITATION_CHARACTERS, MAX_NAME_CHARACTERS, MAX_SHUT_OUT } from '../limits.ts'
import { defineMethod } from './define.ts'
import { EXAMPLE_AUTHOR, EXAMPLE_ROOM, EXAMPLE_ROOM_KEY } from './example-message.ts'
import { held, person, privateRoom, yes } from './parts.ts'
import { author } from './shapes.ts'

const CHAT = ['dchatd'] as const
const SINCE = '1.3.0'

/** What an example may show without letting anybody in. */
const NO_INVITATION = 'dchat-room:cats:…'

export const PRIVATE_ROOM_METHODS = {
  'room.create': defineMethod({
    summary: 'Makes a private room, and joins it; gives its id.',
    details: 'Nobody else is in it, or hears of it, until he is invited. What is said in it is read by its members alone.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: {
      name: String({
        minLength: 1,
        maxLength: MAX_NAME_CHARACTERS,
        description: 'What it is called: 1 to 32 visible characters without white space and `:`. Only members learn it.',
      }),
    },
    result: String({ description: 'Its id: `p.` and 40 hex digits.' }),
    errors: ['store_failed'],
    example: { params: { name: 'cats' }, result: EXAMPLE_ROOM },
  }),
  'room.invite': defineMethod({
    summary: 'Sends somebody the invitation to a private room, in a direct message.',
    details:
      'Who has it reads what is said in the room from its first line on, and can invite others. It cannot be taken back: `room.rekey` is left then.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: { room: privateRoom('Which.'), to: person('Whom.'), hold: held() },
    result: yes,
    errors: ['not_found', 'store_failed', 'no_key', 'ambiguous'],
    example: { params: { room: EXAMPLE_ROOM, to: 'ann' }, result: true },
  }),
  'room.accept': defineMethod({
    summary: 'Joins the private room that an invitation is of; gives its id.',
    details:
      'What was said there before is shown as far as it is kept. The text is a secret: it belongs into no room of everybody, no log and no shell history.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: {
      invitation: String({
        minLength: 1,
        maxLength: MAX_INVITATION_CHARACTERS,
        description: 'The invitation, `dchat-room:NAME:SECRET`; white space around it does not matter.',
      }),
    },
    result: String({ description: 'Id of the room.' }),
    errors: ['store_failed'],
    example: { params: { invitation: 'dchat-room:cats:GX8n1yZ0f6m3r5u7w9A2C4E6G8I0K2M4O6Q8S0U2W4Y' }, result: EXAMPLE_ROOM },
  }),
  'room.members': defineMethod({
    summary: 'Who has written in a private room or is vouched for in it: oneself first, then who wrote last, at most 1,000.',
    details:
      'Who was invited and never wrote is not known. `verified` says whether an identity vouches for the key he writes with there.',
    access: 'read',
    programs: CHAT,
    since: SINCE,
    params: { room: privateRoom('Which.') },
    result: List(author, { description: 'One for each key that writes there.' }),
    errors: ['not_found', 'store_failed'],
    example: {
      params: { room: EXAMPLE_ROOM },
      result: [{ ...EXAMPLE_AUTHOR, verified: true, room_key: EXAMPLE_ROOM_KEY }],
    },
  }),
  'room.rekey': defineMethod({
    summary: 'Moves a private room to a new one, without some of its members; gives the id of the new one.',
    details:
      'The others that an identity vouches for get its invitation in a direct message, held where no box key of theirs is known; each ' +
      'has to accept it by himself. The old room stays as it is, readable to all who were in it, with a line that says where it went.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: {
      room: privateRoom('Which.'),
      without: Union([person('Whom to shut out.'), List(person('Whom to shut out.'), { maxItems: MAX_SHUT_OUT })], {
        description: 'Whom to shut out: one, or a list, which may be empty.',
      }),
    },
    result: String({ description: 'Id of the new room.' }),
    errors: ['not_found', 'store_failed', 'ambiguous'],
    example: { params: { room: EXAMPLE_ROOM, without: ['bob'] }, result: `p.${'5a'.repeat(20)}` },
  }),
  'room.invitation': defineMethod({
    summary: 'The invitation to a private room as text: who has it is in.',
    details: 'To be given on by a way that others do not read. `room.invite` sends it encrypted.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: { room: privateRoom('Which.') },
    result: String({ description: '`dchat-room:NAME:SECRET`.' }),
    errors: ['not_found', 'store_failed'],
    example: { params: { room: EXAMPLE_ROOM }, result: NO_INVITATION },
  }),
  'room.forget': defineMethod({
    summary: 'Leaves a private room, and wipes its keys: its posts cannot be read here any more.',
    details:
      'Lines that were shown stay in the history; `chat.forget` destroys them. To be back takes another invitation, and one is another member then.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: { room: privateRoom('Which.') },
    result: yes,
    errors: ['not_found', 'store_failed'],
    example: { params: { room: EXAMPLE_ROOM }, result: true },
  }),
}
