/** The parts that keep posts and lines of one database, wired. */
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '@dchat/system'
import type { Ledger } from '../ledger.ts'
import { LineTable } from '../line-table.ts'
import { News } from '../news.ts'
import type { Quotas } from '../post-store.ts'
import { Rooms } from '../rooms.ts'
import { Tallies } from '../rooms/tallies.ts'
import { DroppedIds } from './dropped-ids.ts'
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
}

export interface PostPartsDeps {
  readonly db: DatabaseSync
  readonly clock: Clock
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
}

/** Each part that remembers what the tables hold joins the ledger, so that an undone transaction leaves nothing behind. */
export function wirePosts({ quotas, foldNick, isMention }: PostPartsOptions, { db, clock, ledger }: PostPartsDeps): PostParts {
  const news = new News()
  const roomNames = new Rooms(db)
  const rooms = new PostRooms({ db, rooms: roomNames, quotas })
  const authors = new PostAuthors(db)
  const tallies = new Tallies({ isMention }, db)
  const profiles = new Profiles({ foldNick }, db)
  const minutes = new PostMinutes(db)
  for (const part of [news, roomNames, rooms, authors, minutes, profiles, tallies]) ledger.join(part)
  const retractions = new Retractions(db)
  const dropped = new DroppedIds(db, { keep: quotas.droppedIds })
  const lineTable = new LineTable({ db, ledger, rooms: roomNames, news, tallies })
  const lines = new PostLines({ db, lines: lineTable, profiles, retractions })
  const table = new PostTable({ db, ledger, news, rooms, authors, minutes })
  const quota = new Quota(quotas, { table, authors, minutes, dropped })
  const writer = new PostWriter(quotas, { clock, news, rooms, table, quota, lines, profiles, retractions })
  const sweep = new PostSweep({ rooms, table, writer })
  const fill = new RoomFill({ db, clock, ledger, rooms, lines })
  const reader = new PostReader(db, rooms)
  return { news, roomNames, lineTable, tallies, rooms, table, dropped, profiles, lines, writer, reader, sweep, fill }
}
