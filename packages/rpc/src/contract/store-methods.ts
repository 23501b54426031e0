/** The file with the history. */
import { String } from 'typebox/type'
import { MAX_PATH_CHARACTERS } from '../limits.ts'
import { defineMethod } from './define.ts'
import { yes } from './parts.ts'
import { storeReport } from './room-shapes.ts'

const CHAT = ['dchatd'] as const
const SINCE = '1.2.0'

export const STORE_METHODS = {
  'store.check': defineMethod({
    summary: 'Looks through the whole store for damage.',
    access: 'read',
    programs: CHAT,
    since: SINCE,
    params: {},
    result: storeReport,
    errors: ['store_failed'],
    example: { params: {}, result: { ok: true, problems: [], messages: 42, posts: 40, bytes: 65_536 } },
  }),
  'store.backup': defineMethod({
    summary: 'Writes a copy of the store to a file while the daemon runs; true once it is on the disk.',
    details:
      'The daemon writes it as its own user, with mode 0600, into a folder that is there, and never over a file. That the name ends in ' +
      '`.db` keeps those who may call this from leaving texts where another program obeys them. The own key is not in it.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: {
      path: String({
        pattern: `^/.{0,${MAX_PATH_CHARACTERS - 5}}[^/]\\.db$`,
        'x-in-words': `an absolute path of at most ${MAX_PATH_CHARACTERS.toLocaleString('en')} characters that ends in ".db"`,
        description: 'Where to.',
      }),
    },
    result: yes,
    errors: ['store_failed'],
    example: { params: { path: '/home/ann/dchat-2026-11-26.db' }, result: true },
  }),
}
