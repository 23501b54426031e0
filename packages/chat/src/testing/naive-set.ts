/** Which posts a store has to offer of all that it ever saw, by the plainest reading of docs/chat.md, *Quotas*: the model of the tests. */
import type { Quotas } from '@dchat/store'

export interface ModelPost {
  readonly hex: string
  readonly author: string
  readonly room: string
  readonly kind: number
  readonly time: number
}

type Bounds = Pick<Quotas, 'perAuthorMinute' | 'perRoom' | 'perAuthor'>

const MINUTE_MS = 60_000

/** Ids in hex, sorted. Age is left out: posts are taken as young enough. */
export function naiveSet(seen: readonly ModelPost[], bounds: Bounds): string[] {
  const posts = [...new Map(seen.map((post) => [post.hex, post])).values()]
  const profiles = groups(posts, ({ room, author, kind }) => (room === '' ? `${author} ${kind}` : undefined))
  const newest = profiles.map((each) => each.toSorted(byPlace).at(-1)!)
  const minutes = groups(posts, ({ room, author, time }) => (room === '' ? undefined : `${room} ${author} ${minuteOf({ time })}`))
  const inMinutes = minutes.flatMap((each) => each.toSorted(byId).slice(0, bounds.perAuthorMinute))
  const inRooms = groups(inMinutes, ({ room }) => room).flatMap((room) => roomSet(room, bounds))
  return [...newest, ...inRooms].map(({ hex }) => hex).toSorted()
}

/** Of an author the newest minute stands first, in it the lowest id; the least ranks stay, of equal ones the higher key. */
function roomSet(room: readonly ModelPost[], { perRoom, perAuthor }: Bounds): ModelPost[] {
  const ranked = groups(room, ({ author }) => author).flatMap((own) =>
    own.toSorted((a, b) => minuteOf(b) - minuteOf(a) || byId(a, b)).map((post, rank) => ({ post, rank })),
  )
  return ranked
    .filter(({ rank }) => rank < perAuthor)
    .toSorted((a, b) => a.rank - b.rank || compare(b.post.author, a.post.author))
    .slice(0, perRoom)
    .map(({ post }) => post)
}

function groups(posts: readonly ModelPost[], keyOf: (post: ModelPost) => string | undefined): ModelPost[][] {
  const byKey = new Map<string, ModelPost[]>()
  for (const post of posts) {
    const key = keyOf(post)
    if (key === undefined) continue
    const group = byKey.get(key)
    if (group === undefined) byKey.set(key, [post])
    else group.push(post)
  }
  return [...byKey.values()]
}

function minuteOf({ time }: Pick<ModelPost, 'time'>): number {
  return Math.floor(time / MINUTE_MS)
}

function byId(a: ModelPost, b: ModelPost): number {
  return compare(a.hex, b.hex)
}

function byPlace(a: ModelPost, b: ModelPost): number {
  return a.time - b.time || byId(a, b)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
