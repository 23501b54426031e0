/** The parts that keep posts and lines of one database, wired. */
import type { DatabaseSync } from 'node:sqlite'
import type { Clock, Logger } from '@dchat/system'
import { Conversations } from '../encrypted/conversations.ts'
import { Members } from '../encrypted/members.ts'
import { Rekeys } from '../encrypted/rekeys.ts'
import { RevealedPosts } from '../encrypted/revealed-posts.ts'
import { Untried } from '../encrypted/untried.ts'
import { Waiting } from '../encrypted/waiting.ts'
import type { Ledger } from '../ledger.ts'
import { LineTable } from '../line-table.ts'
import { News } from '../news.ts'
import type { Quotas, Reveal } from '../post-store.ts'
import { Rooms } from '../rooms.ts'
import { Tallies } from '../rooms/tallies.ts'
import type { SearchBounds } from '../search/search-bounds.ts'
import { DroppedIds } from './dropped-ids.ts'
import { HiddenPosts } from './hidden-posts.ts'
import { PostAuthors } from './post-authors.ts'
import { PostLines } from './post-lines.ts'
import { PostMinutes } from './post-minutes.ts'
import { PostReader } from './post-reader.ts'
import { PostRooms } from './post-rooms.ts'
import { PostSweep } from './post-sweep.ts'
import { PostTable } from './post-table.ts'
import { PostWriter } from './post-writer.ts'
import { Profiles } from './profiles.ts'
import { Quota } from './quota.ts'
import { Retractions } from './retractions.ts'
import { RoomFill } from './room-fill.ts'

export interface PostPartsOptions {
  readonly quotas: Quotas
  readonly foldNick: (nick: string) => string
  readonly isMention: (text: string) => boolean
  readonly reveal: Reveal
  readonly searchBounds: Pick<SearchBounds, 'blockLines'>
}

export interface PostPartsDeps {
  readonly db: DatabaseSync
  readonly clock: Clock
  readonly logger: Logger
  readonly ledger: Ledger
}

export interface PostParts {
  readonly news: News
  readonly roomNames: Rooms
  readonly lineTable: LineTable
  readonly tallies: Tallies
  readonly rooms: PostRooms
  readonly table: PostTable
  readonly dropped: DroppedIds
  readonly profiles: Profiles
  readonly lines: PostLines
  readonly writer: PostWriter
  readonly reader: PostReader
  readonly sweep: PostSweep
  readonly fill: RoomFill
  readonly conversations: Conversations
  readonly members: Members
  readonly rekeys: Rekeys
  readonly untried: Untried
  readonly waiting: Waiting
  readonly revealed: RevealedPosts
  readonly hidden: HiddenPosts
}

/** Each part that remembers what the tables hold joins the ledger, so that an undone transaction leaves nothing behind. */
export function wirePosts(options: PostPartsOptions, { db, clock, logger, ledger }: PostPartsDeps): PostParts {
  const { quotas } = options
  const news = new News()
  const roomNames = new Rooms(db)
  const rooms = new PostRooms({ db, rooms: roomNames, quotas })
  const authors = new PostAuthors(db)
  const tallies = new Tallies(options, db)
  const profiles = new Profiles(options, db)
  const minutes = new PostMinutes(db)
  const members = new Members(db)
  for (const part of [news, roomNames, rooms, authors, minutes, profiles, tallies, members]) ledger.join(part)
  const rekeys = new Rekeys(db)
  const waiting = new Waiting(db)
  const untried = new Untried({ db, rooms, authors, minutes })
  const conversations = new Conversations({ db, rooms, news, untried })
  const retractions = new Retractions(db, news)
  const dropped = new DroppedIds(db, { keep: quotas.droppedIds })
  const lineTable = new LineTable(options.searchBounds, { db, ledger, rooms: roomNames, news, tallies, conversations })
  const lines = new PostLines({ db, lines: lineTable, roomNames, profiles, members, retractions, waiting, news })
  const hidden = new HiddenPosts(db)
  const table = new PostTable({ db, ledger, news, rooms, authors, minutes, hidden })
  const quota = new Quota(quotas, { table, authors, minutes, dropped })
  const revealedDeps = { logger, news, roomNames, lines, retractions, members, rekeys, untried }
  const revealed = new RevealedPosts(options.reveal, revealedDeps)
  const writer = new PostWriter(quotas, { clock, news, rooms, table, quota, lines, profiles, retractions, revealed })
  const sweep = new PostSweep({ rooms, table, writer })
  const fill = new RoomFill({ db, clock, ledger, rooms, revealed })
  const reader = new PostReader(db, rooms)
  const posts = { news, roomNames, lineTable, tallies, rooms, table, dropped, profiles, lines, writer, reader, sweep, fill }
  return { ...posts, conversations, members, rekeys, untried, waiting, revealed, hidden }
}
