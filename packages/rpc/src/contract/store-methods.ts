/** The file with the history. */
import { Boolean, Optional, String } from 'typebox/type'
import { MAX_PATH_CHARACTERS } from '../limits.ts'
import { inThousands } from '../in-thousands.ts'
import { defineMethod } from './define.ts'
import { yes } from './parts.ts'
import { storeReport } from './room-shapes.ts'

const CHAT = ['dchatd'] as const
const SINCE = '1.2.0'

export const STORE_METHODS = {
  'store.check': defineMethod({
    summary: 'Looks through the whole store for damage, while it is used. Mends nothing.',
    details:
      'Pages, counters, each post by its id, each line by its sum, and rows that belong to nothing; nicks of profiles and keys of members ' +
      'have no sums. Seconds for a million lines. One at a time.',
    access: 'read',
    programs: CHAT,
    since: SINCE,
    params: {
      full: Optional(
        Boolean({
          default: false,
          description: 'Compare every index and the search index too, which takes about ten times as long.',
        }),
      ),
    },
    result: storeReport,
    errors: ['store_failed'],
    example: {
      params: {},
      result: { ok: true, problems: [], messages: 42, posts: 40, rooms: 2, unindexed: 0, bytes: 65_536, took_ms: 9 },
    },
  }),
  'store.backup': defineMethod({
    summary: 'Writes a copy of the store to a file while the daemon runs; true once it is on the disk.',
    details:
      'The daemon writes it as its own user, with mode 0600, into a folder that is there, and never over a file. That the name ends in ' +
      '`.db` keeps those who may call this from leaving texts where another program obeys them. The own key is not in it. One at a time.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: {
      path: String({
        pattern: `^/[^\\0\\n\\r]{0,${MAX_PATH_CHARACTERS - 5}}[^/\\0\\n\\r]\\.db$`,
        'x-in-words': `an absolute path of at most ${inThousands(MAX_PATH_CHARACTERS)} characters that ends in ".db"`,
        description: 'Where to.',
      }),
    },
    result: yes,
    errors: ['store_failed'],
    example: { params: { path: '/home/ann/dchat-2026-11-26.db' }, result: true },
  }),
}
